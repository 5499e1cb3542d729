frappe.ui.form.on("Production Run", {
	setup(frm) {
		production_orders.hide_workflow(frm);
		frm.set_query("production_order", () => ({ filters: { status: ["in", ["Confirmed", "In Progress"]] } }));
	},

	refresh(frm) {
		production_orders.show_actions(frm, {
			handlers: production_orders.run_actions,
			next_steps: ["start", "resume", "complete"],
		});
		render_materials(frm);
	},

	onload: (frm) => !frm.doc.qty && propose_qty(frm),
	production_order: (frm) => !frm.doc.qty && propose_qty(frm),
	is_rework: propose_qty,
});

// A new run takes all that no other one is making or working over, until its planner says less.
function propose_qty(frm) {
	if (frm.is_new() && frm.doc.production_order) {
		const start = frm.doc.is_rework ? "start_rework" : "start_run";
		production_orders
			.read("orders.allowed_actions", { order: frm.doc.production_order })
			.then(({ actions }) =>
				frm.set_value("qty", actions.find(({ action }) => action === start).proposed_qty)
			);
	}
}

// A completed run shows planned next to actual, an open one what it will need.
function render_materials(frm) {
	frm.get_field("consumption_html").$wrapper.empty();
	if (frm.doc.docstatus) {
		render_consumption(frm);
	} else if (!frm.is_new() && frm.doc.status !== "Aborted") {
		production_orders
			.read("runs.plan", { run: frm.doc.name, produced_qty: frm.doc.qty })
			.then(({ materials }) => render(frm, { materials, actual: false }));
	}
}

function render_consumption(frm) {
	const materials = by_material(frm.doc.consumption);
	const filters = { name: ["in", materials.map((row) => row.item_code)] };
	frappe.db.get_list("Item", { filters, fields: ["name", "item_name"], limit: 0 }).then((items) => {
		const names = Object.fromEntries(items.map(({ name, item_name }) => [name, item_name]));
		materials.forEach((row) => (row.item_name = names[row.item_code]));
		render(frm, { materials, actual: true });
	});
}

function render(frm, { materials, actual }) {
	const currency = frappe.meta.get_field_currency(frm.get_docfield("actual_cost"), frm.doc);
	frm.get_field("consumption_html").$wrapper.html(
		frappe.render_template("production_run_consumption", { materials, actual, currency })
	);
}

// One line per material: its batches and their sums.
function by_material(rows) {
	const materials = {};
	rows.forEach((row) => {
		const key = JSON.stringify([row.item_code, row.warehouse, row.replaces]);
		const sums = (materials[key] ??= { ...row, planned_qty: 0, qty: 0, returned_qty: 0, amount: 0, batches: [] });
		sums.planned_qty += row.planned_qty;
		sums.qty += row.qty;
		sums.returned_qty += row.returned_qty;
		sums.amount += row.amount;
		if (row.batch_no) {
			sums.batches.push(row);
		}
	});
	return Object.values(materials);
}
