// The ATP curve of one item, and the question it is opened for: by when can I have so many of it?
{% include "production_orders/public/js/production_orders.js" %}
{% include "production_orders/public/js/report_filters.js" %}

frappe.query_reports["Available to Promise"] = {
	filters: [
		production_orders.filters.item_code({ reqd: 1 }),
		production_orders.filters.company(),
		production_orders.filters.warehouse({}, { label: __("Warehouse or Group") }),
		{ fieldname: "horizon", label: __("Days Ahead"), fieldtype: "Int", default: 60, reqd: 1 },
		{
			fieldname: "with_material_requests",
			label: __("Count Material Requests"),
			fieldtype: "Check",
			default: 0,
		},
	],

	onload(report) {
		report.page.add_inner_button(__("When Can I Have…"), () => ask_for_promise(report));
	},

	// Reports leave every label of the time axis its place, however narrow; a series leaves some out.
	after_datatable_render() {
		const { chart_options } = frappe.query_report;
		if (chart_options) {
			const axisOptions = { ...chart_options.axisOptions, xIsSeries: 1 };
			frappe.query_report.render_chart({ ...chart_options, axisOptions });
		}
	},

	formatter(value, row, column, data, default_formatter) {
		const shown = is_number(column, data)
			? production_orders.qty(value)
			: default_formatter(column.fieldname === "document_type" ? __(value) : value, row, column, data);
		if (column.fieldname === "due" && data?.due < data?.on) {
			return `<span class="text-danger" title="${__("Overdue: counted today")}">${shown}</span>`;
		}
		if (column.fieldname === "balance" && data?.balance < 0) {
			return `<span class="text-danger">${shown}</span>`;
		}
		return column.fieldname === "atp" ? `<b>${shown}</b>` : shown;
	},
};

function is_number({ fieldtype, fieldname }, data) {
	return fieldtype === "Float" && data && data[fieldname] !== null && data[fieldname] !== undefined;
}

function ask_for_promise(report) {
	const { item_code, company, warehouse } = report.get_values();
	if (!item_code) {
		frappe.msgprint(__("Choose an item first."));
		return;
	}
	frappe.prompt(
		{ fieldname: "qty", label: __("Quantity of {0}", [item_code]), fieldtype: "Float", reqd: 1 },
		({ qty }) =>
			production_orders
				.read("availability.promise", { item_code, qty, company, warehouse })
				.then(show_promise),
		__("When Can I Have…"),
		__("Ask")
	);
}

function show_promise({ item_code, qty, stock_uom, promise_date, from_stock_qty, make_qty, buy_qty, critical }) {
	const day = (value) => frappe.datetime.str_to_user(value);
	const { text } = production_orders;
	const parts = [
		[from_stock_qty, __("from stock and what is to come in")],
		[make_qty, __("made")],
		[buy_qty, __("bought")],
	].filter(([part]) => part);
	const reasons = critical.map(
		(row) => `<li><b>${text(row.item_code)}</b> ${__("not before {0}", [day(row.date)])}: ${text(row.reason)}</li>`
	);
	frappe.msgprint({
		title: __("{0} {1} of {2}", [qty, __(stock_uom), item_code]),
		indicator: "blue",
		message: `<p class="h4">${__("On {0}", [day(promise_date)])}</p>
			<p>${parts.map(([part, how]) => `${part} ${how}`).join(", ")}</p>
			${reasons.length ? `<p>${__("What keeps it from being earlier:")}</p><ul>${reasons.join("")}</ul>` : ""}`,
	});
}
