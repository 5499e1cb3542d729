"""Production Run: when each rule of a run is asked; the rules live in services."""

from production_orders.services import actions, append_only, guard, runs
from production_orders.services.service_document import ServiceDocument


class ProductionRun(ServiceDocument):
	def onload(self):
		self.set_onload("allowed_actions", actions.of_run(self))

	def before_insert(self):
		append_only.refuse_amendment(self)
		guard.check(self)
		runs.plan(self)

	def autoname(self):
		self.name = f"{self.production_order}-R{self.run_number:02d}"

	def validate(self):
		if not self.is_new():
			guard.check(self)
			runs.check_planned(self)

	def before_submit(self):
		runs.require_report(self)

	def before_update_after_submit(self):
		guard.check(self)

	def before_cancel(self):
		runs.refuse_cancel(self)

	def before_rename(self, old, new, merge=False):
		append_only.refuse_rename(self)

	def on_trash(self):
		append_only.refuse_delete_unless(self, "Planned")
