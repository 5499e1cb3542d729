// What is not as it must be; the filter narrows it to a company, and there is nothing to do here but look.
{% include "production_orders/public/js/report_filters.js" %}

frappe.query_reports["Invariants"] = {
	filters: [production_orders.filters.company({ default: "" })],

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		return column.fieldname === "found" ? `<b class="text-danger">${shown}</b>` : shown;
	},
};
