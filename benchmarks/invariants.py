"""Checking every invariant of a plant with thousands of running orders, and how that grows."""

from collections.abc import Iterator

from benchmarks import busy_plant, measure
from benchmarks.table import Figure
from fixtures.plants import Plant
from production_orders.services import invariants

ORDERS = (5_000, 10_000)


def figures(plant: Plant, repeats: int) -> Iterator[Figure]:
	for orders in ORDERS:
		with measure.undone_alone():
			known = len(invariants.check())
			busy_plant.insert(plant, orders)
			name = f"invariants_{orders}_orders"
			yield Figure(name, measure.seconds(invariants.check, repeats), "s")
			yield Figure(f"{name}_statements", measure.statements(invariants.check), "statements")
			yield Figure(f"{name}_found", len(invariants.check()) - known, "violations")
