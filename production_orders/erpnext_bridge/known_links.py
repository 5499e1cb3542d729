"""Spares an entry of ours the look-up of its links: what it names was read from the database, or checked, before.

Frappe sends statements for every row to check its links and to fetch fields by them; these come from its cache.
"""

from functools import cache
from typing import Any

import frappe
from frappe.model.document import Document


def trust(doc: Document) -> None:
	"""Before its first save: fetch what the links fetch, and let Frappe look none of them up."""
	fetched = cache(_fetched)
	for part in (doc, *doc.get_all_children()):
		for field, doctype in fetched(part.doctype):
			_fetch(part, field, doctype)
	doc.flags.ignore_links = True


def _fetched(doctype: str) -> list[tuple[Any, str]]:
	"""Fields that are fetched, those that a site has added too, each with what its link points to."""
	meta = frappe.get_meta(doctype)
	links = {link.fieldname: link.options for link in meta.get_link_fields()}
	return [(field, links[field.fetch_from.partition(".")[0]]) for field in meta.get_fields_to_fetch()]


def _fetch(part: Document, field: Any, doctype: str) -> None:
	link, _dot, source = field.fetch_from.partition(".")
	if part.get(link) and not (field.fetch_if_empty and part.get(field.fieldname)):
		known = frappe.get_cached_doc(doctype, part.get(link))
		part.set_fetch_from_value(doctype, field, {source: known.get(source)})
