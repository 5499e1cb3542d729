"""What a stock balance is worth: moving average and first in, first out. Pure arithmetic."""

import json
from dataclasses import dataclass, field

from frappe.utils import flt

NEAR_ZERO = 1e-7


@dataclass
class Balance:
	"""Quantity, rate and value of an item in a warehouse at a point in time."""

	qty: float = 0.0
	rate: float = 0.0
	value: float = 0.0
	queue: list[list[float]] = field(default_factory=list)

	def move(self, qty: float, incoming_rate: float) -> None:
		if qty > 0:
			self.receive(qty, incoming_rate)
		else:
			self.issue(-qty)

	def move_at_value(self, qty: float, value: float) -> None:
		"""A movement of numbered goods, whose value is known from their batches or serial numbers."""
		self.qty = tidy(self.qty + qty)
		self.value += value
		self.rate = self.value / self.qty if self.qty else self.rate

	def count(self, qty: float, rate: float) -> None:
		"""What was there does not matter any more."""
		self.qty, self.rate, self.value = qty, rate, qty * rate
		self.queue = [[qty, rate]] if qty else []

	def issue_rate(self, qty: float) -> float:
		"""The rate at which `qty` would leave, without taking it."""
		return self.rate

	def settle(self, qty_precision: int, value_precision: int) -> None:
		"""Round as the ledger stores it; an empty balance is worth nothing."""
		self.qty = flt(self.qty, qty_precision)
		self.value = flt(self.value, value_precision) if self.qty else 0.0


@dataclass
class MovingAverage(Balance):
	issued: bool = False

	def receive(self, qty: float, rate: float) -> None:
		total = self.qty + qty
		if self.qty <= 0:
			self.rate = rate if total >= 0 else self.rate or rate
		else:
			self.rate = (self.qty * self.rate + qty * rate) / total
		self.qty = tidy(total)
		self.value = self.qty * self.rate

	def issue(self, qty: float) -> None:
		self.qty = tidy(self.qty - qty)
		self.value = self.qty * self.rate
		self.issued = True

	def settle(self, qty_precision: int, value_precision: int) -> None:
		"""After an issue the rate follows the rounded value, so that rate times quantity is the value."""
		super().settle(qty_precision, value_precision)
		if self.issued and self.qty:
			self.rate = self.value / self.qty
		self.issued = False


class FirstInFirstOut(Balance):
	"""The queue holds [quantity, rate] of every receipt that is not used up, oldest first."""

	def receive(self, qty: float, rate: float) -> None:
		before = self.queue_value()
		if self.queue and self.queue[-1][0] < 0:
			qty += self.queue.pop()[0]
		if self.queue and self.queue[-1][1] == rate:
			self.queue[-1][0] += qty
		elif qty:
			self.queue.append([qty, rate])
		self.follow_queue(before)

	def issue(self, qty: float) -> None:
		before = self.queue_value()
		taken, missing = take(self.queue, qty)
		if missing:
			self.queue.append([-missing, taken[-1][1] if taken else self.rate])
		self.follow_queue(before)

	def issue_rate(self, qty: float) -> float:
		taken, missing = take([list(layer) for layer in self.queue], qty)
		if missing:
			taken.append([missing, taken[-1][1] if taken else self.rate])
		return sum(q * rate for q, rate in taken) / qty if qty else self.rate

	def queue_value(self) -> float:
		return sum(qty * rate for qty, rate in self.queue)

	def follow_queue(self, value_before: float) -> None:
		self.qty = tidy(sum(qty for qty, _rate in self.queue))
		self.value += self.queue_value() - value_before
		self.rate = self.value / self.qty if self.qty else self.rate


def take(queue: list[list[float]], qty: float) -> tuple[list[list[float]], float]:
	"""Take `qty` from the front of the queue: the layers taken, and what was not there."""
	taken = []
	while qty > 0 and queue and queue[0][0] > 0:
		part = min(qty, queue[0][0])
		taken.append([part, queue[0][1]])
		qty = tidy(qty - part)
		queue[0][0] = tidy(queue[0][0] - part)
		if not queue[0][0]:
			queue.pop(0)
	return taken, qty


def open_balance(method: str, last_entry: dict | None) -> Balance:
	"""The balance after `last_entry` of the ledger, ready for the next movement."""
	balance = FirstInFirstOut() if method == "FIFO" else MovingAverage()
	if last_entry:
		balance.qty = flt(last_entry.get("qty_after_transaction"))
		balance.rate = flt(last_entry.get("valuation_rate"))
		balance.value = flt(last_entry.get("stock_value"))
		balance.queue = json.loads(last_entry.get("stock_queue") or "[]")
	return balance


def tidy(number: float) -> float:
	return 0.0 if abs(number) < NEAR_ZERO else number
