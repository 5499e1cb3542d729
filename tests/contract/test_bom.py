"""Contract: what a submitted BOM says about itself, read once when an order locks it."""

from typing import Any

import frappe
import pytest
from erpnext.manufacturing.doctype.bom.bom import BOMRecursionError


def default_bom(item_code: str) -> str | None:
	return frappe.db.get_value("Item", item_code, "default_bom") or None


# Fields


def test_a_component_keeps_its_quantity_in_its_own_uom_and_in_stock_uom(erpnext: Any) -> None:
	bicycle, bolt = erpnext.item(), erpnext.item(uoms=[{"uom": "Box", "conversion_factor": 12}])
	bom = erpnext.submitted_bom(
		bicycle, [{"item_code": bolt, "qty": 3, "uom": "Box", "conversion_factor": 12}], quantity=4
	)
	fields = [
		"item_code",
		"qty",
		"uom",
		"conversion_factor",
		"stock_qty",
		"stock_uom",
		"qty_consumed_per_unit",
	]
	assert frappe.get_all("BOM Item", {"parent": bom.name}, fields, as_list=True) == (
		(bolt, 3, "Box", 12, 36, "Nos", 9),
	)


def test_quantity_per_unit_is_stored_to_nine_decimals(erpnext: Any) -> None:
	bicycle, bolt = erpnext.item(), erpnext.item()
	bom = erpnext.submitted_bom(bicycle, [{"item_code": bolt, "qty": 10}], quantity=3)
	stored = frappe.db.get_value("BOM Item", {"parent": bom.name}, "qty_consumed_per_unit")
	assert stored == 3.333333333


def test_the_header_says_item_quantity_uom_and_process_loss(erpnext: Any) -> None:
	paint, resin = erpnext.item(uom="Kg"), erpnext.item(uom="Kg")
	bom = erpnext.submitted_bom(
		paint, [{"item_code": resin, "qty": 55}], quantity=100, process_loss_percentage=4
	)
	fields = [
		"item",
		"quantity",
		"uom",
		"process_loss_percentage",
		"process_loss_qty",
		"docstatus",
		"company",
	]
	assert frappe.db.get_value("BOM", bom.name, fields) == (paint, 100, "Kg", 4, 4, 1, erpnext.company)


def test_a_component_may_name_its_source_warehouse(erpnext: Any) -> None:
	bicycle, bolt = erpnext.item(), erpnext.item()
	bom = erpnext.submitted_bom(
		bicycle, [{"item_code": bolt, "qty": 1, "source_warehouse": erpnext.warehouse}]
	)
	assert frappe.db.get_value("BOM Item", {"parent": bom.name}, "source_warehouse") == erpnext.warehouse


def test_rows_are_numbered_in_the_order_they_were_written(erpnext: Any) -> None:
	bicycle, components = erpnext.item(), [erpnext.item() for _ in range(3)]
	bom = erpnext.submitted_bom(bicycle, [{"item_code": component, "qty": 1} for component in components])
	rows = frappe.get_all(
		"BOM Item", {"parent": bom.name, "parenttype": "BOM"}, ["idx", "item_code"], order_by="idx"
	)
	assert [(row.idx, row.item_code) for row in rows] == list(enumerate(components, start=1))


def test_operations_keep_their_times_and_hour_rates(erpnext: Any) -> None:
	bicycle, bolt = erpnext.item(), erpnext.item()
	workstation = _workstation(hour_rate_labour=30)
	operation = frappe.get_doc(doctype="Operation", name=f"Weld {frappe.generate_hash(length=6)}").insert()
	bom = erpnext.submitted_bom(
		bicycle,
		[{"item_code": bolt, "qty": 1}],
		with_operations=1,
		operations=[{"operation": operation.name, "workstation": workstation, "time_in_mins": 20}],
	)
	fields = ["operation", "workstation", "time_in_mins", "hour_rate", "operating_cost"]
	assert frappe.get_all("BOM Operation", {"parent": bom.name}, fields, as_list=True) == (
		(operation.name, workstation, 20, 30, 10),
	)


def test_scrap_rows_keep_item_quantity_and_rate(erpnext: Any) -> None:
	bicycle, bolt, offcut = erpnext.item(), erpnext.item(), erpnext.item(uom="Kg")
	bom = erpnext.submitted_bom(
		bicycle,
		[{"item_code": bolt, "qty": 1}],
		scrap_items=[{"item_code": offcut, "stock_qty": 0.25, "rate": 3}],
	)
	fields = ["item_code", "stock_qty", "rate"]
	assert frappe.get_all("BOM Scrap Item", {"parent": bom.name}, fields, as_list=True) == (
		(offcut, 0.25, 3),
	)


# Sub-assemblies


def test_a_component_with_a_default_bom_gets_it_as_bom_no(erpnext: Any) -> None:
	bicycle, wheel, spoke = erpnext.item(), erpnext.item(), erpnext.item()
	wheel_bom = erpnext.submitted_bom(wheel, [{"item_code": spoke, "qty": 32}])
	bom = erpnext.submitted_bom(bicycle, [{"item_code": wheel, "qty": 2}])
	assert bom.items[0].bom_no == wheel_bom.name


