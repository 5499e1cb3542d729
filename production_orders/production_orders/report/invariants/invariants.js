// What is not as it must be; the filter narrows it to a company, and there is nothing to do here but look.
frappe.query_reports["Invariants"] = {
	filters: [{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" }],

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		return column.fieldname === "found" ? `<b class="text-danger">${shown}</b>` : shown;
	},
};
