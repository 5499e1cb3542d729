// Every open shortage with its outlook; free stock is offered to all, supply requested for the chosen ones.
{% include "production_orders/public/js/production_orders.js" %}
{% include "production_orders/public/js/report_filters.js" %}

frappe.query_reports["Material Shortages"] = {
	filters: [
		production_orders.filters.company(),
		production_orders.filters.item_code(),
		production_orders.filters.warehouse(),
		production_orders.filters.order({ status: ["in", ["Confirmed", "In Progress"]] }),
	],

	get_datatable_options: (options) => ({ ...options, checkboxColumn: true }),

	onload(report) {
		if (!frappe.model.can_submit("Production Order")) {
			return;
		}
		report.page.add_inner_button(__("Offer Free Stock"), () => offer_free_stock(report));
		report.page.add_inner_button(__("Request Supply"), () => request_supply(report));
	},

	formatter(value, row, column, data, default_formatter) {
		const shown =
			column.fieldtype === "Float"
				? production_orders.qty(value)
				: default_formatter(value, row, column, data);
		if (!data) {
			return shown;
		}
		return (DECORATIONS[column.fieldname] || ((text) => text))(shown, value, data);
	},
};

const OUTLOOKS = { "Free Now": "green", "On the Way": "blue", Late: "orange", Uncovered: "red" };
const PRIORITIES = { Urgent: "red", High: "orange", Normal: "blue", Low: "gray" };

const DECORATIONS = {
	outlook: (_shown, value) => pill(value, OUTLOOKS[value]),
	priority: (_shown, value) => `<span class="indicator ${PRIORITIES[value]}">${__(value)}</span>`,
	short_qty: (shown) => `<b class="text-danger">${shown}</b>`,
	available_qty: (shown, value) => `<span class="${value > 0 ? "text-success" : "text-muted"}">${shown}</span>`,
	need_by_date: (shown, value) =>
		value && value < frappe.datetime.get_today() ? `<span class="text-danger">${shown}</span>` : shown,
	path: (shown) => `<span class="text-muted">${shown}</span>`,
};

function pill(value, colour) {
	return `<span class="indicator-pill no-indicator-dot ${colour}">${__(value)}</span>`;
}

// The more urgent first, then the sooner needed: the server shares out, this only asks.
function offer_free_stock(report) {
	const { item_code, warehouse } = report.get_values();
	production_orders.write("reservations.reallocate", { item_code, warehouse }).then(({ reserved, still_short }) => {
		const orders = new Set(reserved.map(({ order }) => order)).size;
		frappe.show_alert({
			message: reserved.length
				? __("{0} materials of {1} orders reserved, {2} still short.", [reserved.length, orders, still_short])
				: __("Nothing that is short is free."),
			indicator: reserved.length ? "green" : "blue",
		});
		report.refresh();
	});
}

function request_supply(report) {
	const chosen = report.datatable.rowmanager.getCheckedRows().map((index) => report.data[index]);
	if (!chosen.length) {
		frappe.msgprint(__("Choose the shortages to request supply for."));
		return;
	}
	const orders = [...new Set(chosen.map(({ order }) => order))];
	frappe.confirm(
		__("Request what is short of {0} materials of {1} orders and not requested yet?", [
			chosen.length,
			orders.length,
		]),
		() => request_each(report, orders, chosen)
	);
}

// One order after the other: what one of them is refused leaves the others their supply.
async function request_each(report, orders, chosen) {
	const requested = [];
	for (const order of orders) {
		const materials = chosen
			.filter((row) => row.order === order)
			.map(({ item_code, warehouse }) => ({ item_code, warehouse }));
		const answer = await production_orders
			.write("reservations.request_supply", { order, materials })
			.catch(() => null);
		requested.push(...(answer?.requested || []).map((row) => ({ ...row, order })));
	}
	show_requested(requested);
	report.refresh();
}

function show_requested(requested) {
	const link = (doctype, name) => frappe.utils.get_form_link(doctype, name, true);
	const rows = requested.map(
		(row) => `<tr>
			<td>${link("Production Order", row.order)}</td><td>${link("Item", row.item_code)}</td>
			<td class="text-right">${production_orders.qty(row.qty)}</td>
			<td>${__(row.doctype)} ${link(row.doctype, row.name)}</td>
		</tr>`
	);
	frappe.msgprint({
		title: __("Requested"),
		indicator: rows.length ? "green" : "blue",
		wide: true,
		message: rows.length
			? `<table class="table table-condensed">
				<thead><tr><th>${__("For Order")}</th><th>${__("Material")}</th>
				<th class="text-right">${__("Quantity")}</th><th>${__("From")}</th></tr></thead>
				<tbody>${rows.join("")}</tbody></table>`
			: __("All of it has been requested already."),
	});
}
