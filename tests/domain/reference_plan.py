"""A second, naive plan to compare with: bucket by bucket, everything worked out anew until nothing changes.

It knows no low-level codes: it explodes what it planned so far, nets every item again and repeats.
Whole units, days as numbers from today, one warehouse, no process loss.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Day = int


@dataclass(frozen=True)
class Rule:
	lead: int = 0
	safety: int = 0
	least: int = 0
	parts: Mapping[str, int] = field(default_factory=dict)


Planned = dict[tuple[str, int], tuple[Day, int]]
"""(item, bucket) -> (due, quantity)."""


def planned(
	rules: Mapping[str, Rule],
	free: Mapping[str, int],
	demands: Sequence[tuple[str, Day, int]],
	receipts: Sequence[tuple[str, Day, int]],
	bucket_of: Sequence[int],
) -> Planned:
	"""`bucket_of` says for every day of the horizon which bucket it is in."""
	known: Planned = {}
	while True:
		events = _events(rules, demands, receipts, known)
		found = {}
		for item, rule in rules.items():
			found |= _net(item, rule, free.get(item, 0), events.get(item, {}), bucket_of)
		if found == known:
			return known
		known = found


def _events(rules, demands, receipts, known: Planned) -> dict[str, dict[Day, int]]:
	events: dict[str, dict[Day, int]] = defaultdict(lambda: defaultdict(int))
	for item, day, qty in demands:
		events[item][day] -= qty
	for item, day, qty in receipts:
		events[item][day] += qty
	for (item, _bucket), (due, qty) in known.items():
		for part, each in rules[item].parts.items():
			events[part][max(0, due - rules[item].lead)] -= qty * each
	return events


def _net(item: str, rule: Rule, balance: int, events: Mapping[Day, int], bucket_of: Sequence[int]) -> Planned:
	found: Planned = {}
	for bucket in range(bucket_of[-1] + 1):
		days = [day for day, its in enumerate(bucket_of) if its == bucket]
		due = days[0] if balance < rule.safety else None
		for day in days:
			balance += events.get(day, 0)
			if due is None and balance < rule.safety:
				due = day
		if balance < rule.safety:
			qty = max(rule.safety - balance, rule.least)
			found[item, bucket] = (due, qty)
			balance += qty
	return found
