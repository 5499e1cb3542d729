// What each button of an order asks and calls; the server decides.
frappe.provide("production_orders");

production_orders.order_actions = {
	confirm: (frm) => production_orders.confirm(frm),

	refresh_bom(frm) {
		production_orders.write("orders.refresh_bom", { order: frm.doc.name }).then(({ changed, bom_no }) => {
			const message = changed
				? __("The order now uses {0}.", [bom_no])
				: __("{0} is still the newest BOM.", [bom_no]);
			frappe.show_alert({ message, indicator: changed ? "green" : "blue" });
			frm.reload_doc();
		});
	},

	start_run: (frm) =>
		ask_for_run(frm, { title: __("Start a Run of {0}", [frm.doc.name]), qty: proposed_qty(frm, "start_run") }),

	start_rework: (frm) =>
		ask_for_run(frm, {
			title: __("Start Rework of {0}", [frm.doc.name]),
			qty: proposed_qty(frm, "start_rework"),
			rework: 1,
		}),

	complete(frm) {
		if (frm.doc.open_qty <= 0) {
			frappe.confirm(__("Complete {0}? It is read-only afterwards.", [frm.doc.name]), () =>
				send(frm, "orders.complete")
			);
			return;
		}
		ask_about_open_qty(frm);
	},

	make_and_complete(frm) {
		frappe.prompt(
			{
				fieldtype: "Float",
				fieldname: "produced_qty",
				label: __("Good Quantity ({0})", [__(frm.doc.stock_uom)]),
				default: frm.doc.open_qty,
				reqd: 1,
			},
			({ produced_qty }) => send(frm, "orders.complete", { produced_qty }),
			__("Make {0} in One Run and Complete It", [frm.doc.name]),
			__("Make and Complete")
		);
	},

	stage: (frm) => production_orders.stage_materials(frm),
	return_staged: (frm) => production_orders.return_staged(frm),

	reserve(frm) {
		production_orders.write("reservations.reserve", { order: frm.doc.name }).then(({ reserved, shortages }) => {
			const message = shortages.length
				? __("{0} materials reserved, {1} still short.", [reserved.length, shortages.length])
				: __("Every material is covered now.");
			frappe.show_alert({ message, indicator: shortages.length ? "orange" : "green" });
			frm.reload_doc();
		});
	},

	release(frm) {
		const held = frm.doc.materials.filter((row) => row.reserved_qty > row.delivered_qty);
		const dialog = new frappe.ui.Dialog({
			title: __("Release Reservations of {0}", [frm.doc.name]),
			fields: [
				{
					fieldtype: "MultiCheck",
					fieldname: "materials",
					label: __("Give Back"),
					columns: 1,
					options: held.map((row) => ({
						label: production_orders.held(row),
						value: row.name,
						checked: 1,
					})),
				},
				{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 },
			],
			primary_action_label: __("Release"),
			primary_action({ materials: names, reason }) {
				const chosen = held.filter((row) => (names || []).includes(row.name));
				if (!chosen.length) {
					frappe.msgprint(__("Choose at least one material."));
					return;
				}
				const materials = chosen.map(({ item_code, warehouse }) => ({ item_code, warehouse }));
				send(frm, "reservations.release", { reason, materials }).then(() => dialog.hide());
			},
		});
		dialog.show();
	},

	move: (frm) => production_orders.move_reservation(frm),

	request_supply: (frm) => production_orders.request_supply(frm),

	cancel(frm) {
		const dialog = new frappe.ui.Dialog({
			title: __("Cancel {0} and Give Its Reservations Back", [frm.doc.name]),
			fields: [{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 }],
			primary_action_label: __("Cancel Order"),
			primary_action: ({ reason }) => send(frm, "orders.cancel", { reason }).then(() => dialog.hide()),
		});
		dialog.show();
	},
};

function proposed_qty(frm, start) {
	return frm.doc.__onload.allowed_actions.find(({ action }) => action === start).proposed_qty;
}

function ask_for_run(frm, { title, qty, rework }) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [
			{
				fieldtype: "Float",
				fieldname: "qty",
				label: __("Quantity ({0})", [__(frm.doc.stock_uom)]),
				default: qty,
				reqd: 1,
			},
			{ fieldtype: "Link", fieldname: "workstation", label: __("Workstation"), options: "Workstation" },
			{
				fieldtype: "Link",
				fieldname: "operator",
				label: __("Operator"),
				options: "User",
				description: __("Empty takes you"),
			},
		],
		primary_action_label: __("Start"),
		primary_action(values) {
			production_orders.write("runs.start", { order: frm.doc.name, rework, ...values }).then(({ run }) => {
				dialog.hide();
				frappe.set_route("Form", "Production Run", run);
			});
		},
	});
	dialog.show();
}

function send(frm, method, args = {}) {
	return production_orders.write(method, { order: frm.doc.name, ...args }).then(() => frm.reload_doc());
}

function ask_about_open_qty(frm) {
	const open = production_orders.qty(frm.doc.open_qty, frm.doc.stock_uom);
	const answers = {
		make: __("It was made: report it in one last run"),
		short: __("It will not be made: close the order short"),
		tolerate: __("It is within the tolerance: complete as it is"),
	};
	const dialog = new frappe.ui.Dialog({
		title: __("Complete {0}", [frm.doc.name]),
		fields: [
			{
				fieldtype: "Select",
				fieldname: "answer",
				label: __("What about the open {0}?", [open]),
				options: [
					{ value: "", label: "" },
					...Object.entries(answers).map(([value, label]) => ({ value, label })),
				],
				reqd: 1,
			},
			{
				fieldtype: "Small Text",
				fieldname: "reason",
				label: __("Reason"),
				depends_on: "eval:doc.answer==='short'",
				mandatory_depends_on: "eval:doc.answer==='short'",
			},
		],
		primary_action_label: __("Complete"),
		primary_action({ answer, reason }) {
			const args = {
				make: { produced_qty: frm.doc.open_qty },
				short: { close_short: 1, reason },
				tolerate: {},
			}[answer];
			send(frm, "orders.complete", args).then(() => dialog.hide());
		},
	});
	dialog.show();
}
