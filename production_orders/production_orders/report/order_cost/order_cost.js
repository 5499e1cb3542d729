// Standard, posted and present cost side by side; what the ledger has corrected since the posting stands out.
frappe.query_reports["Order Cost"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
			reqd: 1,
		},
		{
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: ["", "Confirmed", "In Progress", "Completed"],
		},
		{ fieldname: "item_code", label: __("Item"), fieldtype: "Link", options: "Item" },
		{
			fieldname: "order",
			label: __("Order"),
			fieldtype: "Link",
			options: "Production Order",
			get_query() {
				const company = frappe.query_report.get_filter_value("company");
				return { filters: { docstatus: 1, ...(company && { company }) } };
			},
		},
	],

	formatter(value, row, column, data, default_formatter) {
		if (!data && column.disable_total) {
			return "";
		}
		if (column.fieldtype === "Float") {
			return quantity(value);
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

// As people write it: 20 and not 20.000, nothing for nothing.
function quantity(value) {
	const rounded = flt(value, cint(frappe.sys_defaults.float_precision) || 3);
	return rounded ? format_number(rounded, null, (String(rounded).split(".")[1] || "").length) : "";
}
