"""Planning Horizon: how far ahead demand is planned, and in which buckets."""

from frappe.model.document import Document

from production_orders.services import horizons


class PlanningHorizon(Document):
	def validate(self):
		horizons.check(self)

	def on_update(self):
		horizons.be_the_only_default(self)
