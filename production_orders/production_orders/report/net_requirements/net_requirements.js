// The plan as a matrix of items and buckets; every planned quantity tells who asks for it, one button carries it out.
{% include "production_orders/public/js/production_orders.js" %}
{% include "production_orders/public/js/report_filters.js" %}

const LARGE_PLAN = 100; // planned supplies; more than these are made in the background

frappe.query_reports["Net Requirements"] = {
	filters: [
		{
			fieldname: "horizon",
			label: __("Planning Horizon"),
			fieldtype: "Link",
			options: "Planning Horizon",
		},
		production_orders.filters.company(),
		production_orders.filters.item_code(),
		production_orders.filters.warehouse({ is_group: 0 }),
		{ fieldname: "only_planned", label: __("Only What Is Planned"), fieldtype: "Check", default: 1 },
	],

	tree: true,
	initial_depth: 0,

	// One item is looked at closely.
	after_datatable_render(datatable) {
		if (frappe.query_report.get_filter_value("item_code")) {
			datatable.rowmanager.expandAllNodes();
		}
	},

	onload(report) {
		report.page.wrapper.on("click", "[data-planned-bucket]", ({ currentTarget }) => {
			const { plannedItem, plannedWarehouse, plannedBucket } = currentTarget.dataset;
			show_causes(report, plannedItem, plannedWarehouse, cint(plannedBucket));
		});
		if (frappe.model.can_create("Production Order") && frappe.model.can_write("Planning Horizon")) {
			report.page.set_primary_action(__("Create Orders and Requests"), () => confirm_plan(report));
		}
	},

	formatter(value, row, column, data, default_formatter) {
		const shown =
			column.fieldtype === "Float" ? happening(value) : default_formatter(value, row, column, data);
		if (!data) {
			return shown;
		}
		if (data.indent) {
			return figure(shown, value, column, data);
		}
		if (column.fieldname === "item_code") {
			return `<b>${frappe.utils.get_form_link("Item", value, true, frappe.utils.escape_html(value))}</b>`;
		}
		return column.fieldname.startsWith("bucket_") && value ? planned(shown, column, data) : shown;
	},
};

// Nothing for what does not happen, which is not the same as 0.
function happening(value) {
	return value === null || value === undefined ? "" : production_orders.qty(value);
}

function figure(shown, value, column, data) {
	const color = data.figure === "projected" && value < 0 ? "text-danger" : "text-muted";
	return `<span class="${color}">${shown}</span>`;
}

function planned(shown, column, data) {
	const bucket = cint(column.fieldname.slice("bucket_".length));
	const late = data.late.includes(bucket);
	const title = late ? __("Late: should have been started or ordered before today") : __("Who asks for it?");
	const { text } = production_orders;
	return `<a class="${late ? "text-danger" : ""}" title="${title}" style="display: block"
		data-planned-item="${text(data.item_code)}" data-planned-warehouse="${text(data.warehouse)}"
		data-planned-bucket="${bucket}"><b>${shown}</b></a>`;
}

function show_causes(report, item_code, warehouse, bucket) {
	const { horizon, company } = report.get_values();
	production_orders.read("demand.causes", { item_code, warehouse, horizon, company }).then(({ supplies }) =>
		frappe.msgprint({
			title: __("{0} in {1}", [item_code, warehouse]),
			message: supplies
				.filter((supply) => supply.bucket === bucket)
				.map(causes_of)
				.join(""),
			wide: true,
		})
	);
}

function causes_of(supply) {
	const day = (value) => (value ? frappe.datetime.str_to_user(value) : "");
	const rows = supply.causes.map(
		(cause) => `<tr>
			<td>${cause.cause_type === "Item" ? __("Safety stock, minimum order or rounding") : link(cause)}</td>
			<td>${day(cause.date)}</td>
			<td class="text-right">${production_orders.qty(cause.qty)}</td>
			<td class="text-muted">${production_orders.path(cause.path)}</td>
		</tr>`
	);
	return `<p>${__("{0} due on {1}, to be started or ordered on {2}", [
		`<b>${production_orders.qty(supply.qty)}</b>`,
		day(supply.due_date),
		day(supply.release_date),
	])}${supply.is_late ? ` <span class="indicator-pill red">${__("Late")}</span>` : ""}</p>
		<table class="table table-condensed">
			<thead><tr><th>${__("Asked for by")}</th><th>${__("On")}</th>
			<th class="text-right">${__("Quantity")}</th><th>${__("Through")}</th></tr></thead>
			<tbody>${rows.join("")}</tbody>
		</table>`;
}

function link({ cause_type, cause }) {
	return `${__(cause_type)} ${frappe.utils.get_form_link(cause_type, cause, true)}`;
}

function confirm_plan(report) {
	const { horizon, company } = report.get_values();
	const args = { horizon, company };
	frappe.confirm(
		__(
			"Make draft production orders for what is made and submit Material Requests for what is bought, for all items and warehouses of {0}?",
			[company || __("every company")]
		),
		() => (planned_supplies(report) > LARGE_PLAN ? start_plan(args) : make_plan(report, args))
	);
}

function planned_supplies(report) {
	const cells = report.data.filter(({ indent }) => !indent).flatMap((row) => Object.entries(row));
	return cells.filter(([field, value]) => field.startsWith("bucket_") && value).length;
}

function start_plan(args) {
	production_orders.write("demand.start_requests", args).then(() =>
		frappe.show_alert({
			message: __("Planning runs in the background. You will be told how it ends."),
			indicator: "blue",
		})
	);
}

function make_plan(report, args) {
	production_orders.write("demand.make_requests", args).then((made) => {
		show_made(made);
		report.refresh();
	});
}

function show_made({ production_orders, material_requests }) {
	const listed = (doctype, names) =>
		names.length
			? `<p>${__(doctype)}: ${names
					.map((name) => frappe.utils.get_form_link(doctype, name, true))
					.join(", ")}</p>`
			: "";
	frappe.msgprint({
		title: __("Planned"),
		indicator: "green",
		message:
			listed("Production Order", production_orders) + listed("Material Request", material_requests) ||
			__("Nothing to plan: stock and open supply cover the demand."),
	});
}
