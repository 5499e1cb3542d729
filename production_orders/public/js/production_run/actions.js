// What each button of a run asks and calls; the server decides.
frappe.provide("production_orders");

production_orders.run_actions = {
	start: (frm) => send(frm, "runs.start", { order: frm.doc.production_order }),

	pause: (frm) => ask_reason(frm, "runs.pause", __("Pause {0}", [frm.doc.name]), __("Pause")),

	resume: (frm) => send(frm, "runs.resume"),

	complete: (frm) => new production_orders.RunCompletion(frm),

	abort: (frm) => ask_reason(frm, "runs.abort", __("Abort {0}: it made nothing", [frm.doc.name]), __("Abort")),
};

function ask_reason(frm, method, title, label) {
	frappe.prompt(
		{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 },
		({ reason }) => send(frm, method, { reason }),
		title,
		label
	);
}

function send(frm, method, args = {}) {
	production_orders.write(method, { run: frm.doc.name, ...args }).then(() => frm.reload_doc());
}
