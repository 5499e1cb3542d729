// "Create → Production Order" on a Sales Order and a Material Request; the server says whether and makes the drafts.
production_orders.offer_orders = function (frm, method, argument) {
	if (frm.is_dirty() || !frm.doc.__onload?.may_make_production_orders) {
		return;
	}
	const make = () =>
		production_orders
			.write(method, { [argument]: frm.doc.name })
			.then((made) => production_orders.show_made(frm, made));
	frm.add_custom_button(__("Production Order"), make, __("Create"));
};

production_orders.show_made = function (frm, { production_orders: names, skipped }) {
	if (skipped.length) {
		production_orders.show_warnings(
			__("Some rows are left out"),
			skipped.map(({ reason }) => reason)
		);
	}
	frm.reload_doc();
	if (names.length === 1 && !skipped.length) {
		frappe.set_route("Form", "Production Order", names[0]);
	} else {
		frappe.set_route("List", "Production Order", { name: ["in", names] });
	}
};

frappe.ui.form.on("Sales Order", {
	refresh: (frm) => production_orders.offer_orders(frm, "orders.make_from_sales_order", "sales_order"),
});

frappe.ui.form.on("Material Request", {
	refresh: (frm) => production_orders.offer_orders(frm, "orders.make_from_material_request", "material_request"),
});
