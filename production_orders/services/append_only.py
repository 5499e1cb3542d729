"""What must stay once it is written: refusals of update, delete, rename and amendment."""

from frappe import _
from frappe.model.document import Document

from production_orders import errors


class AppendOnlyDocument(Document):
	"""Rows come in bulk from services or with their parent; none is saved, renamed or deleted by itself."""

	def before_insert(self):
		_refuse(self, _("{0} is written by the system only."))

	def validate(self):
		_refuse(self, _("{0} {1} is kept as it was written."))

	before_update_after_submit = before_cancel = validate

	def before_rename(self, old, new, merge=False):
		refuse_rename(self)

	def on_trash(self):
		_refuse(self, _("{0} {1} is kept for audit and cannot be deleted."))


def refuse_amendment(doc: Document) -> None:
	if doc.amended_from:
		_refuse(doc, _("A {0} is not amended. Make a new one instead."))


def refuse_rename(doc: Document) -> None:
	_refuse(doc, _("{0} {1} cannot be renamed: its history names it."))


def refuse_delete_unless(doc: Document, status: str) -> None:
	if doc.status != status:
		_refuse(doc, _("{0} {1} is kept for audit and cannot be deleted: it is {2}."))


def _refuse(doc: Document, sentence: str) -> None:
	message = sentence.format(_(doc.doctype), doc.name or "", _(doc.get("status") or ""))
	errors.throw(errors.ReadOnly(message, [{"field": "name", "problem": doc.name}]))
