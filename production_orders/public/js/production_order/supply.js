// What an order is short of and what it holds for others: asking for supply, moving a reservation.
frappe.provide("production_orders");

// "24 Nov 2026 from Purchase Order PO-1" with a link, or a dash.
production_orders.expected = function ({ expected_on, expected_from }) {
	if (!expected_on) {
		return "–";
	}
	const { doctype, name } = expected_from;
	return __("{0} from {1}", [
		frappe.datetime.str_to_user(expected_on),
		`${__(doctype)} ${production_orders.link(doctype, name)}`,
	]);
};

production_orders.request_supply = function (frm) {
	const order = frm.doc.name;
	production_orders.read("reservations.get", { order }).then(({ shortages }) => {
		const { qty, text } = production_orders;
		const dialog = new frappe.ui.Dialog({
			title: __("Request Supply for {0}", [order]),
			size: "large",
			fields: [
				{
					fieldtype: "HTML",
					fieldname: "explanation",
					options: `<p class="text-muted">${__(
						"Bought materials become a Material Request, made ones draft production orders: exactly what is short and not requested yet."
					)}</p>`,
				},
				{
					fieldtype: "MultiCheck",
					fieldname: "materials",
					columns: 1,
					options: shortages.map((row, index) => ({
						label: `<b>${text(row.item_code)}</b> ${__("{0} short in {1}", [
							qty(row.short_qty, row.stock_uom),
							text(row.warehouse),
						])} <span class="text-muted">${known_of(row)}</span>`,
						value: String(index),
						checked: !row.expected_on && row.available_qty < row.short_qty,
					})),
				},
			],
			primary_action_label: __("Request"),
			primary_action({ materials }) {
				const chosen = (materials || []).map((index) => shortages[index]);
				if (!chosen.length) {
					frappe.msgprint(__("Choose at least one material."));
					return;
				}
				const names = chosen.map(({ item_code, warehouse }) => ({ item_code, warehouse }));
				production_orders.write("reservations.request_supply", { order, materials: names }).then((answer) => {
					dialog.hide();
					show_requested(answer);
					frm.reload_doc();
				});
			},
		});
		dialog.show();
	});
};

// What would cover a shortage without a request.
function known_of({ available_qty, stock_uom, ...row }) {
	return [
		available_qty > 0 ? __("{0} free now: Reserve takes it", [production_orders.qty(available_qty, stock_uom)]) : "",
		row.expected_on ? __("expected {0}", [production_orders.expected(row)]) : "",
	]
		.filter(Boolean)
		.join(" · ");
}

function show_requested({ order, requested }) {
	const { link, qty, text } = production_orders;
	const rows = requested.map(
		(row) => `<tr>
			<td><b>${text(row.item_code)}</b></td><td class="text-right">${qty(row.qty)}</td>
			<td>${__(row.doctype)} ${link(row.doctype, row.name)}</td>
		</tr>`
	);
	frappe.msgprint({
		title: __("Supply of {0}", [order]),
		indicator: rows.length ? "green" : "blue",
		message: rows.length
			? `<table class="table table-condensed"><tbody>${rows.join("")}</tbody></table>`
			: __("Everything that is short has been requested already."),
	});
}

// "HUB: 12 Nos in Stores", of a material of an order.
production_orders.held = ({ item_code, warehouse, reserved_qty, delivered_qty, stock_uom }) =>
	__("{0}: {1} in {2}", [
		production_orders.text(item_code),
		production_orders.qty(reserved_qty - delivered_qty, stock_uom),
		production_orders.text(warehouse),
	]);

production_orders.move_reservation = function (frm) {
	const held = frm.doc.materials.filter((row) => row.reserved_qty > row.delivered_qty);
	const { qty } = production_orders;
	const left = (row) => row.reserved_qty - row.delivered_qty;
	const chosen = (name) => held.find((row) => row.name === name);
	const dialog = new frappe.ui.Dialog({
		title: __("Move a Reservation of {0} to Another Order", [frm.doc.name]),
		fields: [
			{
				fieldtype: "Select",
				fieldname: "material",
				label: __("Material"),
				options: held.map((row) => ({
					value: row.name,
					label: production_orders.held(row),
				})),
				default: held[0].name,
				reqd: 1,
				change: () => dialog.set_value("qty", left(chosen(dialog.get_value("material")))),
			},
			{ fieldtype: "Float", fieldname: "qty", label: __("Quantity"), default: left(held[0]), reqd: 1 },
			{
				fieldtype: "Link",
				fieldname: "to_order",
				label: __("To Order"),
				options: "Production Order",
				reqd: 1,
				get_query: () => ({
					filters: {
						name: ["!=", frm.doc.name],
						company: frm.doc.company,
						status: ["in", ["Confirmed", "In Progress"]],
					},
				}),
			},
			{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 },
		],
		primary_action_label: __("Move"),
		primary_action({ material, qty: wanted, to_order, reason }) {
			const { item_code, warehouse } = chosen(material);
			const args = { from_order: frm.doc.name, to_order, item_code, warehouse, qty: wanted, reason };
			production_orders.write("reservations.move", args).then(() => {
				dialog.hide();
				frappe.show_alert({
					message: __("{0} of {1} moved to {2}.", [qty(wanted), item_code, to_order]),
					indicator: "green",
				});
				frm.reload_doc();
			});
		},
	});
	dialog.show();
};
