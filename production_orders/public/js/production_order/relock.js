// Relocking an order: what the newer BOM would change and what is in stock for it, then the reason.
frappe.provide("production_orders");

production_orders.order_actions.relock = function (frm) {
	const order = frm.doc.name;
	production_orders.read("orders.preview_relock", { order }).then((preview) => {
		if (!preview.changed) {
			frappe.msgprint({
				title: __("Nothing to Relock"),
				indicator: "blue",
				message: __("{0} is locked by the present state of {1} already.", [
					order,
					production_orders.text(preview.bom_no),
				]),
			});
			return;
		}
		ask_for_reason(frm, preview);
	});
};

function ask_for_reason(frm, { bom_no, diff, materials, shortages }) {
	const order = frm.doc.name;
	const coverage = { materials, shortages, coverage: [], promise_date: null, is_relock: true };
	const dialog = new frappe.ui.Dialog({
		title: __("Relock {0} by {1}", [order, bom_no]),
		size: "extra-large",
		fields: [
			{
				fieldtype: "HTML",
				fieldname: "diff",
				options: `<p><b>${__("What changes")}</b></p>${production_orders.lock_diff(diff, materials)}`,
			},
			{
				fieldtype: "HTML",
				fieldname: "coverage",
				options: frappe.render_template("production_order_preview", coverage),
			},
			{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 },
		],
		primary_action_label: __("Relock"),
		primary_action({ reason }) {
			production_orders.write("orders.relock", { order, reason }).then(({ bom_lock, warnings }) => {
				dialog.hide();
				frappe.show_alert({ message: __("{0} is locked by {1} now.", [order, bom_lock]), indicator: "green" });
				if (warnings.length) {
					production_orders.show_warnings(__("{0} Is Relocked with Warnings", [order]), warnings);
				}
				frm.reload_doc();
			});
		},
	});
	dialog.show();
}
