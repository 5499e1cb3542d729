"""What went into a run and what came out of it, by value and, where they are counted alike, by quantity."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from frappe.model.document import Document

from production_orders.domain.quantity import ZERO, decimal, total
from production_orders.erpnext_bridge import entry_lots, item
from production_orders.erpnext_bridge.entry_lots import Amount

Rows = list[dict[str, Any]]


def of_run(run: Document) -> dict[str, Any]:
	"""{run, order, status, stock_entry, consumed, produced, quantities, value}."""
	moved = entry_lots.amounts(run.stock_entry) if run.stock_entry else []
	taken, made = ([row for row in moved if row.is_output == is_output] for is_output in (False, True))
	return {
		"run": run.name,
		"order": run.production_order,
		"status": run.status,
		"stock_entry": run.stock_entry,
		"consumed": _by_item(taken),
		"produced": _by_item(made),
		"quantities": _quantities(run, taken, made),
		"value": _value(run, taken, made),
	}


def _by_item(rows: Sequence[Amount]) -> Rows:
	sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
	for row in rows:
		sums[row.item_code][0] += row.qty
		sums[row.item_code][1] += row.value
	facts = item.facts(sums.keys())
	return [
		{
			"item_code": item_code,
			"item_name": facts[item_code].item_name,
			"qty": float(qty),
			"stock_uom": facts[item_code].stock_uom,
			"value": float(value),
		}
		for item_code, (qty, value) in sums.items()
	]


def _quantities(run: Document, taken: Sequence[Amount], made: Sequence[Amount]) -> Rows:
	"""A row per unit that is on both sides; what the run reports as lost explains that of its own unit."""
	went_in, came_out = _by_unit(taken), _by_unit(made)
	rows = []
	for stock_uom in sorted(went_in.keys() & came_out.keys()):
		is_own = stock_uom == run.stock_uom
		loss = decimal(run.process_loss_qty) if is_own else ZERO
		unstocked = _unstocked_rejects(run, made) if is_own else ZERO
		consumed, produced = went_in[stock_uom], came_out[stock_uom]
		rows.append(
			{
				"stock_uom": stock_uom,
				"consumed_qty": float(consumed),
				"produced_qty": float(produced),
				"process_loss_qty": float(loss),
				"unstocked_reject_qty": float(unstocked),
				"unexplained_qty": float(consumed - produced - loss - unstocked),
			}
		)
	return rows


def _by_unit(rows: Iterable[Amount]) -> dict[str, Decimal]:
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for row in rows:
		sums[row.stock_uom] += row.qty
	return sums


def _unstocked_rejects(run: Document, made: Sequence[Amount]) -> Decimal:
	"""Rejects that went nowhere: what the run made of its item and did not bring in."""
	stocked = total(row.qty for row in made if row.item_code == run.item_code)
	return max(ZERO, decimal(run.produced_qty) + decimal(run.rejected_qty) - stocked)


def _value(run: Document, taken: Sequence[Amount], made: Sequence[Amount]) -> dict[str, float]:
	"""As the Stock Entry says it now; what made nothing is an expense."""
	consumed, produced = total(row.value for row in taken), total(row.value for row in made)
	operating = entry_lots.additional_cost(run.stock_entry) if run.stock_entry else ZERO
	return {
		"consumed": float(consumed),
		"operating": float(operating),
		"produced": float(produced),
		"expensed": float(consumed + operating - produced),
	}
