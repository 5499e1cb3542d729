"""What each row that a run's Stock Entry brings in is worth (ADR 0016).

ERPNext rates what goes out, and the finished item at what is left of that. Between the two, once it has rated
what goes out, co- and by-products get their part; no row is rated twice.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from frappe.model.document import Document

from production_orders.domain.outputs import BESIDE, Part, exceed, split, worth
from production_orders.domain.quantity import ZERO, decimal, total
from production_orders.erpnext_bridge.company import money_digits
from production_orders.erpnext_bridge.stock_entry import Yield

Row = tuple[Any, Yield]


def settle(entry: Document) -> None:
	"""At the end of the entry's validation: value what comes in, and leave out charges that ERPNext would lose.

	`entry.flags` then tell `lost_charges`, and `capped` where outputs would be worth more than was put in.
	"""
	made_rows = (row for row in entry.items if row.is_finished_item or row.is_scrap_item)
	rows = list(zip(made_rows, entry.flags.yields, strict=True))
	finished = [row for row, made in rows if made.is_finished]
	outputs = [(row, made) for row, made in rows if made.kind in BESIDE]
	consumed = total(decimal(row.basic_amount) for row in entry.items if row.s_warehouse)
	charges = total(decimal(charge.amount) for charge in entry.additional_costs)
	left = consumed - _value(entry, outputs, consumed, charges)
	if charges and not left:
		entry.flags.lost_charges = charges
		entry.set("additional_costs", [])
	for row in finished:
		# ERPNext would make up an older rate for a finished item of no value.
		row.allow_zero_valuation_rate = int(not left)
	if outputs or not left:
		entry.calculate_rate_and_amount(reset_outgoing_rate=False)
	if len(finished) > 1:
		_divide(entry, finished, left, charges if left else ZERO)


def _value(entry: Document, outputs: Sequence[Row], consumed: Decimal, charges: Decimal) -> Decimal:
	"""Write what the outputs are worth -> all of them together."""
	digits = money_digits()
	of_item: dict[str, Decimal] = {}
	for _row, made in outputs:
		of_item[made.item_code] = of_item.get(made.item_code, ZERO) + made.qty
	parts = [
		Part(
			made.item_code,
			made.qty,
			of_item[made.item_code],
			made.cost_share,
			decimal(row.basic_rate) or made.rate,
		)
		for row, made in outputs
	]
	entry.flags.capped = exceed(parts, consumed, charges)
	amounts = worth(parts, consumed, charges, digits)
	for (row, made), amount in zip(outputs, amounts, strict=True):
		row.basic_rate = float(Fraction(amount) / Fraction(made.qty))
		row.allow_zero_valuation_rate = int(not amount)
	return total(amounts)


def _divide(entry: Document, finished: Sequence[Any], value: Decimal, charges: Decimal) -> None:
	"""Several finished rows share the value by quantity, without ERPNext's rounding of each on its own."""
	pieces = sum(Fraction(decimal(row.transfer_qty)) for row in finished)
	parts = [Fraction(decimal(row.transfer_qty)) / pieces for row in finished]
	digits = money_digits()
	basic = split((Fraction(value) * part for part in parts), digits)
	added = split((Fraction(charges) * part for part in parts), digits)
	for row, amount, cost in zip(finished, basic, added, strict=True):
		row.basic_amount, row.additional_cost, row.amount = map(float, (amount, cost, amount + cost))
		row.basic_rate, row.valuation_rate = (
			row.basic_amount / row.transfer_qty,
			row.amount / row.transfer_qty,
		)
	entry.set_total_incoming_outgoing_value()
