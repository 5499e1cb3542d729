"""ERPNext's own statuses in which a submitted document neither brings nor needs anything, for now or for good."""

PURCHASE_ORDER = ("Closed", "Completed", "Delivered")
SALES_ORDER = ("On Hold", "Closed", "Completed")
WORK_ORDER = ("Stopped", "Completed", "Closed")
MATERIAL_REQUEST = "Stopped"
RESERVATION = ("Delivered", "Cancelled")
