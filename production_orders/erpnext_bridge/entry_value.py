"""What each row that a run's Stock Entry brings in is worth (ADR 0016).

ERPNext rates what goes out, and the finished item at what is left of that. Between the two, once it has rated
what goes out, co- and by-products get their part; no row is rated twice.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.domain.outputs import BESIDE, Part, exceed, split, worth
from production_orders.domain.quantity import ZERO, decimal, text, total
from production_orders.erpnext_bridge.company import money_digits
from production_orders.erpnext_bridge.stock_entry import RETURNED, Yield

Row = tuple[Any, Yield]


def settle(entry: Document) -> None:
	"""At the end of the entry's validation: value what comes in, and leave out charges that ERPNext would lose.

	`entry.flags` then tell `lost_charges`, and `capped` where outputs would be worth more than was put in.
	"""
	made_rows = (row for row in entry.items if row.is_finished_item or row.is_scrap_item)
	rows = list(zip(made_rows, entry.flags.yields, strict=True))
	finished = [row for row, made in rows if made.is_finished]
	outputs = [(row, made) for row, made in rows if made.kind in BESIDE]
	consumed = _consumed(entry, rows)
	charges = total(decimal(charge.amount) for charge in entry.additional_costs)
	left = consumed - _value(entry, outputs, consumed, charges)
	if charges and not left:
		entry.flags.lost_charges = charges
		entry.set("additional_costs", [])
	for row in finished:
		# ERPNext would make up an older rate for a finished item of no value.
		row.allow_zero_valuation_rate = int(not left)
		if not left:
			# And keep on it what it distributed over that rate.
			row.additional_cost = 0
	if outputs or not left:
		entry.calculate_rate_and_amount(reset_outgoing_rate=False)
	if len(finished) > 1:
		_divide(entry, finished, left, charges if left else ZERO)


def _consumed(entry: Document, rows: Sequence[Row]) -> Decimal:
	"""The value of what goes out, less that of what comes back of earlier runs."""
	gone = total(decimal(row.basic_amount) for row in entry.items if row.s_warehouse)
	back = total(decimal(row.basic_amount) for row, made in rows if made.kind == RETURNED)
	if back > gone:
		problems = errors.Problems()
		sentence = _(
			"What comes back is worth {0}, and this run takes only {1}: report it with a larger run."
		)
		problems.add("returns", sentence.format(text(back), text(gone)))
		problems.throw_any()
	return gone - back


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
