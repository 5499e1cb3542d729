frappe.listview_settings["Production Order"] = {
	add_fields: ["status", "qty", "stock_uom", "produced_qty", "priority", "need_by_date", "bom_outdated"],

	// A draft that follows a BOM of before is told apart; everything else keeps the colours of its status.
	get_indicator({ status, bom_outdated }) {
		if (status === "Draft" && bom_outdated) {
			return [__("Newer BOM"), "orange", "bom_outdated,=,1"];
		}
	},

	formatters: {
		qty(qty, df, { produced_qty, stock_uom }) {
			const made = produced_qty > 0 ? `${plain_number(produced_qty)} / ` : "";
			return `${made}${plain_number(qty)} ${frappe.utils.escape_html(__(stock_uom))}`;
		},

		need_by_date(date, df, { status, priority }) {
			const overdue = date && date < frappe.datetime.get_today() && OPEN.includes(status);
			const shown = date ? frappe.datetime.str_to_user(date) : "";
			const urgency = URGENCY[priority] ? `<span class="${URGENCY[priority]}" title="${__(priority)}">▲</span>` : "";
			return overdue
				? `<b class="text-danger" title="${__("Overdue")}">${shown}</b> ${urgency}`
				: `<span>${shown}</span> ${urgency}`;
		},
	},
};

const URGENCY = { Urgent: "text-danger", High: "text-warning" };
const OPEN = ["Draft", "Confirmed", "In Progress"];

// 50 rather than 50.000.
function plain_number(value) {
	const decimals = (String(flt(value, 3)).split(".")[1] || "").length;
	return format_number(value, null, decimals);
}
