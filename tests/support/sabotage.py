"""What a worker does to itself around its call, to show that a test can fail or that a failure is survived."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from unittest import mock

import frappe

from production_orders.services import queries

PAUSE = 0.3


@contextmanager
def slow_decision() -> Iterator[None]:
	"""Time passes between reading what is free and promising it, so that everybody has read by then."""
	lock_free_stock = queries.lock_free_stock

	def then_pause(*args: Any) -> dict[tuple[str, str], Decimal]:
		free = lock_free_stock(*args)
		time.sleep(PAUSE)
		return free

	with mock.patch.object(queries, "lock_free_stock", then_pause):
		yield


@contextmanager
def slow_decision_without_bin_lock() -> Iterator[None]:
	"""The same, with Bins read as they were committed: nobody waits for anybody."""
	with mock.patch.object(queries, "lock_bins", _read_bins), slow_decision():
		yield


def _read_bins(keys: set[tuple[str, str]]) -> dict[tuple[str, str], Decimal]:
	rows = frappe.get_all(
		"Bin",
		filters={"item_code": ["in", [item_code for item_code, _warehouse in keys]]},
		fields=["item_code", "warehouse", "actual_qty"],
	)
	return {(row.item_code, row.warehouse): Decimal(str(row.actual_qty)) for row in rows}
