"""Material that runs of an order took and that comes back: never more, or other, than they took, and worth what it cost them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.domain.quantity import ZERO, decimal, text, total
from production_orders.erpnext_bridge import item, serial_no
from production_orders.erpnext_bridge.stock_entry import RETURNED, Draw, Posted, Received, Yield
from production_orders.services import lookups
from production_orders.services.run_report import Report


@dataclass(frozen=True)
class Taken:
	"""What the runs of an order have taken of one lot for one material, less what came back."""

	draw: Draw
	cost: Decimal

	@property
	def rate(self) -> Decimal:
		return self.cost / self.draw.qty


@dataclass(frozen=True)
class Return:
	"""What comes back of something taken, and where it is put."""

	of: Taken
	qty: Decimal
	warehouse: str
	serial_nos: str

	@property
	def taken(self) -> Draw:
		"""This much of it, where it was taken."""
		return replace(self.of.draw, qty=self.qty, serial_nos=self.serial_nos)

	@property
	def draw(self) -> Draw:
		"""This much of it, where it comes back."""
		return replace(self.taken, warehouse=self.warehouse)


def resolve(order: Document, report: Report) -> list[Return]:
	"""What the floor says came back, found in what earlier runs took. Raises InvalidInput with every problem."""
	problems = errors.Problems()
	if report.returns and not report.finished:
		sentence = _("A run that makes nothing takes nothing back: report it with a run that does.")
		problems.add("returns", sentence)
	facts = item.facts({row.item_code for row in report.returns})
	warehouses = item.warehouse_problems(
		{row.warehouse for row in report.returns if row.warehouse}, order.company
	)
	taken = _taken(order) if report.returns else []
	found: list[Return] = []
	for idx, row in enumerate(report.returns):
		known = facts.get(row.item_code)
		told = [
			_("Item {0} does not exist.").format(row.item_code)
			if not known
			else known.decimals_problem(row.qty),
			warehouses.get(row.warehouse),
			*(_serial_problems(row) if known and known.has_serial_no else ()),
		]
		parts, taken = _find(row, taken)
		found += parts
		if not any(told):
			told.append(_too_much(order, row, total(part.qty for part in parts)))
		for problem in filter(None, told):
			problems.add(f"returns.{idx}", problem)
	problems.throw_any()
	return _together(found)


def _together(found: Sequence[Return]) -> list[Return]:
	"""Pieces of one kind in one row: their serial numbers listed, at their average rate."""
	same: dict[tuple[Draw, str], list[Return]] = defaultdict(list)
	for part in found:
		same[replace(part.taken, qty=ZERO, serial_nos=""), part.warehouse].append(part)
	return [
		Return(
			Taken(replace(taken, qty=qty), total(part.of.rate * part.qty for part in parts)),
			qty,
			warehouse,
			"\n".join(part.serial_nos for part in parts if part.serial_nos),
		)
		for (taken, warehouse), parts in same.items()
		for qty in (total(part.qty for part in parts),)
	]


def _serial_problems(row: Any) -> list[str]:
	return serial_no.count_problems(serial_no.split(row.serial_nos), row.qty)


def _too_much(order: Document, row: Any, there: Decimal) -> str | None:
	if there == row.qty:
		return None
	what = ", ".join(filter(None, (row.item_code, row.batch_no, *serial_no.split(row.serial_nos))))
	return _(
		"{0} of {1} cannot come back: earlier runs of {2} have taken {3} of it. What this run took and brought back, it did not consume."
	).format(text(row.qty), what, order.name, text(there))


def require_taken(order: Document, run: Document) -> None:
	"""Refuse to take back a run of whose material later ones have brought more back than the others took."""
	rows = [row for row in lookups.consumed_by_runs(order.name) if row.run != run.name]
	less = [one.draw for one in _sums(rows) if one.draw.qty < 0]
	if not less:
		return
	sentence = _("{0} of {1} that {2} took came back by {3}: reverse {3} first.")
	lines, details = [], []
	for draw in less:
		by = ", ".join(
			dict.fromkeys(row.run for row in rows if row.returned_qty and row.item_code == draw.item_code)
		)
		what = draw.serial_nos or draw.batch_no or draw.item_code
		lines.append(sentence.format(text(-draw.qty), what, run.name, by))
		details.append(
			{"item_code": draw.item_code, "lot": draw.serial_nos or draw.batch_no or None, "runs": by}
		)
	errors.throw(errors.InsufficientStock("\n".join(lines), details), title=_("Came back already"))


def _taken(order: Document) -> list[Taken]:
	"""The latest last; what an item was taken for as itself before what it replaced."""
	taken = [one for one in _sums(lookups.consumed_by_runs(order.name)) if one.draw.qty > 0]
	return sorted(taken, key=lambda one: bool(one.draw.replaces))


def _sums(rows: Iterable[Any]) -> list[Taken]:
	"""What runs took of each lot for each material, less what came back; below zero where more did."""
	sums: dict[tuple[Any, ...], Taken] = {}
	for row in rows:
		qty = decimal(row.qty) - decimal(row.returned_qty)
		pieces = abs(qty) if row.serial_nos and qty else Decimal(1)
		for serial in serial_no.split(row.serial_nos) or [""]:
			key = (row.item_code, row.material, row.replaces, row.batch_no, serial)
			known = sums.get(key)
			draw = known.draw if known else _draw(row, serial)
			cost = (known.cost if known else ZERO) + decimal(row.amount) / pieces
			sums[key] = Taken(replace(draw, qty=draw.qty + qty / pieces), cost)
	return list(sums.values())


def _draw(row: Any, serial: str) -> Draw:
	return Draw(
		row.item_code,
		row.warehouse,
		ZERO,
		row.stock_uom,
		row.batch_no or "",
		serial,
		row.material or "",
		row.replaces or "",
	)


def _find(row: Any, taken: Sequence[Taken]) -> tuple[list[Return], list[Taken]]:
	"""(what of the row was taken, what remains taken after it came back)."""
	missing, found, left = row.qty, [], []
	named = serial_no.split(row.serial_nos)
	for one in taken:
		draw = one.draw
		fits = draw.item_code == row.item_code and row.batch_no in (None, draw.batch_no)
		qty = min(missing, draw.qty) if fits and (not named or draw.serial_nos in named) else ZERO
		if qty:
			found.append(Return(one, qty, row.warehouse or draw.warehouse, draw.serial_nos))
			missing -= qty
		if draw.qty > qty:
			left.append(Taken(replace(draw, qty=draw.qty - qty), one.cost - one.rate * qty))
	return found, left


def count(order: Document, returned: Sequence[Return]) -> None:
	"""In memory: what came back was not consumed after all, so that it is asked for again."""
	for row in order.materials:
		back = total(part.qty for part in returned if part.of.draw.material == row.name)
		row.consumed_qty = decimal(row.consumed_qty) - back


def yields(returned: Sequence[Return]) -> list[Yield]:
	"""Rows of the run's Stock Entry, each at the rate at which it was taken."""
	return [
		Yield(
			part.draw.item_code,
			part.draw.warehouse,
			part.qty,
			part.draw.stock_uom,
			RETURNED,
			part.draw.batch_no,
			tuple(serial_no.split(part.serial_nos)),
			rate=part.of.rate,
		)
		for part in returned
	]


def posted(returned: Sequence[Return], received: Sequence[Received]) -> Iterator[Posted]:
	"""What came back as the ledger put it into stock: less than nothing was taken."""
	rows = (row for row in received if row.made.kind == RETURNED)
	for part, row in zip(returned, rows, strict=True):
		yield Posted(part.draw, -part.qty, -row.amount, part.draw.batch_no)
