"""What the nightly audit last found; written by the job alone, every other write is refused."""

from production_orders.services.append_only import AppendOnlyDocument


class ProductionAudit(AppendOnlyDocument):
	pass
