frappe.views.calendar["Production Order"] = {
	fields: ["name", "item_name", "status", "docstatus", "planned_start_date", "planned_end_date"],
	field_map: {
		id: "name",
		start: "planned_start_date",
		end: "planned_end_date",
		title: "item_name",
		status: "status",
		progress: ({ qty, produced_qty }) => (qty > 0 ? Math.min(100, (100 * produced_qty) / qty) : 0),
	},
	gantt: true,
	get_css_class: ({ status }) =>
		({ "In Progress": "warning", Completed: "success", Cancelled: "danger" }[status] || "default"),
};
