"""A cost center of a company."""

from frappe.model.document import Document

from erpnext.setup.doctype.company.company import with_abbr


class CostCenter(Document):
	def autoname(self) -> None:
		self.name = with_abbr(self.cost_center_name, self.company)
