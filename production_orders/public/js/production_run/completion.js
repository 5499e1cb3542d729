// The dialog that completes a run: what came out, what was really consumed next to the plan, labour and downtime.
frappe.provide("production_orders");

const LOTS = ["batch_no", "serial_nos"];
const SENT = {
	rejects: ["qty", "reason", "disposition"],
	consumption: ["item_code", "warehouse", "qty", "replaces", ...LOTS],
	returns: ["item_code", "warehouse", "qty", ...LOTS],
	outputs: ["item_code", "warehouse", "qty", ...LOTS],
	labour: ["employee", "activity", "minutes", "hour_rate"],
	downtime: ["reason", "minutes", "workstation"],
};

// Tab in a last row adds another one: it says nothing until one of these is filled in.
const SAYING = ["item_code", "qty", "reason", "employee", "minutes"];

production_orders.RunCompletion = class RunCompletion {
	constructor(frm) {
		this.frm = frm;
		this.read().then(() => this.show());
	}

	async read() {
		const { production_order: order, qty, is_rework } = this.frm.doc;
		const warehouses = frappe.db.get_value("Production Order", order, ["rework_warehouse"]);
		const alternatives = is_rework ? [] : production_orders.read("materials.alternatives", { order });
		this.plan = await this.read_plan({ produced_qty: qty });
		this.order = (await warehouses).message;
		this.alternatives = await alternatives;
		await this.read_items();
	}

	read_plan({ produced_qty, rejected_qty, loss_qty }) {
		return production_orders.read("runs.plan", {
			run: this.frm.doc.name,
			produced_qty,
			rejected_qty,
			loss_qty,
		});
	}

	async read_items() {
		const rows = [...this.plan.materials, ...this.plan.outputs];
		const names = [this.frm.doc.item_code, ...rows.map((row) => row.item_code)];
		const items = await frappe.db.get_list("Item", {
			filters: { name: ["in", names] },
			fields: ["name", "has_batch_no", "has_serial_no"],
			limit: 0,
		});
		this.product = items.find((item) => item.name === this.frm.doc.item_code);
		this.tracked = (rows) => {
			const those = items.filter((item) => rows.some((row) => row.item_code === item.name));
			return {
				batches: those.some((item) => item.has_batch_no),
				serials: those.some((item) => item.has_serial_no),
			};
		};
	}

	show() {
		this.dialog = new frappe.ui.Dialog({
			title: __("Complete {0}", [this.frm.doc.name]),
			size: "extra-large",
			fields: [...this.output_fields(), ...this.sections()],
			primary_action_label: __("Complete Run"),
			primary_action: (values) => this.send(values),
		});
		this.dialog.show();
		Object.keys(SENT)
			.map((name) => this.grid(name))
			.filter(Boolean)
			.forEach(production_orders.keep_typed);
		["consumption", "outputs"]
			.map((name) => this.grid(name))
			.filter(Boolean)
			.forEach(production_orders.keep_rows);
	}

	grid(table) {
		return this.dialog.get_field(table)?.grid;
	}

	rows(table) {
		const rows = this.dialog.get_field(table)?.df.data || [];
		return rows.filter((row) => SAYING.some((field) => row[field]));
	}

	output_fields() {
		const uom = __(this.frm.doc.stock_uom);
		const onchange = () => this.replan();
		return [
			{ fieldtype: "Float", fieldname: "produced_qty", label: __("Good ({0})", [uom]),
				default: this.frm.doc.qty, reqd: 1, onchange },
			{ fieldtype: "Float", fieldname: "loss_qty", label: __("Process Loss ({0})", [uom]), onchange },
			{ fieldtype: "Link", fieldname: "batch_no", label: __("Batch Produced"), options: "Batch",
				hidden: !this.product.has_batch_no,
				description: __("Empty makes a new batch from the item's series"),
				get_query: () => ({ filters: { item: this.frm.doc.item_code } }) },
			{ fieldtype: "Small Text", fieldname: "serial_nos", label: __("Serial Nos Produced"),
				hidden: !this.product.has_serial_no, description: __("One per line: the good ones, then the rejected ones") },
			{ fieldtype: "Column Break" },
			production_orders.completion_tables.rejects({
				label: __("Rejected ({0})", [uom]),
				dispositions: this.order.rework_warehouse ? ["Scrap", "Rework"] : ["Scrap"],
				onchange,
			}),
		];
	}

	sections() {
		const tables = production_orders.completion_tables;
		const { company, labour, downtime } = this.frm.doc;
		const { materials, outputs } = this.plan;
		const tracked = this.tracked(materials);
		const planned = (rows) => rows.map((row) => ({ ...row, qty: proposed(row), proposed_qty: proposed(row) }));
		return [
			...section(__("Consumption"), tables.consumption({
				data: planned(materials), company, tracked, alternatives: this.alternatives,
			})),
			...section(__("Returned Material"), tables.returns({ company, tracked }), true),
			...(outputs.length
				? section(__("Co- and By-products"), tables.outputs({
						data: planned(outputs), company, tracked: this.tracked(outputs),
				  }))
				: []),
			...section(__("Labour"), tables.labour({ data: copied(labour, SENT.labour) }), !labour.length),
			...section(__("Downtime"), tables.downtime({ data: copied(downtime, SENT.downtime) }), !downtime.length),
		];
	}

	// The plan follows the output; what the user typed over it stays.
	async replan() {
		const { produced_qty, loss_qty } = this.dialog.get_values(true);
		const rejected_qty = this.rows("rejects").reduce((sum, row) => sum + flt(row.qty), 0);
		const plan = await this.read_plan({ produced_qty: produced_qty || 0, rejected_qty, loss_qty });
		this.follow("consumption", plan.materials);
		this.follow("outputs", plan.outputs);
	}

	follow(table, planned) {
		planned.forEach((plan) => {
			const row = this.rows(table).find((row) => is_same(row, plan));
			if (row) {
				const qty = is_edited(row) ? row.qty : proposed(plan);
				Object.assign(row, { qty, planned_qty: plan.planned_qty, proposed_qty: proposed(plan) });
				this.show_plan(table, row);
			}
		});
	}

	// Not by a refresh of the whole table: somebody may be typing in it.
	show_plan(table, row) {
		const shown = this.grid(table).grid_rows.find(({ doc }) => doc === row);
		const is_typed_in = shown?.wrapper[0].contains(document.activeElement);
		(is_typed_in ? ["planned_qty"] : ["planned_qty", "qty"]).forEach((field) => shown?.refresh_field(field));
	}

	send({ produced_qty, loss_qty, batch_no, serial_nos }) {
		const args = { run: this.frm.doc.name, produced_qty, loss_qty, batch_no, serial_nos };
		const tables = Object.keys(SENT).map((table) => [table, this.sent(table)]);
		production_orders
			.write("runs.complete", { ...args, ...Object.fromEntries(tables) })
			.then((result) => {
				this.dialog.hide();
				this.frm.reload_doc().then(() => show_result(result));
			});
	}

	// Left out is what the server knows: the plan, and what was logged; an emptied log is sent as empty.
	sent(table) {
		const rows = ["consumption", "outputs"].includes(table) ? reported(this.rows(table)) : this.rows(table);
		const was_logged = Boolean(this.frm.doc[table]?.length);
		return rows.length || was_logged ? production_orders.sent_rows(rows, SENT[table]) : undefined;
	}
};

