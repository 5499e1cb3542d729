"""What the runs of an order add up to: counted when a run is completed, taken out again when it is reversed."""

from dataclasses import dataclass
from decimal import Decimal

from frappe.model.document import Document

from production_orders.domain.quantity import ZERO, decimal

FIELDS = ("produced_qty", "rejected_qty", "process_loss_qty", "rework_qty", "open_qty")


@dataclass(frozen=True)
class Made:
	"""What one run says it made of its order's item."""

	good: Decimal
	rejected: Decimal
	loss: Decimal
	to_rework: Decimal = ZERO
	"""Of the rejected, what waits to be worked over."""
	is_rework: bool = False

	@property
	def worked_over(self) -> Decimal:
		"""Earlier rejects that this run took up again."""
		return self.good + self.rejected + self.loss if self.is_rework else ZERO


def made_by(run: Document) -> Made:
	"""What a completed run has counted for."""
	return Made(
		good=decimal(run.produced_qty),
		rejected=decimal(run.rejected_qty),
		loss=decimal(run.process_loss_qty),
		to_rework=decimal(run.rework_qty),
		is_rework=bool(run.is_rework),
	)


def count(order: Document, made: Made) -> None:
	"""In memory: what is short follows from what is open."""
	_add(order, made, Decimal(1))


def take_out(order: Document, made: Made) -> None:
	"""The inverse of `count`."""
	_add(order, made, Decimal(-1))


def _add(order: Document, made: Made, sign: Decimal) -> None:
	changes = {
		"produced_qty": made.good,
		"rejected_qty": made.rejected - made.worked_over,
		"process_loss_qty": made.loss,
		"rework_qty": made.to_rework - made.worked_over,
	}
	for field, qty in changes.items():
		order.set(field, float(decimal(order.get(field)) + sign * qty))
	done = decimal(order.produced_qty) + decimal(order.process_loss_qty)
	order.open_qty = float(max(ZERO, decimal(order.qty) - done))
