// The plan as a matrix of items and buckets; every planned quantity tells who asks for it, one button carries it out.
const LARGE_PLAN = 100; // planned supplies; more than these are made in the background

frappe.query_reports["Net Requirements"] = {
	filters: [
		{
			fieldname: "horizon",
			label: __("Planning Horizon"),
			fieldtype: "Link",
			options: "Planning Horizon",
		},
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
		},
		{ fieldname: "item_code", label: __("Item"), fieldtype: "Link", options: "Item" },
		{
			fieldname: "warehouse",
			label: __("Warehouse"),
			fieldtype: "Link",
			options: "Warehouse",
			get_query() {
				const company = frappe.query_report.get_filter_value("company");
				return { filters: { is_group: 0, ...(company && { company }) } };
			},
		},
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
			column.fieldtype === "Float" ? quantity(value) : default_formatter(value, row, column, data);
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

// As people write it: 20 and not 20.000, nothing for what does not happen.
function quantity(value) {
	if (value === null || value === undefined) {
		return "";
	}
	const decimals = (String(flt(value, cint(frappe.sys_defaults.float_precision) || 3)).split(".")[1] || "").length;
	return format_number(value, null, decimals);
}

function figure(shown, value, column, data) {
	const color = data.figure === "projected" && value < 0 ? "text-danger" : "text-muted";
	return `<span class="${color}">${shown}</span>`;
}

function planned(shown, column, data) {
	const bucket = cint(column.fieldname.slice("bucket_".length));
	const late = data.late.includes(bucket);
	const title = late ? __("Late: should have been started or ordered before today") : __("Who asks for it?");
	const text = (value) => frappe.utils.escape_html(value);
	return `<a class="${late ? "text-danger" : ""}" title="${title}" style="display: block"
		data-planned-item="${text(data.item_code)}" data-planned-warehouse="${text(data.warehouse)}"
		data-planned-bucket="${bucket}"><b>${shown}</b></a>`;
}

function show_causes(report, item_code, warehouse, bucket) {
	const { horizon, company } = report.get_values();
	const args = { item_code, warehouse, ...(horizon && { horizon }), ...(company && { company }) };
	frappe
		.call({ type: "GET", method: "production_orders.api.demand.causes", args })
		.then(({ message }) => {
			const supplies = message.supplies.filter((supply) => supply.bucket === bucket);
			frappe.msgprint({
				title: __("{0} in {1}", [item_code, warehouse]),
				message: supplies.map(causes_of).join(""),
				wide: true,
			});
		});
}

function causes_of(supply) {
	const day = (value) => (value ? frappe.datetime.str_to_user(value) : "");
	const text = (value) => frappe.utils.escape_html(String(value));
	const rows = supply.causes.map(
		(cause) => `<tr>
			<td>${cause.cause_type === "Item" ? __("Safety stock, minimum order or rounding") : link(cause)}</td>
			<td>${day(cause.date)}</td>
			<td class="text-right">${quantity(cause.qty)}</td>
			<td class="text-muted">${cause.path.map(text).join(" › ")}</td>
		</tr>`
	);
	return `<p>${__("{0} due on {1}, to be started or ordered on {2}", [
		`<b>${quantity(supply.qty)}</b>`,
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
	const args = { ...(horizon && { horizon }), ...(company && { company }) };
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
	frappe
		.call({ type: "POST", method: "production_orders.api.demand.start_requests", args })
		.then(() =>
			frappe.show_alert({
				message: __("Planning runs in the background. You will be told how it ends."),
				indicator: "blue",
			})
		);
}

function make_plan(report, args) {
	frappe
		.call({ type: "POST", method: "production_orders.api.demand.make_requests", args, freeze: true })
		.then(({ message }) => {
			show_made(message);
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
