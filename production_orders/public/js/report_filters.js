// The filters that reports share; `more` adds to what they all say.
frappe.provide("production_orders.filters");

production_orders.filters.company = (more) => ({
	fieldname: "company",
	label: __("Company"),
	fieldtype: "Link",
	options: "Company",
	default: frappe.defaults.get_user_default("Company"),
	...more,
});

production_orders.filters.item_code = (more) => ({
	fieldname: "item_code",
	label: __("Item"),
	fieldtype: "Link",
	options: "Item",
	...more,
});

production_orders.filters.warehouse = (only, more) => ({
	fieldname: "warehouse",
	label: __("Warehouse"),
	fieldtype: "Link",
	options: "Warehouse",
	get_query: () => production_orders.filters.of_company(only),
	...more,
});

production_orders.filters.order = (only) => ({
	fieldname: "order",
	label: __("Order"),
	fieldtype: "Link",
	options: "Production Order",
	get_query: () => production_orders.filters.of_company(only),
});

production_orders.filters.of_company = function (only) {
	const company = frappe.query_report.get_filter_value("company");
	return { filters: { ...only, ...(company && { company }) } };
};
