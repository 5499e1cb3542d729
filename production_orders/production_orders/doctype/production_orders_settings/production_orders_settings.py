from frappe.model.document import Document

from production_orders.services import bins


class ProductionOrdersSettings(Document):
	def on_update(self):
		if self.has_value_changed("count_in_projected_qty"):
			bins.recount(bool(self.count_in_projected_qty))
