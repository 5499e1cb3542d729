"""Takes one figure: seconds, SQL statements or memory of a call that is undone again."""

import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

import frappe

Work = Callable[[], Any]


@contextmanager
def undone(savepoint: str = "benchmark") -> Iterator[None]:
	"""Whatever the block writes is rolled back, and forgotten in this process too."""
	frappe.db.savepoint(savepoint)
	try:
		yield
	finally:
		frappe.db.rollback(save_point=savepoint)
		frappe.flags.currently_saving = []
		frappe.clear_messages()


@contextmanager
def undone_alone() -> Iterator[None]:
	"""A transaction of its own, rolled back at the end: the masters of one size."""
	try:
		yield
	finally:
		frappe.db.rollback()


def seconds(work: Work, repeats: int) -> float:
	"""Median over `repeats`, after one call that warms the caches up."""
	with undone():
		work()
	return statistics.median(_seconds(work) for _ in range(repeats))


def compared(works: Sequence[Work], repeats: int) -> list[float]:
	"""Medians of works that take turns, so that whatever else the machine does befalls them alike."""
	for work in works:
		with undone():
			work()
	rounds = [[_seconds(work) for work in works] for _ in range(repeats)]
	return [statistics.median(times) for times in zip(*rounds, strict=True)]


def _seconds(work: Work) -> float:
	with undone():
		_forget()
		start = time.perf_counter()
		work()
		return time.perf_counter() - start


def _forget() -> None:
	"""A request starts with nothing that the one before has read."""
	frappe.local.cache = {}
	frappe.local.document_cache = {}
	frappe.db.value_cache.clear()


def statements(work: Work) -> int:
	"""How many SQL statements `work` sends."""
	with undone(), mock.patch.object(frappe.db, "sql", wraps=frappe.db.sql) as sql:
		work()
		return sql.call_count


def megabytes(work: Work) -> float:
	"""The highest amount of Python memory that `work` holds at once, above what was held before."""
	with undone():
		tracemalloc.start()
		try:
			work()
			return tracemalloc.get_traced_memory()[1] / 1024**2
		finally:
			tracemalloc.stop()
