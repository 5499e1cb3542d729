frappe.ui.form.on("BOM Lock", {
	refresh(frm) {
		frm.disable_save();
		frm.add_custom_button(__("Verify"), () => verify(frm));
		const rows = tree(frm.doc, frm.doc.bom_no, 1);
		const currency = frappe.meta.get_field_currency({ options: "Company:company:default_currency" }, frm.doc);
		frm.get_field("structure_html").$wrapper.html(frappe.render_template("bom_lock_structure", { rows, currency }));
		if (frm.doc.supersedes) {
			frm.add_custom_button(__("What Has Changed"), () => show_diff(frm));
		}
	},
});

function show_diff(frm) {
	const { supersedes, name } = frm.doc;
	production_orders.read("locks.diff", { a: supersedes, b: name }).then((diff) => {
		frappe.msgprint({
			title: __("From {0} to {1}", [supersedes, name]),
			message: production_orders.lock_diff(diff, frm.doc.lines),
			wide: true,
		});
	});
}

// The lines as a tree: a shared sub-assembly is stored once and shown under each parent.
function tree(doc, bom_no, depth) {
	return doc.lines
		.filter((line) => line.parent_bom === bom_no)
		.flatMap((line) => [{ ...line, depth }, ...(line.bom_no ? tree(doc, line.bom_no, depth + 1) : [])]);
}

function verify(frm) {
	production_orders.read("history.verify", { order: frm.doc.production_order }).then(({ intact, problems }) => {
		const edited = problems.some(({ kind }) => kind === "lock edited");
		frappe.msgprint({
			title: __("Verification"),
			indicator: intact ? "green" : "red",
			message: edited
				? __("The content of this lock no longer matches its hash.")
				: intact
				? __("The content matches its hash, and the history of {0} is whole.", [frm.doc.production_order])
				: __("The content matches its hash, but the history of {0} is broken.", [frm.doc.production_order]),
		});
	});
}
