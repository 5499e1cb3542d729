// One batch, serial number or run as the start, and everything made of it, or that it was made of, as a tree.
{% include "production_orders/public/js/production_orders.js" %}
{% include "production_orders/public/js/report_filters.js" %}

const STARTS = ["batch_no", "serial_no", "run"];

frappe.query_reports["Recall"] = {
	filters: [
		{
			fieldname: "direction",
			label: __("Direction"),
			fieldtype: "Select",
			options: [
				{ value: "On to Customers", label: __("On to Customers") },
				{ value: "Back to Suppliers", label: __("Back to Suppliers") },
			],
			default: "On to Customers",
		},
		production_orders.filters.item_code(),
		start("batch_no", __("Batch"), "Batch", (item) => ({ item })),
		start("serial_no", __("Serial No"), "Serial No", (item_code) => ({ item_code })),
		start("run", __("Production Run"), "Production Run", (item_code) => ({ item_code })),
	],

	tree: true,
	name_field: "name",
	initial_depth: 10,

	formatter(value, row, column, data, default_formatter) {
		if (!data) {
			return default_formatter(value, row, column, data);
		}
		if (column.fieldtype === "Float") {
			return quantity(value, column.fieldname);
		}
		const shown = default_formatter(value, row, column, data);
		if (column.fieldname === "doctype") {
			return `<span class="indicator-pill no-indicator-dot ${KINDS[value] || "red"}">${__(value)}</span>`;
		}
		return column.fieldname === "name" && data.indent === 0 ? `<b>${shown}</b>` : shown;
	},
};

const KINDS = {
	Batch: "blue",
	"Serial No": "blue",
	"Production Run": "gray",
	Item: "yellow",
	"Purchase Receipt": "green",
	"Purchase Invoice": "green",
	"Subcontracting Receipt": "green",
};

// One thing at a time is followed: choosing another one takes the place of the first.
function start(fieldname, label, options, of_item) {
	return {
		fieldname,
		label,
		fieldtype: "Link",
		options,
		get_query() {
			const item_code = frappe.query_report.get_filter_value("item_code");
			return { filters: item_code ? of_item(item_code) : {} };
		},
		on_change(report) {
			const others = STARTS.filter((other) => other !== fieldname);
			if (report.get_filter_value(fieldname)) {
				others.forEach((other) => report.get_filter(other).set_input(""));
			}
			report.refresh();
		},
	};
}

// What is used up is marked by nothing at all.
function quantity(value, fieldname) {
	if (value === null || value === undefined || (fieldname === "in_stock_qty" && !value)) {
		return "";
	}
	const shown = production_orders.qty(value);
	return fieldname === "in_stock_qty" ? `<b class="text-warning">${shown}</b>` : shown;
}