// A heading that folds stands over its table, another one stands in it.
function section(label, table, collapsible = false) {
	return collapsible
		? [{ fieldtype: "Section Break", label, collapsible: 1 }, table]
		: [{ fieldtype: "Section Break" }, { ...table, label }];
}

function copied(rows, fields) {
	return rows.map((row) => Object.fromEntries(fields.map((field) => [field, row[field]])));
}

// Rows of a material of which at least one differs from the proposal: together they stand for it.
function reported(rows) {
	const edited = rows.filter(is_edited).map(line_of);
	return rows.filter((row) => edited.includes(line_of(row)));
}

// Earlier runs correct what is proposed of a material; of what comes out beside, the plan is the proposal.
function proposed({ planned_qty, proposed_qty = planned_qty }) {
	return proposed_qty;
}

function line_of(row) {
	return row.replaces || row.item_code;
}

function is_same(row, other) {
	return row.item_code === other.item_code && row.warehouse === other.warehouse && !row.replaces;
}

function is_edited(row) {
	return flt(row.qty) !== flt(row.proposed_qty) || Boolean(row.batch_no || row.serial_nos || row.replaces);
}

function show_result({ run, warnings }) {
	if (!warnings.length) {
		frappe.show_alert({ message: __("{0} is completed.", [run]), indicator: "green" });
		return;
	}
	production_orders.show_warnings(__("{0} Is Completed with Warnings", [run]), warnings);
}
