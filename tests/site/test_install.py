"""Install and migrate leave a site's own decisions alone; uninstall leaves nothing of ours."""

import frappe
import pytest
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from production_orders import install, uninstall
from production_orders.custom_fields import VOUCHER_TYPE

DOCTYPE, FIELD, OURS = VOUCHER_TYPE
SETTER = {"doc_type": DOCTYPE, "field_name": FIELD, "property": "options"}


def _options() -> list[str]:
	frappe.clear_cache(doctype=DOCTYPE)
	return frappe.get_meta(DOCTYPE).get_options(FIELD).split("\n")


def _standard() -> str:
	return frappe.db.get_value("DocField", {"parent": DOCTYPE, "fieldname": FIELD}, "options")


def _set_options(options: str) -> None:
	make_property_setter(DOCTYPE, FIELD, "options", options, "Text")


@pytest.fixture
def newer_erpnext(site):
	"""ERPNext, updated since we were installed, knows one voucher type more."""
	field = {"parent": DOCTYPE, "fieldname": FIELD}
	frappe.db.set_value("DocField", field, "options", f"{_standard()}\nSubcontracting Order")
	yield
	frappe.db.rollback()
	frappe.clear_cache(doctype=DOCTYPE)


def test_a_migration_takes_over_what_erpnext_added(newer_erpnext):
	install.extend_voucher_type()
	assert _options() == [*_standard().split("\n"), OURS]


def test_a_migration_keeps_what_others_added(newer_erpnext):
	_set_options(f"{_standard()}\nTheirs\n{OURS}")
	install.extend_voucher_type()
	assert _options() == [*_standard().split("\n"), "Theirs", OURS]


def test_uninstalling_deletes_a_setter_that_adds_nothing(newer_erpnext):
	uninstall.restore_voucher_type()
	assert _options() == _standard().split("\n")
	assert not frappe.db.exists("Property Setter", SETTER)


def test_uninstalling_keeps_what_others_added(newer_erpnext):
	_set_options(f"{_standard()}\nTheirs\n{OURS}")
	uninstall.restore_voucher_type()
	assert _options() == [*_standard().split("\n"), "Theirs"]
