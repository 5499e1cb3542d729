// Material on its way to the floor and back: which, and how much of each.
frappe.provide("production_orders");

production_orders.stage_materials = function (frm) {
	ask_for_materials(frm, {
		rows: held(frm).filter((row) => row.warehouse !== frm.doc.wip_warehouse),
		title: __("Stage Materials of {0}", [frm.doc.name]),
		explanation: __("They go to {0} and stay reserved for this order. What is not to go gets a quantity of 0.", [
			wip_warehouse(frm),
		]),
		label: __("Stage"),
		method: "materials.stage",
		done: (entry) => __("Staged by Stock Entry {0}.", [entry]),
	});
};

production_orders.return_staged = function (frm) {
	ask_for_materials(frm, {
		rows: held(frm).filter((row) => row.warehouse === frm.doc.wip_warehouse && was_brought(row)),
		title: __("Return Staged Materials of {0}", [frm.doc.name]),
		explanation: __("They leave {0} and stay reserved for this order. What is not to go gets a quantity of 0.", [
			wip_warehouse(frm),
		]),
		label: __("Return"),
		method: "materials.return_staged",
		goes_back: true,
		done: (entry) => __("Returned by Stock Entry {0}.", [entry]),
	});
};

const left = (row) => row.reserved_qty - row.delivered_qty;
const held = (frm) => frm.doc.materials.filter((row) => left(row) > 0);
const was_brought = (row) => row.source_warehouse && row.source_warehouse !== row.warehouse;
const wip_warehouse = (frm) => `<b>${production_orders.text(frm.doc.wip_warehouse)}</b>`;

function ask_for_materials(frm, { rows, title, explanation, label, method, goes_back = false, done }) {
	const dialog = new frappe.ui.Dialog({
		title,
		size: "large",
		fields: [
			{ fieldtype: "HTML", fieldname: "explanation", options: `<p class="text-muted">${explanation}</p>` },
			materials_table(rows, goes_back),
			...(goes_back ? [{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 }] : []),
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
			const args = { order: frm.doc.name, materials: chosen, reason };
			production_orders.write(method, args).then(({ stock_entry }) => {
				dialog.hide();
				const message = done(production_orders.link("Stock Entry", stock_entry));
				frappe.show_alert({ message, indicator: "green" });
				frm.reload_doc();
			});
		},
	});
	dialog.show();
	production_orders.keep_rows(dialog.get_field("materials").grid);
}

// What goes is taken from where it lies; what goes back shows where to instead.
function materials_table(rows, goes_back) {
	const shown = { in_list_view: 1, read_only: 1 };
	return {
		fieldtype: "Table",
		fieldname: "materials",
		cannot_add_rows: true,
		cannot_delete_rows: true,
		in_place_edit: true,
		data: rows.map(({ item_code, item_name, warehouse, source_warehouse, stock_uom, ...row }) => ({
			...{ item_code, item_name, warehouse, source_warehouse, stock_uom },
			...{ held_qty: left(row), qty: left(row) },
		})),
		fields: [
			{ ...shown, fieldtype: "Link", fieldname: "item_code", label: __("Material"), options: "Item", columns: 3 },
			{ ...shown, fieldtype: "Link", options: "Warehouse", columns: 2,
				...(goes_back
					? { fieldname: "source_warehouse", label: __("Back To") }
					: { fieldname: "warehouse", label: __("From") }) },
			{ ...shown, fieldtype: "Float", fieldname: "held_qty", columns: 2, label: goes_back ? __("Staged") : __("Reserved") },
			{ fieldtype: "Float", fieldname: "qty", label: __("Quantity"), in_list_view: 1, columns: 2 },
			{ ...shown, fieldtype: "Link", fieldname: "stock_uom", label: __("UOM"), options: "UOM", columns: 1 },
		],
	};
}
