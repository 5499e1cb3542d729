// Standard against actual of completed runs, split into the reasons; red costs more than it should.
{% include "production_orders/public/js/production_orders.js" %}
{% include "production_orders/public/js/report_filters.js" %}

frappe.query_reports["Production Variance"] = {
	filters: [
		production_orders.filters.company({ reqd: 1 }),
		{ fieldname: "per", label: __("One Line per"), fieldtype: "Select", options: ["Order", "Run"], default: "Order", reqd: 1 },
		{
			fieldname: "from_date",
			label: __("Posted From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -1),
		},
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date" },
		production_orders.filters.item_code(),
		production_orders.filters.order({ docstatus: 1 }),
		{
			fieldname: "status",
			label: __("Order Status"),
			fieldtype: "Select",
			options: ["", "In Progress", "Completed"],
		},
	],

	formatter(value, row, column, data, default_formatter) {
		if (!data && column.disable_total) {
			return "";
		}
		if (column.fieldtype === "Float") {
			return flt(value) ? production_orders.qty(value) : "";
		}
		const shown =
			column.fieldtype === "Percent" ? percent(value) : default_formatter(value, row, column, data);
		if (!is_variance(column) || !flt(value, 2)) {
			return is_variance(column) ? `<span class="text-muted">${shown}</span>` : shown;
		}
		const colour = value > 0 ? "text-danger" : "text-success";
		return `<span class="${colour}">${column.fieldname === "total_variance" ? `<b>${shown}</b>` : shown}</span>`;
	},
};

function percent(value) {
	return value === null || value === undefined || value === "" ? "" : `${format_number(value, null, 1)} %`;
}

function is_variance({ fieldname }) {
	return fieldname.endsWith("_variance") || fieldname === "percent";
}
