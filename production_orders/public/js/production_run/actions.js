// What each button of a run asks and calls; the server decides.
frappe.provide("production_orders");

production_orders.run_actions = {
	start: (frm) => send(frm, "runs.start", { order: frm.doc.production_order }),

	pause: (frm) => ask_reason(frm, "runs.pause", __("Pause {0}", [frm.doc.name]), __("Pause")),

	resume: (frm) => send(frm, "runs.resume"),

	hand_over: (frm) =>
		ask(frm, "runs.hand_over", __("Hand {0} Over", [frm.doc.name]), __("Hand Over"), [
			{ fieldtype: "Link", fieldname: "operator", label: __("Operator"), options: "User", reqd: 1,
				description: __("Now {0}", [frm.doc.operator]) },
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

	abort: (frm) => ask_reason(frm, "runs.abort", __("Abort {0}: it made nothing", [frm.doc.name]), __("Abort")),

	reverse: (frm) =>
		ask_reason(frm, "runs.reverse", __("Reverse {0}: its stock goes back", [frm.doc.name]), __("Reverse")),
};

function ask_reason(frm, method, title, label) {
	ask(frm, method, title, label, [{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 }]);
}

// The dialog stays open while the server has objections.
function ask(frm, method, title, label, fields) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		primary_action_label: label,
		primary_action: (values) => send(frm, method, values).then(() => dialog.hide()),
	});
	dialog.show();
}

function send(frm, method, args = {}) {
	return production_orders.write(method, { run: frm.doc.name, ...args }).then(() => frm.reload_doc());
}
