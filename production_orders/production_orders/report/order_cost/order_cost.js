// Standard, posted and present cost side by side; what the ledger has corrected since the posting stands out.
{% include "production_orders/public/js/production_orders.js" %}
{% include "production_orders/public/js/report_filters.js" %}

frappe.query_reports["Order Cost"] = {
	filters: [
		production_orders.filters.company({ reqd: 1 }),
		{
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: ["", "Confirmed", "In Progress", "Completed"],
		},
		production_orders.filters.item_code(),
		production_orders.filters.order({ docstatus: 1 }),
	],

	formatter(value, row, column, data, default_formatter) {
		if (!data && column.disable_total) {
			return "";
		}
		if (column.fieldtype === "Float") {
			return flt(value) ? production_orders.qty(value) : "";
		}
		const shown = default_formatter(value, row, column, data);
		if (column.fieldname === "total_variance" && flt(value, 2)) {
			return `<b class="${value > 0 ? "text-danger" : "text-success"}">${shown}</b>`;
		}
		if (column.fieldname === "changed_cost") {
			return `<span class="${flt(value, 2) ? "text-warning" : "text-muted"}">${shown}</span>`;
		}
		return shown;
	},
};
