"""Production Order: when each rule of an order is asked; the rules live in services."""

from production_orders.services import (
	actions,
	append_only,
	completion,
	confirmation,
	demand_pegs,
	drafts,
	guard,
	origin,
)
from production_orders.services.service_document import ServiceDocument


class ProductionOrder(ServiceDocument):
	def onload(self):
		self.set_onload("allowed_actions", actions.of_order(self))

	def before_insert(self):
		append_only.refuse_amendment(self)

	def validate(self):
		guard.check(self)
		drafts.check(self)
		origin.check(self)

	def before_submit(self):
		confirmation.prepare(self)

	def on_submit(self):
		confirmation.write(self)

	def before_update_after_submit(self):
		guard.check(self)

	def before_cancel(self):
		guard.check(self)
		completion.cancel(self)

	def on_cancel(self):
		completion.write_off(self)

	def before_rename(self, old, new, merge=False):
		append_only.refuse_rename(self)

	def on_trash(self):
		append_only.refuse_delete_unless(self, "Draft")
		demand_pegs.forget(self)
