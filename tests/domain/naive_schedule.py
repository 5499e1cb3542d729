"""A second, naive scheduler to compare with: every single unit on its own, one day after the other.

It knows neither cumulated needs nor bisection: it tries today, tomorrow and so on; units of an item stand
in line by the day they are needed, each takes one piece that may be promised for its day, or is made or
bought. Whole units only, every item made by one BOM at most, all stock in one place.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from production_orders.domain.bom import BUILD_ON_DEMAND, LockedBom

Rows = Sequence[tuple[str, int, int]]
"""(item, day, quantity)"""
LAST_DAY = 60


def earliest_day(
	bom: LockedBom,
	qty: int,
	stock: Mapping[str, int],
	receipts: Rows,
	issues: Rows,
	lead_times: Mapping[str, int],
) -> int:
	def promisable(item: str, on: int) -> int:
		if on < 0:
			return 0
		balances = [
			stock.get(item, 0)
			+ sum(moved for code, day, moved in receipts if code == item and day <= later)
			- sum(moved for code, day, moved in issues if code == item and day <= later)
			for later in range(on, LAST_DAY)
		]
		return max(0, min(balances))

	return next(day for day in range(LAST_DAY) if _is_possible(bom, qty, day, promisable, lead_times))


def _is_possible(bom: LockedBom, qty: int, day: int, promisable, lead_times: Mapping[str, int]) -> bool:
	lines = {line.item_code: line for line in bom.lines}
	waiting: dict[str, list[tuple[int, str]]] = defaultdict(list)
	waiting[bom.item_code] = [(day, bom.bom_no)] * qty
	for item in bom.items:
		taken = 0
		for on, bom_no in sorted(waiting[item]):
			on_demand = item in lines and lines[item].supply_policy == BUILD_ON_DEMAND and bom_no
			if not on_demand and taken < promisable(item, on):
				taken += 1
				continue
			start = on - lead_times.get(item, 0)
			if start < 0:
				return False
			for line in bom.lines:
				if bom_no and line.parent_bom == bom_no:
					waiting[line.item_code] += [(start, line.bom_no)] * int(line.stock_qty)
	return True
