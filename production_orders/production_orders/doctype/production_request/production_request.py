"""Written once, by a service; every other write is refused."""

from production_orders.services.append_only import AppendOnlyDocument


class ProductionRequest(AppendOnlyDocument):
	pass
