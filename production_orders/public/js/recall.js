// From a batch, a piece or a completed run to the report that follows it to customers and suppliers.
const recall_start = { Batch: "batch_no", "Serial No": "serial_no", "Production Run": "run" };

for (const [doctype, field] of Object.entries(recall_start)) {
	frappe.ui.form.on(doctype, {
		refresh(frm) {
			const is_known = doctype === "Production Run" ? frm.doc.status === "Completed" : !frm.is_new();
			if (!is_known || !frappe.model.can_read("Production Genealogy")) {
				return;
			}
			for (const direction of ["On to Customers", "Back to Suppliers"]) {
				const show = () => frappe.set_route("query-report", "Recall", { [field]: frm.doc.name, direction });
				frm.add_custom_button(__(direction), show, __("Recall"));
			}
		},
	});
}
