frappe.listview_settings["Production Order"] = {
	add_fields: ["status", "qty", "stock_uom", "produced_qty", "need_by_date"],

	formatters: {
		qty: (qty, df, { stock_uom }) => `${plain_number(qty)} ${frappe.utils.escape_html(__(stock_uom))}`,

		produced_qty(produced, df, { qty }) {
			const percent = qty > 0 ? Math.min(100, (100 * produced) / qty) : 0;
			return `<div class="progress" style="height: 6px; width: 80px" title="${plain_number(produced)} / ${plain_number(qty)}">
				<div class="progress-bar progress-bar-success" style="width: ${percent}%"></div>
			</div>`;
		},

		need_by_date(date, df, { status }) {
			const overdue = date < frappe.datetime.get_today() && OPEN.includes(status);
			return overdue
				? `<span class="text-danger font-weight-bold" title="${__("Overdue")}">${frappe.datetime.str_to_user(date)}</span>`
				: frappe.datetime.str_to_user(date);
		},

		priority(priority) {
			const colour = { Urgent: "red", High: "orange" }[priority];
			return colour ? `<span class="indicator-pill ${colour}">${__(priority)}</span>` : __(priority);
		},
	},
};

const OPEN = ["Draft", "Confirmed", "In Progress"];

function plain_number(value) {
	const decimals = (String(flt(value, 3)).split(".")[1] || "").length;
	return format_number(value, null, decimals);
}
