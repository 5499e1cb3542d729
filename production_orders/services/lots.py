"""What a run takes out of stock: its own reserved batches and serial numbers first, never what others hold."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from frappe import _

from production_orders import errors
from production_orders.domain.quantity import ZERO, text, total
from production_orders.domain.reservation import Key
from production_orders.domain.tracking import Lot, take
from production_orders.erpnext_bridge import serial_no, tracking
from production_orders.erpnext_bridge.stock_entry import Draw
from production_orders.erpnext_bridge.tracking import LotStock
from production_orders.services import consumption

ONE = Decimal(1)
Taken = Mapping[Key, Mapping[Lot, Decimal]]
Amounts = list[tuple[Lot, Decimal]]
NOTHING_KEPT: Mapping[Key, Decimal] = MappingProxyType({})


def assign(
	order: str, draws: Sequence[Draw], free: Mapping[Key, Decimal], kept: Mapping[Key, Decimal] = NOTHING_KEPT
) -> list[Draw]:
	"""The draws with batch and serial numbers where there are any, one per batch, in the order of their Bins.

	`free` is what the order may take in all, under the lock of the Bins; what it holds for an item is not for the
	item's other use, as an alternative: so much is `kept`. Raises InsufficientStock.
	"""
	wanted = consumption.by_key(draws)
	stock = tracking.stock(wanted.keys())
	left = {key: _in_turn(order, lots) for key, lots in stock.items()}
	assigned, missing = [], []
	for draw in sorted(draws, key=_named_first):
		if draw.key not in stock:
			assigned.append(draw)
			continue
		own, others = left[draw.key]
		lots = others if draw.replaces else [*own, *others]
		taken = take(draw.qty, ((lot, qty) for lot, qty in lots if _fits(draw, lot)))
		left[draw.key] = _without(own, others, taken, from_own=not draw.replaces)
		assigned += _of_lots(draw, taken)
		if total(taken.values()) < draw.qty:
			missing.append(_missing_lots(order, draw, taken, stock[draw.key]))
	_check(wanted, {key: qty - kept.get(key, ZERO) for key, qty in free.items()}, missing)
	return _one_per_batch(assigned)


def held(order: str, draws: Sequence[Draw]) -> tuple[list[Draw], list[Draw]]:
	"""The draws with the lots that the order holds there, whatever has become of them; and those of them still usable."""
	stock = tracking.stock({draw.key for draw in draws})
	found, usable = [], []
	for draw in draws:
		lots = stock.get(draw.key)
		if lots is None:
			found.append(draw)
			usable.append(draw)
			continue
		taken = take(draw.qty, ((lot.lot, lot.held.get(order, ZERO)) for lot in lots))
		good = {lot.lot for lot in lots if lot.is_usable}
		found += _of_lots(draw, taken)
		usable += _of_lots(draw, {lot: qty for lot, qty in taken.items() if lot in good})
	return _one_per_batch(found), _one_per_batch(usable)


def by_key(draws: Iterable[Draw]) -> Taken:
	"""What draws with batches and serial numbers take of each lot."""
	taken: dict[Key, dict[Lot, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for draw in draws:
		for name in serial_no.split(draw.serial_nos):
			taken[draw.key][Lot(draw.batch_no, name)] += ONE
		if draw.batch_no and not draw.serial_nos:
			taken[draw.key][Lot(draw.batch_no)] += draw.qty
	return taken


def unusable(keys: Collection[Key]) -> list[str]:
	"""Sentences about stock that is there and free, but expired or disabled: why it covers no shortage."""
	sentence = _("{0} in {1}: {2} more are there, but expired or disabled ({3}).")
	sentences = []
	for (item_code, warehouse), found in sorted(tracking.stock(keys).items()):
		lots = [lot for lot in found if not lot.is_usable and lot.free()]
		names = ", ".join(sorted({lot.lot.batch_no for lot in lots}))
		if lots:
			qty = text(total(lot.free() for lot in lots))
			sentences.append(sentence.format(item_code, warehouse, qty, names))
	return sentences


def _in_turn(order: str, lots: Sequence[LotStock]) -> tuple[Amounts, Amounts]:
	"""What the order may take: of its own reservations, which come first, and of what is free."""
	usable = [lot for lot in lots if lot.is_usable]
	own = [(lot.lot, min(lot.held.get(order, ZERO), lot.qty)) for lot in usable]
	return own, [(lot.lot, lot.free()) for lot in usable]


def _named_first(draw: Draw) -> tuple[bool, bool, bool, Draw]:
	"""Alternatives last among equals: they have no part in the order's own reservations."""
	return not draw.serial_nos, not draw.batch_no, bool(draw.replaces), draw


