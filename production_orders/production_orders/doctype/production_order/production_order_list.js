frappe.listview_settings["Production Order"] = {
	add_fields: ["status", "qty", "stock_uom", "produced_qty", "priority", "need_by_date", "bom_outdated"],

	formatters: {
		// The Workflow colours the status, so a draft that holds an old BOM is told apart here, where there is room.
		item_name(name, df, { status, bom_outdated }) {
			return status === "Draft" && cint(bom_outdated) ? `${name} · ${__("Newer BOM")}` : name;
		},

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
