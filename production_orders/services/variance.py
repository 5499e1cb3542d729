"""What a run cost against the lock of its order."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from frappe.model.document import Document

from production_orders.domain.quantity import ZERO, decimal
from production_orders.domain.reservation import Key
from production_orders.domain.variance import MaterialVariance, RunVariance
from production_orders.erpnext_bridge.stock_entry import Posted
from production_orders.services.consumption import Planned


def of_run(order: Document, planned: Planned, posted: Sequence[Posted]) -> RunVariance:
	"""Planned at the lock's rates against what the ledger took; what the lock does not know has no standard."""
	rates = {(row.item_code, row.warehouse): decimal(row.valuation_rate) for row in order.materials}
	quantities: dict[Key, Decimal] = defaultdict(Decimal)
	costs: dict[Key, Decimal] = defaultdict(Decimal)
	for posting in posted:
		quantities[posting.key] += posting.qty
		costs[posting.key] += posting.cost
	return RunVariance(
		tuple(
			MaterialVariance(
				*key,
				planned_qty=planned.get(key, ZERO),
				actual_qty=quantities.get(key, ZERO),
				standard_rate=rates.get(key, ZERO),
				actual_cost=costs.get(key, ZERO),
			)
			for key in sorted(planned.keys() | quantities.keys())
		)
	)
