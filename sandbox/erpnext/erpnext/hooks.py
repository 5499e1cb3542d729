"""What Frappe needs to know of this app."""

app_name = "erpnext"
app_title = "ERPNext"
app_publisher = "production_orders"
app_description = "Stand-in for ERPNext 15 in the sandbox"
app_email = "sandbox@example.com"
app_license = "MIT"

after_install = "erpnext.install.after_install"

treeviews = ["Warehouse", "Item Group"]
