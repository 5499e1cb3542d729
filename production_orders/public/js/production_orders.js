// What the forms share: one server call per button, the buttons themselves, quantities as people write them.
frappe.provide("production_orders");

production_orders.read = (method, args) => production_orders.call("GET", method, args);

production_orders.write = (method, args, options) =>
	production_orders.call("POST", method, args, { freeze: true, ...options });

production_orders.call = function (type, method, args, options = {}) {
	return frappe
		.call({
			type,
			method: `production_orders.api.${method}`,
			args: production_orders.filled(args),
			...options,
		})
		.then((response) => response.message);
};

// An empty value in a form means "not given"; the server refuses empty names.
production_orders.filled = (args) =>
	Object.fromEntries(Object.entries(args).filter(([, value]) => ![undefined, null, ""].includes(value)));

production_orders.show_warnings = (title, warnings) =>
	frappe.msgprint({
		title,
		indicator: "orange",
		message: warnings.map((warning) => `<p>${production_orders.text(warning)}</p>`).join(""),
	});

// Rows of a table that stay are not there to be ticked; and where none may be added, Tab adds none at the end.
production_orders.keep_rows = function (grid) {
	grid.wrapper.addClass("rows-stay");
	const last_input = () => grid.wrapper.find(".grid-body .grid-row").last().find(":input:enabled").last()[0];
	const leave = (event) =>
		event.key === "Tab" && !event.shiftKey && event.target === last_input() && event.stopPropagation();
	if (grid.df.cannot_add_rows) {
		grid.wrapper[0].addEventListener("keydown", leave, true);
	}
};

// The Workflow guards every route on the server; on the form our own buttons stand for its actions.
production_orders.hide_workflow = function (frm) {
	frm.states.show_actions = () => {};
	frm.show_workflow_read_only_banner = () => {};
};

// Shows what the server allows: the first possible one of `next_steps` as primary button, the rest in `group`
// or side by side. Of a submitted document the actions in `explained` stay visible when refused and say why.
production_orders.show_actions = function (frm, { handlers, next_steps, group, explained = [] }) {
	if (frm.is_new() || frm.is_dirty()) {
		return;
	}
	frm.page.clear_actions();
	const actions = frm.doc.__onload?.allowed_actions || [];
	const primary = next_steps
		.map((step) => actions.find(({ action }) => action === step))
		.find((action) => action?.allowed);
	if (primary) {
		frm.page.set_primary_action(primary.label, () => handlers[primary.action](frm));
	}
	const others = actions.filter((action) => action !== primary);
	const explains = frm.doc.docstatus === 1 && others.some(({ allowed }) => allowed);
	others
		.filter(({ action, allowed }) => allowed || (explains && explained.includes(action)))
		.forEach((action) => production_orders.add_button(frm, action, handlers[action.action], group));
};

production_orders.add_button = function (frm, { label, allowed, why_not }, handler, group) {
	// Whoever cannot hover asks by a click.
	const explain = () => frappe.show_alert({ message: production_orders.text(why_not), indicator: "orange" });
	const act = () => (allowed ? production_orders.when_saved(frm, handler) : explain());
	const button = frm.add_custom_button(label, act, group);
	if (!allowed) {
		$(button).css({ opacity: 0.5, cursor: "not-allowed" }).attr({ title: why_not, "aria-disabled": true });
	}
};

production_orders.when_saved = function (frm, handler) {
	if (frm.is_dirty()) {
		frappe.msgprint(__("Save your changes first."));
		return;
	}
	handler(frm);
};

// 50 rather than 50.000, but 3.675 in full; what the site's number format says.
production_orders.qty = function (value, uom) {
	const rounded = flt(value, cint(frappe.boot.sysdefaults.float_precision) || 3);
	const number = format_number(rounded, null, decimals(rounded));
	return uom ? `${number} ${__(uom)}` : number;
};

production_orders.money = (value, currency) => format_currency(value, currency, 2);

// Of one unit: 5.70, but 0.125 in full.
production_orders.rate = function (value, currency) {
	const rounded = flt(value, 4);
	return format_currency(rounded, currency, Math.max(2, decimals(rounded)));
};

function decimals(number) {
	return (String(number).split(".")[1] || "").length;
}

production_orders.text = (value) => frappe.utils.escape_html(String(value ?? ""));

production_orders.link = (doctype, name, label) =>
	name
		? `<a href="/app/${frappe.router.slug(doctype)}/${encodeURIComponent(name)}">${production_orders.text(label || name)}</a>`
		: "";

production_orders.path = (path) => path.map((item) => production_orders.text(item)).join(" › ");

production_orders.percent = (part, whole) => (whole > 0 ? Math.min(100, Math.max(0, (100 * part) / whole)) : 0);
