"""Checking every invariant of a plant with thousands of running orders, and how that grows."""

from collections.abc import Iterator
from functools import partial

from benchmarks import busy_plant, measure
from benchmarks.table import Figure
from fixtures.plants import Plant
from production_orders.services import invariants
from production_orders.services.invariants import Invariant

ORDERS = (5_000, 10_000)


def figures(plant: Plant, repeats: int) -> Iterator[Figure]:
	seconds: dict[int, float] = {}
	for orders in ORDERS:
		with measure.undone_alone():
			known = len(invariants.check())
			busy_plant.insert(plant, orders)
			name = f"invariants_{orders}_orders"
			seconds[orders] = measure.seconds(invariants.check, repeats)
			yield Figure(name, seconds[orders], "s")
			yield Figure(f"{name}_statements", measure.statements(invariants.check), "statements")
			yield Figure(f"{name}_found", len(invariants.check()) - known, "violations")
			for one in invariants.INVARIANTS:
				yield Figure(f"{name}_{one.key}", measure.seconds(partial(_check, one), 1), "s")
	yield Figure(f"invariants_{ORDERS[1]}_to_{ORDERS[0]}", seconds[ORDERS[1]] / seconds[ORDERS[0]], "times")


def _check(one: Invariant) -> None:
	for _violation in one.violations():
		pass
