// Confirming an order: what it would find in stock, what is short and where the BOM needs it, then the choice.
frappe.provide("production_orders");

production_orders.confirm = function (frm) {
	const { item_code, qty, source_warehouse, company } = frm.doc;
	// A draft that pins no BOM is confirmed by the newest.
	const bom_no = frm.doc.bom_pinned ? frm.doc.bom_no : null;
	production_orders
		.read("orders.preview", { item_code, qty, bom_no, source_warehouse, company })
		.then((preview) => production_orders.show_preview(frm, preview));
};

production_orders.show_preview = function (frm, preview) {
	const { materials = [], shortages, coverage = [], promise_date = null, bom_no = null } = preview;
	const short = shortages.length > 0;
	const dialog = new frappe.ui.Dialog({
		title: short
			? __("Materials of {0} Are Short", [frm.doc.name])
			: __("Confirm {0}", [frm.doc.name]),
		size: "extra-large",
		fields: [{ fieldtype: "HTML", fieldname: "preview" }],
		primary_action_label: short ? __("Confirm with Shortages") : __("Confirm"),
		primary_action() {
			dialog.hide();
			production_orders.send_confirmation(frm, short ? "Confirm with Shortages" : null);
		},
		secondary_action_label: __("Close"),
		secondary_action: () => dialog.hide(),
	});
	dialog
		.get_field("preview")
		.$wrapper.html(
			heading(frm, bom_no) +
				frappe.render_template("production_order_preview", {
					materials,
					shortages,
					promise_date,
					is_relock: false,
					coverage: as_tree(coverage),
				})
		);
	dialog.show();
};

// "50 Nos of BICYCLE by BOM-BICYCLE-002"; a refusal tells only what is short.
function heading({ doc }, bom_no) {
	const { qty, text } = production_orders;
	const parts = [qty(doc.qty, doc.stock_uom), text(doc.item_code), text(bom_no)];
	return bom_no ? `<p><b>${__("{0} of {1} by {2}", parts)}</b></p>` : "";
}

// Every need below the assembly that asks for it.
function as_tree(coverage) {
	const key = ({ path }) => path.join("\u0000");
	return [...coverage].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

// Stock may be gone between preview and confirmation: the refusal lands in the same readable table.
production_orders.send_confirmation = function (frm, on_shortage) {
	const always = (response) => {
		if (response?.error?.code === "shortage") {
			production_orders.show_preview(frm, { shortages: response.error.details });
		} else if (response?._server_messages) {
			frappe.msgprint(JSON.parse(response._server_messages));
		}
	};
	production_orders
		.write("orders.confirm", { order: frm.doc.name, on_shortage }, { silent: true, always })
		.then(({ warnings }) => {
			if (warnings.length) {
				production_orders.show_warnings(__("{0} Is Confirmed with Warnings", [frm.doc.name]), warnings);
			}
			frm.reload_doc();
		});
};
