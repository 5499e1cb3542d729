"""What both our documents spare a service: reading again what it has just locked, and asking the Workflow twice."""

from copy import copy
from typing import Any

import frappe
from frappe.model.document import Document


class ServiceDocument(Document):
	"""An order, or a run."""

	def remember(self) -> None:
		"""Keep what was read under the lock: until this request writes it, nobody does."""
		before = copy(self)
		before.flags = frappe._dict()
		for field in self.meta.get_table_fields():
			before.set(field.fieldname, [copy(row) for row in self.get(field.fieldname)])
		self.flags.as_read = before

	def load_doc_before_save(self, **options: Any) -> None:
		"""What was remembered serves once: by the next write it is out of date."""
		self._doc_before_save = self.flags.pop("as_read", None)
		if not self._doc_before_save:
			super().load_doc_before_save(**options)

	def validate_workflow(self) -> None:
		"""Of a service `transitions.move` has asked it."""
		if not self.flags.by_service:
			super().validate_workflow()
