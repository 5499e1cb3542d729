// Standard against actual of completed runs, split into the reasons; red costs more than it should.
frappe.query_reports["Production Variance"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
			reqd: 1,
		},
		{ fieldname: "per", label: __("One Line per"), fieldtype: "Select", options: ["Order", "Run"], default: "Order", reqd: 1 },
		{
			fieldname: "from_date",
			label: __("Posted From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -1),
		},
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date" },
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
			return quantity(value);
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

// As people write it: 20 and not 20.000, nothing for nothing.
function quantity(value) {
	const rounded = flt(value, cint(frappe.sys_defaults.float_precision) || 3);
	return rounded ? format_number(rounded, null, (String(rounded).split(".")[1] || "").length) : "";
}
