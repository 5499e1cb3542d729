// An order's events as a timeline, the check that nobody bent it, and its whole record as a file.
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
		wrapper.find(".btn-export").on("click", () => production_orders.export_record(order));
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

// The hash inside is of the content and not of the bytes, so the file may be laid out to be read.
production_orders.export_record = function (order) {
	production_orders.read("history.export", { order }).then((record) => {
		const file = new Blob([JSON.stringify(record, null, 1)], { type: "application/json" });
		const link = document.createElement("a");
		link.href = URL.createObjectURL(file);
		link.download = `${order}.json`;
		link.click();
		URL.revokeObjectURL(link.href);
		frappe.show_alert({ message: __("Record of {0}, SHA-256 {1}", [order, record.sha256.slice(0, 12)]), indicator: "green" });
	});
};

function describe({ sequence, kind, subject }) {
	if (subject) {
		return `${subject}: ${__(kind)}`;
	}
	return sequence ? __("event {0} {1}", [sequence, __(kind)]) : __(kind);
}

// The status before and after as one fact, everything else under the label its field has on the order.
function facts_of({ from, to, ...details }) {
	const facts = Object.entries(details)
		.filter(([key, value]) => key !== "doctype" && says_something(value))
		.map(([key, value]) => ({ label: label_of(key), value: readable(key, value) }));
	return to ? [{ label: __("Status"), value: `${__(from)} → ${__(to)}` }, ...facts] : facts;
}

// Nothing rejected, nothing lost, no rework: not worth a word. Quantities are decimal strings.
function says_something(value) {
	return Array.isArray(value) ? value.length > 0 : Boolean(value) && value !== "0";
}

function label_of(key) {
	const field = frappe.meta.get_docfield("Production Order", key);
	return __(field ? field.label : frappe.unscrub(key));
}

function readable(key, value) {
	if (key === "diff") {
		return __("{0} added, {1} removed, {2} changed", [value.added.length, value.removed.length, value.changed.length]);
	}
	if (Array.isArray(value)) {
		return value.map((row) => `${row.item_code} ${production_orders.qty(row.qty ?? row.short_qty)}`).join(", ");
	}
	return key.endsWith("hash") ? value.slice(0, 12) : value;
}
