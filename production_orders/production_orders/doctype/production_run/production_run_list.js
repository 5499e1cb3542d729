frappe.listview_settings["Production Run"] = {
	add_fields: ["status", "qty", "produced_qty", "stock_uom"],

	formatters: {
		qty: (qty, df, { stock_uom }) => `${plain_number(qty)} ${frappe.utils.escape_html(__(stock_uom))}`,
		produced_qty: (qty) => plain_number(qty),
	},
};

function plain_number(value) {
	const decimals = (String(flt(value, 3)).split(".")[1] || "").length;
	return format_number(value, null, decimals);
}
