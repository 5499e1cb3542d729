// An order's events as a timeline, and the check that nobody bent it.
frappe.provide("production_orders");

production_orders.render_history = function (frm) {
	const wrapper = frm.get_field("history_html").$wrapper.empty();
	if (!frm.doc.event_count) {
		return;
	}
	const order = frm.doc.name;
	production_orders.read("history.events", { order }).then((events) => {
		const rows = events.map((event) => ({ ...event, facts: facts_of(event.details) })).reverse();
		wrapper.html(frappe.render_template("production_order_history", { order, events: rows }));
		wrapper.find(".btn-verify").on("click", () => production_orders.verify_history(order, wrapper.find(".verification")));
	});
};

production_orders.verify_history = function (order, target) {
	production_orders.read("history.verify", { order }).then(({ intact, events, head, problems }) => {
		const message = intact
			? __("Intact: {0} events, the BOM lock unchanged, head {1}", [events, head.slice(0, 12)])
			: __("Broken: {0}", [problems.map(describe).join(", ")]);
		target.html(
			`<span class="indicator-pill ${intact ? "green" : "red"}">${production_orders.text(message)}</span>`
		);
	});
};

function describe({ sequence, kind }) {
	return sequence ? __("event {0} {1}", [sequence, __(kind)]) : __(kind);
}

// The status before and after as one fact, everything else under the label its field has on the order.
function facts_of({ from, to, ...details }) {
	const facts = Object.entries(details)
		.filter(([, value]) => value !== "" && value !== null && !(Array.isArray(value) && !value.length))
		.map(([key, value]) => ({ label: label_of(key), value: readable(key, value) }));
	return to ? [{ label: __("Status"), value: `${__(from)} → ${__(to)}` }, ...facts] : facts;
}

function label_of(key) {
	const field = frappe.meta.get_docfield("Production Order", key);
	return __(field ? field.label : frappe.unscrub(key));
}

function readable(key, value) {
	if (Array.isArray(value)) {
		return value.map((row) => `${row.item_code} ${production_orders.qty(row.qty ?? row.short_qty)}`).join(", ");
	}
	return key.endsWith("hash") ? value.slice(0, 12) : value;
}
