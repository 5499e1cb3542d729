// What each button of a run asks and calls; the server decides.
frappe.provide("production_orders");

production_orders.run_actions = {
	start: (frm) => send(frm, "runs.start", { order: frm.doc.production_order }),

	pause: (frm) => ask_reason(frm, "runs.pause", __("Pause {0}", [frm.doc.name]), __("Pause")),

	resume: (frm) => send(frm, "runs.resume"),

	hand_over: (frm) =>
		ask(frm, "runs.hand_over", __("Hand {0} Over", [frm.doc.name]), __("Hand Over"), [
			explanation(__("Now with {0}, whose time ends here.", [bold(frappe.user_info(frm.doc.operator).fullname)])),
			{ fieldtype: "Link", fieldname: "operator", label: __("Next Operator"), options: "User", reqd: 1,
				get_query: () => ({ filters: { name: ["!=", frm.doc.operator] } }) },
			{ fieldtype: "Small Text", fieldname: "reason", label: __("Note for the Next Shift") },
		]),

	log_labour: (frm) =>
		ask(frm, "runs.log_labour", __("Log Labour of {0}", [frm.doc.name]), __("Log"), [
			{ fieldtype: "Link", fieldname: "employee", label: __("Employee"), options: "Employee" },
			{ fieldtype: "Select", fieldname: "activity", label: __("Activity"), options: "Run\nSetup", default: "Run", reqd: 1 },
			{ fieldtype: "Float", fieldname: "minutes", label: __("Minutes"), reqd: 1 },
			{ fieldtype: "Float", fieldname: "hour_rate", label: __("Hour Rate"), description: __("Empty takes the rate of the BOM Lock") },
		]),

	log_downtime: (frm) =>
		ask(frm, "runs.log_downtime", __("Log Downtime of {0}", [frm.doc.name]), __("Log"), [
			{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 },
			{ fieldtype: "Float", fieldname: "minutes", label: __("Minutes"), reqd: 1 },
			{ fieldtype: "Link", fieldname: "workstation", label: __("Workstation"), options: "Workstation", default: frm.doc.workstation },
		]),

	// Others may have logged since this form was opened.
	complete: (frm) => frm.reload_doc().then(() => new production_orders.RunCompletion(frm)),

	abort: (frm) =>
		ask_reason(frm, "runs.abort", __("Abort {0}", [frm.doc.name]), __("Abort"), [
			explanation(__("It made nothing: no stock moves, and what it would have made stays open.")),
		]),

	reverse: (frm) =>
		ask_reason(frm, "runs.reverse", __("Reverse {0}", [frm.doc.name]), __("Reverse"), what_goes_back(frm.doc), show_reversed),
};

function bold(value) {
	return `<b>${production_orders.text(value)}</b>`;
}

function explanation(html) {
	return { fieldtype: "HTML", fieldname: "explanation", options: `<p class="text-muted">${html}</p>` };
}

function what_goes_back({ stock_entry, produced_qty, rejected_qty, stock_uom, production_order }) {
	const made = bold(production_orders.qty(produced_qty + rejected_qty, stock_uom));
	const entry = stock_entry && __("Stock Entry {0} is cancelled.", [production_orders.link("Stock Entry", stock_entry)]);
	const steps = [
		entry,
		__("The {0} it made leave the stock and are open again.", [made]),
		__("Its materials come back and are reserved for {0} again, as far as nobody else holds them.", [bold(production_order)]),
		__("The run stays on record as Reversed."),
	];
	const items = steps.filter(Boolean).map((step) => `<li>${step}</li>`);
	return [{ fieldtype: "HTML", fieldname: "explanation", options: `<ul class="text-muted pl-4">${items.join("")}</ul>` }];
}

function show_reversed({ run, order, shortages }) {
	frappe.show_alert({ message: __("{0} is reversed.", [run]), indicator: "green" });
	if (shortages.length) {
		const missing = ({ item_code, warehouse, short_qty, stock_uom }) =>
			__("{0}: {1} short in {2}", [item_code, production_orders.qty(short_qty, stock_uom), warehouse]);
		production_orders.show_warnings(__("{0} Is Short of Materials Now", [order]), shortages.map(missing));
	}
}

function ask_reason(frm, method, title, label, before = [], done) {
	const reason = { fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 };
	ask(frm, method, title, label, [...before, reason], done);
}

// The dialog stays open while the server has objections.
function ask(frm, method, title, label, fields, done) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		primary_action_label: label,
		primary_action: (values) =>
			send(frm, method, values).then((answer) => {
				dialog.hide();
				done?.(answer);
			}),
	});
	dialog.show();
}

function send(frm, method, args = {}) {
	return production_orders
		.write(method, { run: frm.doc.name, ...args })
		.then((answer) => frm.reload_doc().then(() => answer));
}
