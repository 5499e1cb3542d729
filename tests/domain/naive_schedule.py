"""A second, naive scheduler to compare with: every single unit on its own, one day after the other.

It knows neither cumulated needs nor bisection: it tries today, tomorrow and so on. Units of an item stand in
line, first those that can only be bought, then by BOM, then by the day they are needed. Each takes a piece if
one is left for its day and all later ones, or is made or bought. Whole units only, all stock in one place.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from production_orders.domain.bom import BUILD_ON_DEMAND, LockedBom

Rows = Sequence[tuple[str, int, int]]
"""(item, day, quantity)"""
LAST_DAY = 30


def earliest_day(
	bom: LockedBom,
	qty: int,
	stock: Mapping[str, int],
	receipts: Rows,
	issues: Rows,
	lead_times: Mapping[str, int],
) -> int:
	@cache
	def promisable(item: str, on: int) -> int:
		balances = [
			stock.get(item, 0)
			+ sum(moved for code, day, moved in receipts if code == item and day <= later)
			- sum(moved for code, day, moved in issues if code == item and day <= later)
			for later in range(on, LAST_DAY)
		]
		return max(0, min(balances))

	return next(day for day in range(LAST_DAY) if _is_possible(bom, qty, day, promisable, lead_times))


def _is_possible(
	bom: LockedBom,
	qty: int,
	day: int,
	promisable: Callable[[str, int], int],
	lead_times: Mapping[str, int],
) -> bool:
	lines = {line.item_code: line for line in bom.lines}
	waiting: dict[str, list[tuple[int, str]]] = defaultdict(list)
	waiting[bom.item_code] = [(day, bom.bom_no)] * qty
	for item in bom.items:
		wanted_before: list[int] = []
		for bom_no in sorted({bom_no for _on, bom_no in waiting[item]}):
			days = sorted(on for on, wanted in waiting[item] if wanted == bom_no)
			on_demand = item in lines and lines[item].supply_policy == BUILD_ON_DEMAND and bom_no
			taken = 0
			for on in days:
				pieces = [
					promisable(item, later) - sum(1 for before in wanted_before if before <= later) - taken
					for later in range(on, LAST_DAY)
				]
				if not on_demand and min(pieces) > 0:
					taken += 1
					continue
				start = on - lead_times.get(item, 0)
				if start < 0:
					return False
				for line in bom.lines:
					if bom_no and line.parent_bom == bom_no:
						waiting[line.item_code] += [(start, line.bom_no)] * int(line.stock_qty)
			wanted_before += days
	return True
