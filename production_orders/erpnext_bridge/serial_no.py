"""Serial numbers as people give them: read, and checked before anything is posted."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from production_orders.domain.quantity import text
from production_orders.erpnext_bridge.item import ItemFacts


def split(serial_nos: str | None) -> list[str]:
	"""One per line or divided by commas."""
	parts = (serial_nos or "").replace(",", "\n").split("\n")
	return [part.strip() for part in parts if part.strip()]


def facts(serial_nos: Collection[str]) -> dict[str, Any]:
	"""serial_no -> its item_code and warehouse; unknown ones are left out."""
	names = sorted(set(serial_nos))
	if not names:
		return {}
	rows = frappe.get_all("Serial No", {"name": ["in", names]}, ["name", "item_code", "warehouse"])
	return {row.name: row for row in rows}


def count_problems(serial_nos: Sequence[str], pieces: Decimal) -> list[str]:
	"""Why these cannot be the serial numbers of so many pieces."""
	problems = []
	if twice := sorted({serial_no for serial_no in serial_nos if serial_nos.count(serial_no) > 1}):
		sentence = _("Given twice: {0}. Every piece has its own serial number.")
		problems.append(sentence.format(", ".join(twice)))
	if len(serial_nos) != pieces:
		sentence = _("{0} serial numbers for {1} pieces. Give one for each.")
		problems.append(sentence.format(len(serial_nos), text(pieces)))
	return problems


def input_problems(serial_nos: Sequence[str], item_code: str, known: Mapping[str, Any]) -> list[str]:
	"""Why these cannot be consumed as pieces of an item; `known` as facts() answers."""
	sentence = _("Serial number {0} does not exist.")
	unknown = [sentence.format(serial_no) for serial_no in serial_nos if serial_no not in known]
	return unknown + _foreign(serial_nos, item_code, known)


def made_problems(
	serial_nos: Sequence[str], pieces: Decimal, item: ItemFacts, leaving: str | None = None
) -> list[str]:
	"""Why these cannot be the serial numbers of so many pieces just made; those `leaving` a place may come again."""
	if not (item.has_serial_no and pieces):
		sentence = _("This run puts no {0} with a serial number into stock, so none can be given.")
		return [sentence.format(item.item_code)] if serial_nos else []
	if not serial_nos:
		sentence = _("{0} is kept by serial number: give those of the {1} pieces this run made.")
		return [] if item.serial_no_series else [sentence.format(item.item_code, text(pieces))]
	known = facts(serial_nos)
	sentence = _("Serial number {0} is in {1} already. Give another one.")
	in_stock = [
		sentence.format(serial_no, known[serial_no].warehouse)
		for serial_no in serial_nos
		if serial_no in known and known[serial_no].warehouse not in (None, "", leaving)
	]
	return [*count_problems(serial_nos, pieces), *in_stock, *_foreign(serial_nos, item.item_code, known)]


def _foreign(serial_nos: Sequence[str], item_code: str, known: Mapping[str, Any]) -> list[str]:
	sentence = _("Serial number {0} is of {1}, not of {2}.")
	return [
		sentence.format(serial_no, known[serial_no].item_code, item_code)
		for serial_no in serial_nos
		if serial_no in known and known[serial_no].item_code != item_code
	]
