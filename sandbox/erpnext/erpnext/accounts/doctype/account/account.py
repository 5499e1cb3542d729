"""An account that stock value can be booked to."""

from frappe.model.document import Document

from erpnext.setup.doctype.company.company import with_abbr


class Account(Document):
	def autoname(self) -> None:
		self.name = with_abbr(self.account_name, self.company)
