"""A person who works for a company."""

from frappe.model.document import Document


class Employee(Document):
	def validate(self) -> None:
		self.employee_name = " ".join(filter(None, (self.first_name, self.last_name)))
