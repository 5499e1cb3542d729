frappe.ui.form.on("Production Order", {
	setup(frm) {
		production_orders.hide_workflow(frm);
		set_queries(frm);
	},

	refresh(frm) {
		production_orders.show_actions(frm, {
			handlers: production_orders.order_actions,
			next_steps: ["confirm", "start_run", "start_rework", "complete"],
			explained: ["complete", "reserve", "cancel"],
			group: __("Actions"),
		});
		warn_if_overdue(frm);
		warn_if_outdated(frm);
		render_progress(frm);
		render_coverage(frm);
		production_orders.render_history(frm);
	},

	item_code(frm) {
		frm.set_value({ bom_no: null, bom_pinned: 0 });
	},

	company(frm) {
		const places = ["source_warehouse", "fg_warehouse", "scrap_warehouse", "wip_warehouse", "rework_warehouse"];
		frm.set_value({ bom_no: null, ...Object.fromEntries(places.map((field) => [field, null])) });
	},

	bom_no(frm) {
		if (frm.doc.bom_no && frm.doc.docstatus === 0) {
			frm.set_value("bom_pinned", 1);
		}
	},
});

function set_queries(frm) {
	frm.set_query("item_code", () => ({ filters: { is_stock_item: 1, has_variants: 0, disabled: 0 } }));
	frm.set_query("bom_no", () => ({
		filters: { item: frm.doc.item_code, company: frm.doc.company, is_active: 1, docstatus: 1 },
	}));
	// Stock is drawn from the warehouses of a group, too; it goes into a single one.
	frm.set_query("source_warehouse", () => ({ filters: { company: frm.doc.company, disabled: 0 } }));
	["fg_warehouse", "scrap_warehouse", "wip_warehouse", "rework_warehouse"].forEach((field) =>
		frm.set_query(field, () => ({ filters: { company: frm.doc.company, is_group: 0, disabled: 0 } }))
	);
}

function warn_if_overdue(frm) {
	const { need_by_date, status } = frm.doc;
	const open = ["Draft", "Confirmed", "In Progress"].includes(status);
	if (open && need_by_date && need_by_date < frappe.datetime.get_today()) {
		frm.set_intro(__("Needed by {0}: overdue.", [frappe.datetime.str_to_user(need_by_date)]), "red");
	}
}

function warn_if_outdated(frm) {
	if (frm.doc.docstatus === 0 && frm.doc.bom_outdated) {
		frm.set_intro(
			frm.doc.bom_pinned
				? __("{0} is no longer the default BOM. Save to keep it, or use Refresh BOM.", [production_orders.text(frm.doc.bom_no)])
				: __("{0} is no longer the default BOM. Save or Refresh BOM takes the newer one.", [production_orders.text(frm.doc.bom_no)]),
			"orange"
		);
	}
}

function render_progress(frm) {
	const { docstatus, qty, produced_qty, process_loss_qty, closed_short_qty, open_qty, stock_uom } = frm.doc;
	const parts = docstatus
		? [
				{ label: __("produced"), qty: produced_qty, colour: "green" },
				{ label: __("lost in process"), qty: process_loss_qty, colour: "orange" },
				{ label: __("closed short"), qty: closed_short_qty, colour: "red" },
				{ label: __("open"), qty: open_qty, colour: "gray" },
		  ].filter((part) => part.qty > 0)
		: [];
	const shown = frappe.render_template("production_order_progress", { qty, parts, stock_uom });
	frm.get_field("progress_html").$wrapper.html(parts.length ? shown : "");
}

function render_coverage(frm) {
	const materials = frm.doc.materials || [];
	const short = materials.filter((material) => material.short_qty > 0);
	const shown = frappe.render_template("production_order_coverage", { materials, short, doc: frm.doc });
	frm.get_field("coverage_html").$wrapper.html(materials.length ? shown : "");
}
