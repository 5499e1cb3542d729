"""Which of an order's materials a request names, and how much of what is held of each."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.domain.quantity import decimal, text
from production_orders.erpnext_bridge import item


def held(row: Document) -> Decimal:
	"""What a material's open reservation holds."""
	return decimal(row.reserved_qty) - decimal(row.delivered_qty)


def is_named(row: Document, want: Any) -> bool:
	"""Whether {item_code, warehouse?} names this material."""
	return row.item_code == want.item_code and want.warehouse in (None, row.warehouse)


def choose(
	order: Document, rows: Sequence[Document], wanted: Sequence[Any]
) -> list[tuple[Document, Decimal]]:
	"""(material, quantity) of `rows` as `wanted` [{item_code, warehouse?, qty?}] says; all they hold when it is empty.

	Raises InvalidInput with every wrong row of the request.
	"""
	left = {row.name: held(row) for row in rows}
	if not wanted:
		return [(row, left[row.name]) for row in rows if left[row.name] > 0]
	problems, chosen = errors.Problems(), []
	facts = item.facts({want.item_code for want in wanted})
	for idx, want in enumerate(wanted):
		found = [row for row in rows if is_named(row, want)]
		if len(found) != 1:
			sentence = _(
				"{0} is not one material of {1} that can be named here. Name item and warehouse as listed."
			)
			problems.add(f"materials.{idx}", sentence.format(want.item_code, order.name))
			continue
		name = found[0].name
		qty = left[name] if want.qty is None else want.qty
		if qty > left[name]:
			sentence = _("{0} of {1} are too many: only {2} are reserved and not consumed.")
			problems.add(f"materials.{idx}", sentence.format(text(qty), want.item_code, text(left[name])))
		elif problem := facts[want.item_code].decimals_problem(qty):
			problems.add(f"materials.{idx}", problem)
		left[name] -= qty
		chosen.append((found[0], qty))
	problems.throw_any()
	return chosen
