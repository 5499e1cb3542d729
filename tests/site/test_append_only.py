"""Rows that are written once refuse every later write through the ORM, whoever asks."""

from collections.abc import Callable

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders, runs
from production_orders.services import audit

KINDS = {
	"Production Event": lambda order: {"production_order": order},
	"BOM Lock": lambda order: {"production_order": order},
	"BOM Lock Line": lambda order: {"parent": f"{order}-L1"},
	"Production Request": lambda order: {"idempotency_key": f"key of {order}"},
	"Production Order Material": lambda order: {"parent": order},
	"Production Genealogy": lambda order: {"production_order": order},
	"Production Audit": lambda order: {"production_order": order},
	"Production Run Reject": lambda order: {"parent": f"{order}-R01"},
	"Production Run Consumption": lambda order: {"parent": f"{order}-R01"},
	"Production Run Interval": lambda order: {"parent": f"{order}-R01"},
	"Production Run Labour": lambda order: {"parent": f"{order}-R01"},
	"Production Run Downtime": lambda order: {"parent": f"{order}-R01"},
}


@pytest.fixture
def order(scratch) -> str:
	"""An order with one completed run: a row of every kind hangs on it."""
	name = scratch.simple_order().name
	orders.confirm(order=name, idempotency_key=f"key of {name}")
	run = runs.start(order=name, qty=4)["run"]
	downtime = [{"reason": "lunch", "minutes": 5}]
	rejects = [{"qty": 1, "reason": "scratched"}]
	runs.complete(run=run, produced_qty=3, rejects=rejects, labour=[{"minutes": 30}], downtime=downtime)
	audit.verify_histories()
	return name


def save(doc) -> None:
	doc.save()


def save_forced(doc) -> None:
	doc.flags.ignore_permissions = doc.flags.ignore_validate_update_after_submit = True
	doc.save(ignore_permissions=True)


def insert_a_copy(doc) -> None:
	frappe.copy_doc(doc).insert()


def delete(doc) -> None:
	frappe.delete_doc(doc.doctype, doc.name)


def delete_by_force(doc) -> None:
	frappe.delete_doc(doc.doctype, doc.name, force=True, ignore_permissions=True)


def rename(doc) -> None:
	frappe.rename_doc(doc.doctype, doc.name, f"{doc.name}-renamed", force=True)


@pytest.mark.parametrize("write", [save, save_forced, insert_a_copy, delete, delete_by_force, rename])
@pytest.mark.parametrize("doctype", KINDS)
def test_a_row_that_is_written_stays(order, unchanged, doctype: str, write: Callable):
	doc = frappe.get_doc(doctype, frappe.db.get_value(doctype, KINDS[doctype](order)))
	# Early hosts of version 15 refuse to delete a submitted row before they ask it.
	deletes_submitted = doc.docstatus == 1 and write in (delete, delete_by_force)
	refused = frappe.ValidationError if deletes_submitted else errors.ReadOnly
	with unchanged(), pytest.raises(refused) as refusal:
		write(doc)
	assert doctype in str(refusal.value)


def test_a_manager_may_not_either(order, bicycle, unchanged):
	event = frappe.get_doc("Production Event", f"{order}-E00001")
	frappe.set_user(bicycle.users["manager"].email)
	with unchanged(), pytest.raises(frappe.PermissionError):
		event.save()
