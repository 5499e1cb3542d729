// The tables of the dialog that completes a run: what each asks for, and what of it is sent.
frappe.provide("production_orders");

production_orders.completion_tables = {
	rejects({ label, dispositions, onchange }) {
		return table("rejects", {
			label,
			description: __("Scrap stays open on the order and may be made again; what is sent to rework waits for a rework run."),
			fields: [
				{ ...number("qty", __("Quantity")), columns: 2, reqd: 1, onchange },
				{ fieldtype: "Data", fieldname: "reason", label: __("Reason"), in_list_view: 1, columns: 5, reqd: 1 },
				{ fieldtype: "Select", fieldname: "disposition", label: __("Disposition"), options: dispositions.join("\n"),
					default: "Scrap", in_list_view: 1, columns: 3, reqd: 1, read_only: Number(dispositions.length < 2) },
			],
		});
	},

	consumption({ data, company, tracked, alternatives }) {
		const plan = __("Enter what was really taken. Filled in is the plan, corrected by what earlier runs took.");
		const known = Number(alternatives.length > 0);
		return table("consumption", {
			data,
			cannot_delete_rows: 1,
			description: known ? `${plan} ${said_of(alternatives)}` : plan,
			fields: [
				{ ...item(__("Material")), onchange: known ? propose_replaced(alternatives) : undefined },
				{ fieldtype: "Link", fieldname: "replaces", label: __("Instead Of"), options: "Item", columns: 1,
					in_list_view: known, hidden: Number(!known),
					get_query: () => ({ filters: { name: ["in", alternatives.map(({ item_code }) => item_code)] } }) },
				warehouse(company),
				{ ...number("planned_qty", __("Planned")), read_only: 1 },
				{ ...number("qty", __("Actual")), reqd: 1 },
				uom(),
				...lots(tracked),
			],
		});
	},

	returns({ company, tracked }) {
		return table("returns", {
			description: __("Left over from what was taken or staged, and put back."),
			fields: [item(__("Material")), warehouse(company), { ...number("qty", __("Returned")), reqd: 1 }, ...lots(tracked)],
		});
	},

	outputs({ data, company, tracked }) {
		return table("outputs", {
			data,
			cannot_add_rows: 1,
			cannot_delete_rows: 1,
			description: __("Enter what really came out beside the finished item. Filled in is the plan."),
			fields: [
				{ ...item(__("Item")), read_only: 1 },
				{ fieldtype: "Data", fieldname: "kind", label: __("Kind"), in_list_view: 1, columns: 1, read_only: 1 },
				warehouse(company),
				{ ...number("planned_qty", __("Planned")), read_only: 1 },
				{ ...number("qty", __("Actual")), reqd: 1 },
				uom(),
				...lots(tracked),
			],
		});
	},

	labour({ data }) {
		return table("labour", {
			data,
			description: __("Left empty, the run carries the standard minutes of its BOM Lock."),
			fields: [
				{ fieldtype: "Link", fieldname: "employee", label: __("Employee"), options: "Employee", in_list_view: 1, columns: 3 },
				{ fieldtype: "Select", fieldname: "activity", label: __("Activity"), options: "Run\nSetup", default: "Run",
					in_list_view: 1, columns: 2 },
				{ ...number("minutes", __("Minutes")), columns: 2, reqd: 1 },
				{ ...number("hour_rate", __("Hour Rate")), columns: 2 },
			],
		});
	},

	downtime({ data }) {
		return table("downtime", {
			data,
			fields: [
				{ fieldtype: "Data", fieldname: "reason", label: __("Reason"), in_list_view: 1, columns: 5, reqd: 1 },
				{ ...number("minutes", __("Minutes")), columns: 2, reqd: 1 },
				{ fieldtype: "Link", fieldname: "workstation", label: __("Workstation"), options: "Workstation", in_list_view: 1, columns: 3 },
			],
		});
	},
};

// The rows of a table as the server takes them: these fields, and of those only what is filled in.
production_orders.sent_rows = (rows, fields) =>
	(rows || []).map((row) => production_orders.filled(Object.fromEntries(fields.map((field) => [field, row[field]]))));

// Leaving a row by key hides its input before the browser reports the change.
production_orders.keep_typed = function (grid) {
	const keys = ["Tab", "ArrowUp", "ArrowDown"];
	const report = (event) => keys.includes(event.key) && $(event.target).trigger("change");
	grid.wrapper[0].addEventListener("keydown", report, true);
};

// "SADDLE-GEL for SADDLE (10 free in Stores)". Without markup, which early hosts of version 15 would show as it is.
function said_of(alternatives) {
	const { qty, text } = production_orders;
	const options = alternatives.flatMap(({ item_code, alternatives }) =>
		alternatives.map((row) =>
			__("{0} for {1} ({2} free in {3})", [
				text(row.item_code),
				text(item_code),
				qty(row.available_qty),
				text(row.warehouse),
			])
		)
	);
	return __("May be taken instead, in a row of its own: {0}", [options.join(" · ")]);
}

// Whoever adds an alternative means the material it stands in for, and the place where that is.
function propose_replaced(alternatives) {
	return function () {
		const { grid_row } = this;
		const doc = grid_row?.doc;
		if (!doc) {
			return;
		}
		const replaced = alternatives.filter((one) => one.alternatives.some(({ item_code }) => item_code === doc.item_code));
		if (replaced.length === 1 && !doc.replaces) {
			const [{ item_code, alternatives: options }] = replaced;
			const { warehouse } = options.find((option) => option.item_code === doc.item_code);
			Object.assign(doc, { replaces: item_code, warehouse: doc.warehouse || warehouse });
			["replaces", "warehouse"].forEach((field) => grid_row.refresh_field(field));
		}
	};
}

function table(fieldname, { data = [], ...rest }) {
	return { fieldtype: "Table", fieldname, data, ...rest };
}

function number(fieldname, label) {
	return { fieldtype: "Float", fieldname, label, in_list_view: 1, columns: 1 };
}

function item(label) {
	return { fieldtype: "Link", fieldname: "item_code", label, options: "Item", in_list_view: 1, columns: 2, reqd: 1 };
}

function warehouse(company) {
	return {
		fieldtype: "Link",
		fieldname: "warehouse",
		label: __("Warehouse"),
		options: "Warehouse",
		in_list_view: 1,
		columns: 2,
		get_query: () => ({ filters: { company, is_group: 0, disabled: 0 } }),
	};
}

function uom() {
	return { fieldtype: "Link", fieldname: "stock_uom", label: __("UOM"), options: "UOM", in_list_view: 1, columns: 1, read_only: 1 };
}

// Batch and serial columns stand only where an item has them.
function lots({ batches, serials }) {
	return [
		{ fieldtype: "Link", fieldname: "batch_no", label: __("Batch"), options: "Batch", columns: 1,
			in_list_view: Number(batches), hidden: Number(!batches) },
		{ fieldtype: "Small Text", fieldname: "serial_nos", label: __("Serial Nos"), columns: 1,
			in_list_view: Number(serials), hidden: Number(!serials) },
	];
}
