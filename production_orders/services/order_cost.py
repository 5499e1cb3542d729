"""What an order has cost: the sum of its completed runs."""

from frappe.model.document import Document

from production_orders import system
from production_orders.domain.quantity import decimal
from production_orders.domain.variance import RunVariance
from production_orders.services import queries

FIELDS = ("actual_cost", "total_variance")


def count(order: Document, measured: RunVariance) -> None:
	"""Add a run, in memory."""
	order.actual_cost = float(decimal(order.actual_cost) + measured.cost.actual)
	order.total_variance = float(decimal(order.total_variance) + measured.total)


def refresh(order: Document) -> None:
	"""Add up again the runs that stand, after one of them was reversed."""
	actual, variance = queries.cost_of_runs(order.name)
	system.set_values(order, {"actual_cost": float(actual), "total_variance": float(variance)})
