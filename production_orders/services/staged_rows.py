"""An order's material rows as the rules of consumption see them, those at its WIP warehouse told apart (ADR 0017)."""

from typing import Any

from production_orders.domain.consumption import Material
from production_orders.domain.quantity import decimal


def is_staged(order: Any, row: Any) -> bool:
	"""Whether a row is of stock that was brought to the WIP warehouse from where the order draws it."""
	at_wip = bool(order.wip_warehouse) and row.warehouse == order.wip_warehouse
	return at_wip and bool(row.source_warehouse) and row.source_warehouse != row.warehouse


def material(order: Any, row: Any) -> Material:
	return Material(
		name=row.name,
		item_code=row.item_code,
		warehouse=row.warehouse,
		required=decimal(row.required_qty),
		consumed=decimal(row.consumed_qty),
		whole_number=bool(row.whole_number),
		held=decimal(row.reserved_qty) - decimal(row.delivered_qty),
		is_staged=is_staged(order, row),
	)
