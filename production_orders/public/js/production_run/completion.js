// The dialog that completes a run: output, what was really consumed next to the plan, labour and downtime.
frappe.provide("production_orders");

production_orders.RunCompletion = class RunCompletion {
	constructor(frm) {
		this.frm = frm;
		this.read_plan({ produced_qty: frm.doc.qty })
			.then((materials) => {
				this.plan = materials;
				return this.read_items();
			})
			.then(() => this.show());
	}

	get rows() {
		return this.dialog.get_field("consumption").df.data;
	}

	read_plan({ produced_qty, rejected_qty, loss_qty }) {
		return production_orders
			.read("runs.plan", { run: this.frm.doc.name, produced_qty, rejected_qty, loss_qty })
			.then(({ materials }) => materials);
	}

	// Batch and serial fields are shown only for items that have them.
	read_items() {
		const names = [this.frm.doc.item_code, ...this.plan.map((row) => row.item_code)];
		return frappe.db
			.get_list("Item", {
				filters: { name: ["in", names] },
				fields: ["name", "has_batch_no", "has_serial_no"],
				limit: 0,
			})
			.then((items) => {
				this.product = items.find((item) => item.name === this.frm.doc.item_code);
				const materials = items.filter((item) => item !== this.product);
				this.batches = materials.some((item) => item.has_batch_no);
				this.serials = materials.some((item) => item.has_serial_no);
			});
	}

	show() {
		this.dialog = new frappe.ui.Dialog({
			title: __("Complete {0}", [this.frm.doc.name]),
			size: "extra-large",
			fields: [
				...this.output_fields(),
				{ fieldtype: "Section Break", label: __("Consumption") },
				this.consumption_field(),
				{ fieldtype: "Section Break", label: __("Labour"), collapsible: 1 },
				this.labour_field(),
				{ fieldtype: "Section Break", label: __("Downtime"), collapsible: 1 },
				this.downtime_field(),
			],
			primary_action_label: __("Complete Run"),
			primary_action: (values) => this.send(values),
		});
		this.dialog.show();
		["consumption", "labour", "downtime"].forEach((table) => keep_typed(this.dialog.get_field(table).grid));
	}

	output_fields() {
		const uom = __(this.frm.doc.stock_uom);
		const replan = () => this.replan();
		return [
			{
				fieldtype: "Float",
				fieldname: "produced_qty",
				label: __("Good ({0})", [uom]),
				default: this.frm.doc.qty,
				reqd: 1,
				onchange: replan,
			},
			{ fieldtype: "Link", fieldname: "batch_no", label: __("Batch Produced"), options: "Batch",
				hidden: !this.product.has_batch_no,
				description: __("Empty makes a new batch from the item's series"),
				get_query: () => ({ filters: { item: this.frm.doc.item_code } }) },
			{ fieldtype: "Small Text", fieldname: "serial_nos", label: __("Serial Nos Produced"),
				hidden: !this.product.has_serial_no, description: __("One per line") },
			{ fieldtype: "Column Break" },
			{ fieldtype: "Float", fieldname: "rejected_qty", label: __("Rejected ({0})", [uom]), onchange: replan },
			{
				fieldtype: "Data",
				fieldname: "reject_reason",
				label: __("Reject Reason"),
				depends_on: "eval:doc.rejected_qty>0",
			},
			{ fieldtype: "Column Break" },
			{ fieldtype: "Float", fieldname: "loss_qty", label: __("Process Loss ({0})", [uom]), onchange: replan },
		];
	}

	consumption_field() {
		return {
			fieldtype: "Table",
			fieldname: "consumption",
			cannot_delete_rows: 1,
			description: __("Enter what was really taken. Filled in is the plan, corrected by what earlier runs took."),
			data: this.plan.map((row) => ({ ...row, qty: row.proposed_qty })),
			fields: [
				{ fieldtype: "Link", fieldname: "item_code", label: __("Material"), options: "Item", in_list_view: 1, columns: 2, reqd: 1 },
				{ fieldtype: "Link", fieldname: "warehouse", label: __("Warehouse"), options: "Warehouse", in_list_view: 1, columns: 2,
					get_query: () => ({ filters: { company: this.frm.doc.company, is_group: 0, disabled: 0 } }) },
				{ fieldtype: "Float", fieldname: "planned_qty", label: __("Planned"), in_list_view: 1, columns: 1, read_only: 1 },
				{ fieldtype: "Float", fieldname: "qty", label: __("Actual"), in_list_view: 1, columns: 1, reqd: 1 },
				{ fieldtype: "Link", fieldname: "stock_uom", label: __("UOM"), options: "UOM", in_list_view: 1, columns: 1, read_only: 1 },
				{ fieldtype: "Link", fieldname: "batch_no", label: __("Batch"), options: "Batch", in_list_view: this.batches, columns: 2,
					hidden: !this.batches },
				{ fieldtype: "Small Text", fieldname: "serial_nos", label: __("Serial Nos"), in_list_view: this.serials, columns: 2,
					hidden: !this.serials },
			],
		};
	}

	labour_field() {
		return {
			fieldtype: "Table",
			fieldname: "labour",
			data: [],
			fields: [
				{ fieldtype: "Link", fieldname: "employee", label: __("Employee"), options: "Employee", in_list_view: 1, columns: 3 },
				{ fieldtype: "Select", fieldname: "activity", label: __("Activity"), options: "Run\nSetup", default: "Run", in_list_view: 1, columns: 2 },
				{ fieldtype: "Float", fieldname: "minutes", label: __("Minutes"), in_list_view: 1, columns: 2, reqd: 1 },
				{ fieldtype: "Float", fieldname: "hour_rate", label: __("Hour Rate"), in_list_view: 1, columns: 2 },
			],
		};
	}

	downtime_field() {
		return {
			fieldtype: "Table",
			fieldname: "downtime",
			data: [],
			fields: [
				{ fieldtype: "Data", fieldname: "reason", label: __("Reason"), in_list_view: 1, columns: 5, reqd: 1 },
				{ fieldtype: "Float", fieldname: "minutes", label: __("Minutes"), in_list_view: 1, columns: 2, reqd: 1 },
				{ fieldtype: "Link", fieldname: "workstation", label: __("Workstation"), options: "Workstation", in_list_view: 1, columns: 3 },
			],
		};
	}

	// The plan follows the output; what the user typed over it stays.
	replan() {
		const { produced_qty, rejected_qty, loss_qty } = this.dialog.get_values(true);
		this.read_plan({ produced_qty: produced_qty || 0, rejected_qty, loss_qty }).then((materials) => {
			materials.forEach((planned) => {
				const row = this.rows.find((row) => same_material(row, planned));
				if (row) {
					row.qty = is_edited(row) ? row.qty : planned.proposed_qty;
					Object.assign(row, { planned_qty: planned.planned_qty, proposed_qty: planned.proposed_qty });
				}
			});
			this.dialog.get_field("consumption").grid.refresh();
		});
	}

	send(values) {
		const { produced_qty, rejected_qty, loss_qty, reject_reason, batch_no, serial_nos } = values;
		production_orders
			.write("runs.complete", {
				run: this.frm.doc.name,
				produced_qty,
				rejected_qty,
				loss_qty,
				reject_reason,
				batch_no,
				serial_nos,
				consumption: this.reported(),
				labour: pick(values.labour, ["employee", "activity", "minutes", "hour_rate"]),
				downtime: pick(values.downtime, ["reason", "minutes", "workstation"]),
			})
			.then((result) => {
				this.dialog.hide();
				this.frm.reload_doc().then(() => show_result(result));
			});
	}

	// Only what differs from the proposal is reported; the server takes the rest from the lock.
	reported() {
		const edited = this.rows.filter((row) => is_edited(row));
		const rows = this.rows.filter((row) => edited.some((other) => same_material(row, other)));
		return pick(rows, ["item_code", "warehouse", "qty", "batch_no", "serial_nos"]);
	}
};

// Leaving a row by key hides its input before the browser reports the change.
function keep_typed(grid) {
	const keys = ["Tab", "ArrowUp", "ArrowDown"];
	const report = (event) => keys.includes(event.key) && $(event.target).trigger("change");
	grid.wrapper[0].addEventListener("keydown", report, true);
}

function same_material(row, other) {
	return row.item_code === other.item_code && row.warehouse === other.warehouse;
}

function is_edited(row) {
	return flt(row.qty) !== flt(row.proposed_qty) || Boolean(row.batch_no || row.serial_nos);
}

function pick(rows, fields) {
	return (rows || []).map((row) =>
		production_orders.filled(Object.fromEntries(fields.map((field) => [field, row[field]])))
	);
}

function show_result({ run, warnings, open_qty }) {
	if (!warnings.length) {
		frappe.show_alert({ message: __("{0} is completed.", [run]), indicator: "green" });
		return;
	}
	production_orders.show_warnings(__("{0} Is Completed with Warnings", [run]), warnings);
}
