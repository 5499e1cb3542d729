"""Written with its run; every write of a row by itself is refused."""

from production_orders.services.append_only import AppendOnlyDocument


class ProductionRunReject(AppendOnlyDocument):
	pass
