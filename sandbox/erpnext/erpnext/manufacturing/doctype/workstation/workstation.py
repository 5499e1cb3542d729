"""A place where an operation is done, and what an hour of it costs."""

from frappe.model.document import Document
from frappe.utils import flt

HOURLY_COSTS = ("hour_rate_electricity", "hour_rate_consumable", "hour_rate_rent", "hour_rate_labour")


class Workstation(Document):
	def before_save(self) -> None:
		self.hour_rate = sum(flt(self.get(field)) for field in HOURLY_COSTS)
