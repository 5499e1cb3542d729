"""A bought component over all levels of a BOM, as of its last save."""

from frappe.model.document import Document


class BOMExplosionItem(Document):
	pass
