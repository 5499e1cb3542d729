// The list shows how far each reservation is used up.
frappe.listview_settings["Stock Reservation Entry"] = {
	get_indicator(doc) {
		const colors = {
			Draft: "red",
			"Partially Reserved": "orange",
			Reserved: "blue",
			"Partially Delivered": "purple",
			Delivered: "green",
			Cancelled: "gray",
		};
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},
	add_fields: ["status"],
};
