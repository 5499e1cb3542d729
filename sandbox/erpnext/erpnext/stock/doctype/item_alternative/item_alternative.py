"""An item that may stand in for another one."""

import frappe
from frappe import _
from frappe.model.document import Document


class ItemAlternative(Document):
	def validate(self) -> None:
		if self.item_code == self.alternative_item_code:
			frappe.throw(_("Alternative item must not be the same as the item"))
		item, alternative = (
			frappe.db.get_value("Item", name, ["is_stock_item", "allow_alternative_item"], as_dict=True)
			for name in (self.item_code, self.alternative_item_code)
		)
		if item.is_stock_item != alternative.is_stock_item:
			frappe.throw(
				_("Only one of {0} and {1} is kept in stock").format(
					self.item_code, self.alternative_item_code
				)
			)
		self.require_allowed(self.item_code, item)
		if self.two_way:
			self.require_allowed(self.alternative_item_code, alternative)
		pair = {"item_code": self.item_code, "alternative_item_code": self.alternative_item_code}
		if frappe.db.exists("Item Alternative", {**pair, "name": ["!=", self.name]}):
			frappe.throw(_("There is such a record for the item {0}").format(self.item_code))

	def require_allowed(self, item_code: str, facts: dict) -> None:
		if not facts.allow_alternative_item:
			frappe.throw(_("Alternatives are not allowed for item {0}").format(item_code))