def _fits(draw: Draw, lot: Lot) -> bool:
	"""Whether a draw that names a batch or serial numbers means this one."""
	named = serial_no.split(draw.serial_nos)
	return draw.batch_no in ("", lot.batch_no) and (not named or lot.serial_no in named)


def _without(
	own: Amounts, others: Amounts, taken: Mapping[Lot, Decimal], from_own: bool
) -> tuple[Amounts, Amounts]:
	rest = dict(taken)
	return _less(own, rest) if from_own else own, _less(others, rest)


def _less(lots: Amounts, rest: dict[Lot, Decimal]) -> Amounts:
	"""What is left of each lot; `rest` is what is still to be taken off."""
	left = []
	for lot, qty in lots:
		part = min(qty, rest.get(lot, ZERO))
		rest[lot] = rest.get(lot, ZERO) - part
		left.append((lot, qty - part))
	return left


def _of_lots(draw: Draw, taken: Mapping[Lot, Decimal]) -> Iterable[Draw]:
	for lot, qty in taken.items():
		yield replace(draw, qty=qty, batch_no=lot.batch_no, serial_nos=lot.serial_no)


def _one_per_batch(draws: Iterable[Draw]) -> list[Draw]:
	same: dict[Draw, list[Draw]] = defaultdict(list)
	for draw in draws:
		same[replace(draw, qty=ZERO, serial_nos="")].append(draw)
	return sorted(
		replace(
			draw,
			qty=total(part.qty for part in parts),
			serial_nos="\n".join(sorted(part.serial_nos for part in parts if part.serial_nos)),
		)
		for draw, parts in same.items()
	)


def _check(wanted: Mapping[Key, Decimal], free: Mapping[Key, Decimal], missing: list[dict[str, Any]]) -> None:
	"""Refuse everything that cannot be taken together; what lots say of it says more than the Bin."""
	named = {(row["item_code"], row["warehouse"]) for row in missing}
	missing += [
		_missing(key, qty, free.get(key, ZERO))
		for key, qty in sorted(wanted.items())
		if qty > free.get(key, ZERO) and key not in named
	]
	if missing:
		lines = map(_sentence, missing)
		way_out = _("Bring in the missing stock or report what was really consumed.")
		errors.throw(
			errors.InsufficientStock("\n".join([*lines, way_out]), missing), title=_("Not enough stock")
		)


def _missing(key: Key, wanted: Decimal, found: Decimal) -> dict[str, Any]:
	item_code, warehouse = key
	return {
		"item_code": item_code,
		"warehouse": warehouse,
		"required_qty": float(wanted),
		"available_qty": float(found),
		"short_qty": float(wanted - found),
	}


def _missing_lots(
	order: str, draw: Draw, taken: Mapping[Lot, Decimal], lots: Sequence[LotStock]
) -> dict[str, Any]:
	"""What a draw does not get, and what keeps it from that."""
	others = [lot for lot in lots if _fits(draw, lot.lot)]
	return {
		**_missing(draw.key, draw.qty, total(taken.values())),
		"batch_no": draw.batch_no or None,
		"serial_nos": serial_no.split(draw.serial_nos),
		"reserved_for": sorted({holder for lot in others for holder in lot.held} - {order}),
		"unusable": sorted(lot.lot.serial_no or lot.lot.batch_no for lot in others if not lot.is_usable),
	}


def _sentence(row: Mapping[str, Any]) -> str:
	named = ", ".join(row.get("serial_nos") or ()) or row.get("batch_no")
	quantities = (row["required_qty"], row["available_qty"], row["short_qty"])
	sentence = _("{0} in {1}: {2} to be consumed, {3} there and not reserved by others, {4} missing.").format(
		f"{row['item_code']} ({named})" if named else row["item_code"],
		row["warehouse"],
		*map(text, quantities),
	)
	if row.get("reserved_for"):
		sentence += " " + _("Reserved for {0}.").format(", ".join(row["reserved_for"]))
	if row.get("unusable"):
		sentence += " " + _("Expired or disabled: {0}.").format(", ".join(row["unusable"]))
	return sentence
