// "Open Production Orders (n)" on a BOM and on an Item: those that use it, with the version they have locked.
frappe.provide("production_orders");

production_orders.show_where_used = function (frm, question) {
	if (frm.is_new() || !frappe.model.can_read("Production Order")) {
		return;
	}
	production_orders.read("locks.where_used", question).then(({ orders }) => {
		if (!orders.length || frm.doc.name !== Object.values(question)[0]) {
			return;
		}
		const count = new Set(orders.map(({ order }) => order)).size;
		frm.add_custom_button(__("Open Production Orders ({0})", [count]), () => list_orders(frm, orders));
	});
};

function list_orders(frm, orders) {
	const { link, qty, text } = production_orders;
	const rows = orders.map(
		(row) => `<tr>
			<td>${link("Production Order", row.order)}</td>
			<td>${__(row.status)}</td>
			<td>${text(row.item_code)} <span class="text-muted">${text(row.item_name)}</span></td>
			<td class="text-right">${qty(row.qty, row.stock_uom)}</td>
			<td>${row.need_by_date ? frappe.datetime.str_to_user(row.need_by_date) : ""}</td>
			<td class="small">${link("BOM", row.bom_no)}</td>
			<td>${link("BOM Lock", row.bom_lock)}</td>
		</tr>`
	);
	const heads = [__("Order"), __("Status"), __("Product"), __("Quantity"), __("Need By"), __("Locked BOM"), __("Lock")];
	const dialog = new frappe.ui.Dialog({
		title: __("Open Production Orders That Use {0}", [frm.doc.name]),
		size: "extra-large",
		fields: [
			{
				fieldtype: "HTML",
				fieldname: "orders",
				options: `<div class="table-responsive"><table class="table table-bordered table-sm production-table">
					<thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr></thead>
					<tbody>${rows.join("")}</tbody>
				</table></div>`,
			},
		],
	});
	dialog.show();
}

frappe.ui.form.on("BOM", {
	refresh(frm) {
		if (frm.doc.docstatus > 0) {
			production_orders.show_where_used(frm, { bom_no: frm.doc.name });
		}
	},
});

frappe.ui.form.on("Item", {
	refresh: (frm) => production_orders.show_where_used(frm, { item_code: frm.doc.name }),
});
