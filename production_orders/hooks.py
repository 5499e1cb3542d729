app_name = "production_orders"
app_title = "Production Orders"
app_publisher = "Production Orders maintainers"
app_description = "Production orders for ERPNext: commitment, execution and a BOM that stays locked"
app_email = "maintainers@production-orders.example"
app_license = "gpl-3.0"
required_apps = ["frappe/erpnext"]

before_install = "production_orders.install.before_install"
after_install = "production_orders.install.after_install"
after_migrate = "production_orders.install.after_migrate"
before_uninstall = "production_orders.uninstall.before_uninstall"

before_request = "production_orders.erpnext_bridge.projected_qty.count_orders"
before_job = "production_orders.erpnext_bridge.projected_qty.count_orders"
before_migrate = "production_orders.erpnext_bridge.projected_qty.count_orders"

doctype_js = {
	"Production Order": [
		"public/js/production_orders.js",
		"public/js/production_order/actions.js",
		"public/js/production_order/confirmation.js",
		"public/js/production_order/history.js",
		"public/js/production_order/staging.js",
		"public/js/lock_diff.js",
		"public/js/production_order/relock.js",
		"public/js/production_order/supply.js",
	],
	"Production Run": [
		"public/js/production_orders.js",
		"public/js/production_run/actions.js",
		"public/js/production_run/completion_tables.js",
		"public/js/production_run/completion.js",
		"public/js/recall.js",
	],
	"BOM": ["public/js/production_orders.js", "public/js/where_used.js"],
	"BOM Lock": ["public/js/production_orders.js", "public/js/lock_diff.js"],
	"Item": ["public/js/production_orders.js", "public/js/where_used.js"],
	"Batch": ["public/js/recall.js"],
	"Serial No": ["public/js/recall.js"],
	"Sales Order": ["public/js/production_orders.js", "public/js/origin.js"],
	"Material Request": ["public/js/production_orders.js", "public/js/origin.js"],
}

# A peg outlives what it names: a planned draft, or a sale, may be deleted all the same.
ignore_links_on_delete = ["Demand Peg", "Production Audit"]

permission_query_conditions = {
	"Production Event": "production_orders.permissions.visible_events",
	"Production Run": "production_orders.permissions.visible_runs",
	"BOM Lock": "production_orders.permissions.visible_locks",
	"Production Genealogy": "production_orders.permissions.visible_genealogy",
	"Production Audit": "production_orders.permissions.visible_audits",
}
has_permission = {
	"Production Event": "production_orders.permissions.may_read_order",
	"Production Run": "production_orders.permissions.may_read_order",
	"BOM Lock": "production_orders.permissions.may_read_order",
	"Production Genealogy": "production_orders.permissions.may_read_order",
	"Production Audit": "production_orders.permissions.may_read_audit",
}

scheduler_events = {
	"daily_long": [
		"production_orders.services.audit.verify_histories",
		"production_orders.services.audit.check_invariants",
		"production_orders.services.request_expiry.forget",
	],
	"hourly_long": ["production_orders.services.reallocation.sweep"],
}

override_whitelisted_methods = {
	"erpnext.selling.doctype.sales_order.sales_order.get_work_order_items": (
		"production_orders.overrides.sales_order.get_work_order_items"
	),
}

doc_events = {
	"BOM": {
		"before_submit": "production_orders.overrides.bom.before_submit",
		"before_update_after_submit": "production_orders.overrides.bom.before_submit",
		"before_cancel": "production_orders.overrides.bom.before_submit",
		"on_submit": "production_orders.overrides.bom.on_submit",
		"on_update_after_submit": "production_orders.overrides.bom.on_submit",
		"on_cancel": "production_orders.overrides.bom.on_submit",
	},
	"BOM Update Log": {
		"on_submit": "production_orders.overrides.bom_update_log.on_submit",
		"on_change": "production_orders.overrides.bom_update_log.on_change",
	},
	"Bin": {"validate": "production_orders.overrides.bin.validate"},
	"Item": {"before_rename": "production_orders.overrides.item.before_rename"},
	"Material Request": {"onload": "production_orders.overrides.material_request.onload"},
	"Repost Item Valuation": {"validate": "production_orders.overrides.work_order.count_orders"},
	(
		"Delivery Note",
		"Purchase Invoice",
		"Purchase Receipt",
		"Sales Invoice",
		"Stock Entry",
		"Stock Reconciliation",
		"Subcontracting Receipt",
	): {
		"before_submit": "production_orders.overrides.stock_voucher.lock_bins",
		"before_cancel": "production_orders.overrides.stock_voucher.lock_bins",
	},
	"Sales Order": {"onload": "production_orders.overrides.sales_order.onload"},
	"Stock Entry": {
		"validate": "production_orders.overrides.stock_entry.validate",
		"before_cancel": "production_orders.overrides.stock_entry.before_cancel",
	},
	"Stock Ledger Entry": {
		"validate": "production_orders.overrides.stock_ledger_entry.validate",
		"on_submit": "production_orders.overrides.stock_ledger_entry.on_submit",
	},
	"Stock Reservation Entry": {
		"validate": "production_orders.overrides.stock_reservation_entry.validate",
		"before_update_after_submit": "production_orders.overrides.stock_reservation_entry.validate",
		"before_cancel": "production_orders.overrides.stock_reservation_entry.validate",
		"on_submit": "production_orders.overrides.stock_reservation_entry.on_submit",
		"on_update_after_submit": "production_orders.overrides.stock_reservation_entry.on_update_after_submit",
		"on_cancel": "production_orders.overrides.stock_reservation_entry.on_cancel",
	},
	"Work Order": {
		"validate": "production_orders.overrides.work_order.validate",
		"before_submit": "production_orders.overrides.work_order.before_submit",
		"on_submit": "production_orders.overrides.work_order.on_submit",
		"before_cancel": "production_orders.overrides.work_order.before_cancel",
		"on_cancel": "production_orders.overrides.work_order.on_cancel",
		"on_change": "production_orders.overrides.work_order.count_orders",
	},
}
