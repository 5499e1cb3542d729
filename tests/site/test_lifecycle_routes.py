"""Routes into an order that do not run over one HTTP call: Data Import, kanban boards, renamed masters."""

import csv
from io import StringIO
from typing import Any

import frappe
import pytest
from frappe.core.doctype.data_import.importer import Importer
from frappe.desk.doctype.kanban_board.kanban_board import update_order, update_order_for_single_card

from production_orders import errors
from production_orders.api import history
from production_orders.domain.lifecycle import (
	CANCELLED,
	COMPLETED,
	CONFIRMED,
	DRAFT,
	IN_PROGRESS,
)
from tests.http.cast import ORDER, STATUSES, Cast, footprint

UPDATE, INSERT = "Update Existing Records", "Insert New Records"


@pytest.fixture
def cast(scratch) -> Cast:
	"""Data Import commits, so its orders are committed, too."""
	return Cast(scratch)


def data_import(kind: str, row: dict[str, Any], submit: bool = False) -> None:
	"""Import one row of a file, as the Data Import tool does; it reports failures and goes on."""
	text = StringIO()
	writer = csv.DictWriter(text, fieldnames=list(row))
	writer.writeheader()
	writer.writerow(row)
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "orders.csv", "content": text.getvalue(), "is_private": 1}
	).insert()
	tool = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": ORDER,
			"import_type": kind,
			"submit_after_import": submit,
			"payload_count": 1,
		}
	).insert()
	try:
		Importer(ORDER, data_import=tool, file_path=file.file_url).import_data()
	finally:
		frappe.flags.in_import = False
	frappe.db.rollback()


@pytest.mark.parametrize("status", STATUSES[ORDER])
def test_an_import_changes_no_status(cast, status):
	order = cast.fresh(ORDER, status)
	before = footprint(order)
	for target in set(STATUSES[ORDER]) - {status}:
		data_import(UPDATE, {"ID": order, "Status": target})
	assert footprint(order) == before


@pytest.mark.parametrize(
	"values", [{"Quantity": 99}, {"BOM Lock": ""}, {"Produced": 7}, {"Events": 7}, {"Head Hash": "0"}]
)
@pytest.mark.parametrize("status", [CONFIRMED, IN_PROGRESS, COMPLETED, CANCELLED])
def test_an_import_changes_no_commitment(cast, status, values):
	fields = {field.label for field in frappe.get_meta(ORDER).fields}
	assert set(values) <= fields
	order = cast.fresh(ORDER, status)
	before = footprint(order)
	data_import(UPDATE, {"ID": order, **values})
	assert footprint(order) == before


def test_an_import_may_move_the_schedule(cast):
	order = cast.fresh(ORDER, CONFIRMED)
	data_import(UPDATE, {"ID": order, "Priority": "Urgent"})
	assert frappe.db.get_value(ORDER, order, ["priority", "status"]) == ("Urgent", CONFIRMED)


def new_row(cast: Cast, **values: Any) -> dict[str, Any]:
	plant = cast.scratch.plant
	labels = {field.fieldname: field.label for field in frappe.get_meta(ORDER).fields}
	row = {
		"item_code": cast.product,
		"qty": 10,
		"company": plant.company,
		"source_warehouse": plant.source_warehouse,
		"fg_warehouse": plant.fg_warehouse,
		**values,
	}
	return {labels[field]: value for field, value in row.items()}


def test_an_import_brings_in_drafts(cast):
	data_import(INSERT, new_row(cast))
	assert frappe.get_all(ORDER, {"item_code": cast.product}, ["status", "docstatus", "event_count"]) == [
		{"status": DRAFT, "docstatus": 0, "event_count": 0}
	]


@pytest.mark.parametrize("status", [status for status in STATUSES[ORDER] if status != DRAFT])
def test_an_import_brings_in_no_order_in_a_later_status(cast, status):
	data_import(INSERT, new_row(cast, status=status))
	assert frappe.get_all(ORDER, {"item_code": cast.product}) == []


def test_an_import_that_submits_confirms_through_the_checkpoint(cast):
	data_import(INSERT, new_row(cast), submit=True)
	order = frappe.get_doc(ORDER, {"item_code": cast.product})
	assert (order.status, order.event_count, order.bom_lock) == (CONFIRMED, 1, f"{order.name}-L1")
	assert [(row.item_code, row.reserved_qty) for row in order.materials] == [(cast.material, 20)]


@pytest.fixture
def board(site) -> str:
	name = f"Statuses {frappe.generate_hash(length=6)}"
	columns = [{"column_name": status} for status in STATUSES[ORDER]]
	frappe.get_doc(
		{
			"doctype": "Kanban Board",
			"kanban_board_name": name,
			"reference_doctype": ORDER,
			"field_name": "status",
			"columns": columns,
		}
	).insert()
	return name


@pytest.mark.parametrize("target", [CONFIRMED, IN_PROGRESS, COMPLETED, CANCELLED])
def test_a_card_is_not_dragged_into_another_status(scratch, board, unchanged, target):
	order = scratch.simple_order().name
	with unchanged(), pytest.raises(errors.IllegalTransition):
		update_order_for_single_card(board, order, DRAFT, target, "0", "0")
	with unchanged(), pytest.raises(errors.IllegalTransition):
		update_order(board, frappe.as_json({target: [order]}))


@pytest.mark.parametrize("doctype", ["Warehouse", "BOM"])
def test_a_renamed_master_does_not_bend_the_history_of_an_order(scratch, doctype):
	order = scratch.simple_order()
	order.submit()
	old = {"Warehouse": order.fg_warehouse, "BOM": order.bom_no}[doctype]
	frappe.rename_doc(doctype, old, f"{old}-renamed", force=True)
	assert history.verify(order=order.name)["problems"] == []
