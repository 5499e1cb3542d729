"""Contract: who ERPNext lets stand in for an item, and which fields say so."""

from typing import Any

import frappe
import pytest

ALLOWED = {"allow_alternative_item": 1}


def link(item_code: str, alternative: str, two_way: int = 0) -> Any:
	values = {"item_code": item_code, "alternative_item_code": alternative, "two_way": two_way}
	return frappe.get_doc({"doctype": "Item Alternative", **values}).insert()


def test_an_item_that_allows_it_has_an_alternative(erpnext):
	steel, alloy = erpnext.item(**ALLOWED), erpnext.item()
	entry = link(steel, alloy)
	assert (entry.item_code, entry.alternative_item_code, entry.two_way) == (steel, alloy, 0)


def test_both_allow_it_where_it_is_two_way(erpnext):
	steel, alloy = erpnext.item(**ALLOWED), erpnext.item()
	with pytest.raises(frappe.ValidationError):
		link(steel, alloy, two_way=1)
	link(steel, erpnext.item(**ALLOWED), two_way=1)


def test_an_item_that_does_not_allow_it_has_none(erpnext):
	with pytest.raises(frappe.ValidationError):
		link(erpnext.item(), erpnext.item(**ALLOWED))


def test_no_item_is_its_own_alternative_nor_twice_the_same(erpnext):
	steel, alloy = erpnext.item(**ALLOWED), erpnext.item(**ALLOWED)
	link(steel, alloy)
	with pytest.raises(frappe.ValidationError):
		link(steel, alloy)
	with pytest.raises(frappe.ValidationError):
		link(alloy, alloy)


def test_a_row_of_a_bom_says_whether_an_alternative_will_do(erpnext):
	steel = erpnext.item(**ALLOWED)
	bom = erpnext.bom(erpnext.item(), [{"item_code": steel, "qty": 1, "allow_alternative_item": 1}])
	(row,) = frappe.get_all("BOM Item", {"parent": bom}, ["allow_alternative_item"])
	assert row.allow_alternative_item == 1