def test_a_component_marked_do_not_explode_has_no_bom_no(erpnext: Any) -> None:
	bicycle, wheel, spoke = erpnext.item(), erpnext.item(), erpnext.item()
	erpnext.submitted_bom(wheel, [{"item_code": spoke, "qty": 32}])
	bom = erpnext.submitted_bom(bicycle, [{"item_code": wheel, "qty": 2, "do_not_explode": 1}])
	assert (bom.items[0].do_not_explode, bom.items[0].bom_no or None) == (1, None)


def test_a_bom_whose_rows_name_boms_that_lead_back_to_its_item_is_refused(
	erpnext: Any, unchanged: Any
) -> None:
	bicycle, wheel, spoke = erpnext.item(), erpnext.item(), erpnext.item()
	erpnext.submitted_bom(wheel, [{"item_code": spoke, "qty": 32}])
	erpnext.submitted_bom(bicycle, [{"item_code": wheel, "qty": 2}])
	with unchanged(), pytest.raises(BOMRecursionError):
		erpnext.submitted_bom(wheel, [{"item_code": bicycle, "qty": 1}])


def test_a_cycle_through_a_row_that_names_no_bom_is_stored_so_it_is_ours_to_refuse(erpnext: Any) -> None:
	bicycle, wheel = erpnext.item(), erpnext.item()
	bicycle_bom = erpnext.submitted_bom(bicycle, [{"item_code": wheel, "qty": 2}])
	wheel_bom = erpnext.submitted_bom(wheel, [{"item_code": bicycle, "qty": 1}])
	assert not bicycle_bom.items[0].bom_no
	assert wheel_bom.items[0].bom_no == bicycle_bom.name
	assert default_bom(wheel) == wheel_bom.name


def test_an_item_may_be_a_component_of_its_own_bom_as_long_as_that_row_names_no_bom(erpnext: Any) -> None:
	yoghurt, milk = erpnext.item(uom="Kg"), erpnext.item(uom="Kg")
	bom = erpnext.submitted_bom(yoghurt, [{"item_code": milk, "qty": 1}, {"item_code": yoghurt, "qty": 0.05}])
	assert [row.bom_no or None for row in bom.items] == [None, None]
	assert default_bom(yoghurt) == bom.name


def test_a_bom_without_components_is_refused(erpnext: Any, unchanged: Any) -> None:
	with unchanged(), pytest.raises(frappe.ValidationError):
		erpnext.submitted_bom(erpnext.item(), [])


# Default and active


def test_the_first_submitted_bom_becomes_the_default_of_its_item(erpnext: Any) -> None:
	bicycle, bolt = erpnext.item(), erpnext.item()
	assert default_bom(bicycle) is None
	bom = erpnext.submitted_bom(bicycle, [{"item_code": bolt, "qty": 1}])
	assert default_bom(bicycle) == bom.name
	assert frappe.db.get_value("BOM", bom.name, ["is_active", "is_default"]) == (1, 1)


def test_a_newer_bom_marked_default_takes_over_from_the_older_one(erpnext: Any) -> None:
	bicycle, bolt = erpnext.item(), erpnext.item()
	older = erpnext.submitted_bom(bicycle, [{"item_code": bolt, "qty": 1}])
	newer = erpnext.submitted_bom(bicycle, [{"item_code": bolt, "qty": 2}], is_default=1)
	assert default_bom(bicycle) == newer.name
	assert frappe.db.get_value("BOM", older.name, ["is_active", "is_default"]) == (1, 0)


def test_a_newer_bom_not_marked_default_changes_nothing(erpnext: Any) -> None:
	bicycle, bolt = erpnext.item(), erpnext.item()
	older = erpnext.submitted_bom(bicycle, [{"item_code": bolt, "qty": 1}])
	newer = erpnext.submitted_bom(bicycle, [{"item_code": bolt, "qty": 2}], is_default=0)
	assert default_bom(bicycle) == older.name
	assert frappe.db.get_value("BOM", newer.name, ["is_active", "is_default"]) == (1, 0)


def test_a_submitted_bom_can_be_made_default_later(erpnext: Any) -> None:
	bicycle, bolt = erpnext.item(), erpnext.item()
	erpnext.submitted_bom(bicycle, [{"item_code": bolt, "qty": 1}])
	newer = erpnext.submitted_bom(bicycle, [{"item_code": bolt, "qty": 2}], is_default=0)
	newer.is_default = 1
	newer.save()
	assert default_bom(bicycle) == newer.name


def test_deactivating_the_default_bom_leaves_the_item_without_one(erpnext: Any) -> None:
	bicycle, bolt = erpnext.item(), erpnext.item()
	bom = erpnext.submitted_bom(bicycle, [{"item_code": bolt, "qty": 1}])
	bom.is_active = 0
	bom.save()
	assert default_bom(bicycle) is None
	assert frappe.db.get_value("BOM", bom.name, ["docstatus", "is_active", "is_default"]) == (1, 0, 0)


