"""Written once, by a planning run; every other write is refused."""

from production_orders.services.append_only import AppendOnlyDocument


class DemandPeg(AppendOnlyDocument):
	pass
