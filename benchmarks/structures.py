"""Confirming and previewing product structures of a plant's scale, and how that grows when the structure doubles."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from benchmarks import measure
from benchmarks.table import Figure
from fixtures import generate
from fixtures.plants import Plant
from production_orders.api import orders
from production_orders.services import preview

LINES = (2500, 5000, 10_000)
"""BOM rows on 5 levels, a fifth as many materials, everything shared."""
DIAMONDS = 30
"""Levels of a chain with two items each: 2 ** 30 paths."""
GROWING = ("confirm", "preview", "memory")


def figures(plant: Plant, repeats: int) -> Iterator[Figure]:
	known: dict[int, dict[str, Figure]] = {}
	for lines in LINES:
		with measure.undone_alone():
			found = list(_of(plant, generate.plant_scale(lines), f"{lines}_lines", repeats))
		yield from found
		known[lines] = dict(zip(("confirm", "statements", "memory", "preview"), found, strict=True))
		if lines // 2 in known:
			yield from _growth(lines, known[lines // 2], known[lines])
	with measure.undone_alone():
		yield from _of(plant, generate.diamond_chain(DIAMONDS), f"{DIAMONDS}_diamonds", repeats)


def _of(plant: Plant, made: generate.Generated, name: str, repeats: int) -> Iterator[Figure]:
	order = plant.draft_order(made.item_code, 1)
	confirm = partial(orders.confirm, order=order.name)
	look = partial(
		preview.preview, made.item_code, Decimal(1), made.bom_no, plant.source_warehouse, plant.company
	)
	yield Figure(f"confirm_{name}", measure.seconds(confirm, repeats), "s")
	yield Figure(f"confirm_{name}_statements", measure.statements(confirm), "statements")
	yield Figure(f"confirm_{name}_memory", measure.megabytes(confirm), "MB")
	yield Figure(f"preview_{name}", measure.seconds(look, repeats), "s")


def _growth(lines: int, half: dict[str, Figure], whole: dict[str, Figure]) -> Iterator[Figure]:
	for kind in GROWING:
		name = f"{kind}_{lines}_lines_to_{lines // 2}"
		yield Figure(name, whole[kind].value / half[kind].value, "times")