def test_cancelling_the_default_bom_leaves_the_item_without_one(erpnext: Any) -> None:
	bicycle, bolt = erpnext.item(), erpnext.item()
	erpnext.submitted_bom(bicycle, [{"item_code": bolt, "qty": 1}]).cancel()
	assert default_bom(bicycle) is None


def test_a_draft_bom_is_nobodys_default(erpnext: Any) -> None:
	bicycle, bolt = erpnext.item(), erpnext.item()
	doc = frappe.get_doc(doctype="BOM", item=bicycle, company=erpnext.company, currency="USD")
	doc.update({"quantity": 1, "conversion_rate": 1, "items": [{"item_code": bolt, "qty": 1}]}).insert()
	assert default_bom(bicycle) is None


@pytest.mark.parametrize(("fieldname", "value"), [("quantity", 2), ("process_loss_percentage", 1)])
def test_the_content_of_a_submitted_bom_cannot_be_changed(
	erpnext: Any, unchanged: Any, fieldname: str, value: float
) -> None:
	bom = erpnext.submitted_bom(erpnext.item(uom="Kg"), [{"item_code": erpnext.item(), "qty": 1}])
	bom.set(fieldname, value)
	with unchanged(), pytest.raises(frappe.UpdateAfterSubmitError):
		bom.save()


def test_a_bom_names_itself_after_its_item_with_a_running_number(erpnext: Any) -> None:
	bicycle, bolt = erpnext.item(), erpnext.item()
	names = [erpnext.submitted_bom(bicycle, [{"item_code": bolt, "qty": 1}]).name for _ in range(2)]
	assert names == [f"BOM-{bicycle}-001", f"BOM-{bicycle}-002"]


def _workstation(**fields: Any) -> str:
	name = f"Bench {frappe.generate_hash(length=6)}"
	return frappe.get_doc(doctype="Workstation", workstation_name=name, **fields).insert().name


# What ERPNext lets into a BOM


@pytest.mark.parametrize(
	("fieldname", "value"), [("disabled", 1), ("has_variants", 1), ("end_of_life", "2020-01-01")]
)
def test_an_item_that_cannot_be_used_may_be_a_component_and_a_product(
	erpnext: Any, fieldname: str, value: Any
) -> None:
	item = erpnext.item()
	frappe.db.set_value("Item", item, fieldname, value)
	frappe.clear_document_cache("Item", item)
	erpnext.bom(erpnext.item(), {item: 1})
	erpnext.bom(item, {erpnext.item(): 1})
	assert frappe.db.count("BOM Item", {"item_code": item, "docstatus": 1}) == 1
	assert frappe.db.count("BOM", {"item": item, "docstatus": 1}) == 1


def test_an_item_without_stock_is_a_component_marked_as_such(erpnext: Any) -> None:
	service, material = erpnext.item(is_stock_item=0), erpnext.item()
	bom_no = erpnext.bom(erpnext.item(), {service: 1, material: 1})
	rows = frappe.get_all("BOM Item", {"parent": bom_no}, ["item_code", "is_stock_item"], as_list=True)
	assert set(rows) == {(service, 0), (material, 1)}


def test_a_component_of_zero_counts_as_one_and_a_negative_one_is_refused(
	erpnext: Any, unchanged: Any
) -> None:
	product, material = erpnext.item(), erpnext.item()
	with unchanged(), pytest.raises(frappe.ValidationError, match="Quantity required"):
		erpnext.bom(product, {material: -1})
	bom_no = erpnext.bom(product, {material: 0})
	assert frappe.db.get_value("BOM Item", {"parent": bom_no}, "stock_qty") == 1


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_bom_makes_more_than_nothing(erpnext: Any, unchanged: Any, quantity: float) -> None:
	product, material = erpnext.item(), erpnext.item()
	with unchanged(), pytest.raises(frappe.ValidationError):
		erpnext.bom(product, {material: 1}, quantity=quantity)


def test_a_uom_without_a_factor_counts_as_the_stock_uom(erpnext: Any) -> None:
	bom_no = erpnext.bom(erpnext.item(), [{"item_code": erpnext.item(), "qty": 2, "uom": "Box"}])
	assert frappe.db.get_value("BOM Item", {"parent": bom_no}, ["stock_qty", "conversion_factor"]) == (2, 1)


def test_a_sub_assembly_may_have_a_bom_of_another_company(erpnext: Any) -> None:
	part = erpnext.item()
	bom_no = erpnext.bom(part, {erpnext.item(): 1})
	other = frappe.db.get_value("Company", {"name": ("!=", erpnext.company)}, ["name", "default_currency"])
	rows = [{"item_code": part, "qty": 1, "bom_no": bom_no}]
	product = erpnext.bom(erpnext.item(), rows, company=other[0], currency=other[1])
	assert frappe.db.get_value("BOM Item", {"parent": product}, "bom_no") == bom_no
