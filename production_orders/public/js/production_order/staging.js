// Material on its way to the floor and back: which, and how much of each.
frappe.provide("production_orders");

production_orders.stage_materials = function (frm) {
	ask_for_materials(frm, {
		rows: held(frm).filter((row) => !is_staged(frm, row)),
		title: __("Stage Materials of {0} in {1}", [frm.doc.name, frm.doc.wip_warehouse]),
		label: __("Stage"),
		method: "materials.stage",
		done: ({ stock_entry }) => __("Staged by Stock Entry {0}.", [stock_entry]),
	});
};

production_orders.return_staged = function (frm) {
	ask_for_materials(frm, {
		rows: held(frm).filter((row) => is_staged(frm, row)),
		title: __("Return Staged Materials of {0}", [frm.doc.name]),
		label: __("Return"),
		method: "materials.return_staged",
		asks_reason: true,
		done: ({ stock_entry }) => __("Returned by Stock Entry {0}.", [stock_entry]),
	});
};

const left = (row) => row.reserved_qty - row.delivered_qty;
const held = (frm) => frm.doc.materials.filter((row) => left(row) > 0);
const is_staged = (frm, row) => row.warehouse === frm.doc.wip_warehouse;

function ask_for_materials(frm, { rows, title, label, method, asks_reason, done }) {
	const dialog = new frappe.ui.Dialog({
		title,
		size: "large",
		fields: [
			{
				fieldtype: "Table",
				fieldname: "materials",
				label: __("Materials"),
				cannot_add_rows: true,
				in_place_edit: true,
				data: rows.map((row) => ({ item_code: row.item_code, warehouse: row.warehouse, qty: left(row) })),
				fields: [
					{
						fieldtype: "Link",
						fieldname: "item_code",
						label: __("Item"),
						options: "Item",
						in_list_view: 1,
						read_only: 1,
					},
					{
						fieldtype: "Link",
						fieldname: "warehouse",
						label: __("From"),
						options: "Warehouse",
						in_list_view: 1,
						read_only: 1,
					},
					{ fieldtype: "Float", fieldname: "qty", label: __("Quantity"), in_list_view: 1 },
				],
			},
			...(asks_reason
				? [{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 }]
				: []),
		],
		primary_action_label: label,
		primary_action({ materials, reason }) {
			const chosen = (materials || [])
				.filter((row) => row.qty > 0)
				.map(({ item_code, warehouse, qty }) => ({ item_code, warehouse, qty }));
			if (!chosen.length) {
				frappe.msgprint(__("Give a quantity to at least one material."));
				return;
			}
			const args = { order: frm.doc.name, materials: chosen, ...(asks_reason ? { reason } : {}) };
			production_orders.write(method, args).then((answer) => {
				dialog.hide();
				frappe.show_alert({ message: done(answer), indicator: "green" });
				frm.reload_doc();
			});
		},
	});
	dialog.show();
}
