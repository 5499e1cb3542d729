"""What a worker does to itself around its call, to show that a test can fail or that a failure is survived."""

import importlib
import inspect
import os
import pkgutil
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from decimal import Decimal
from types import FunctionType
from typing import Any
from unittest import mock

import frappe

from production_orders import erpnext_bridge, services, system
from production_orders.services import queries
from tests.support.workers import ANSWER_SECONDS, processes

PAUSE = 1
LATE = 3

AROUND_THE_UNIT = (
	"production_orders.services.unit_of_work:",
	"production_orders.services.queries:begin_",
	"production_orders.erpnext_bridge.stock_ledger:forget",
)
"""Steps of what retries, which is not itself retried."""


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


@contextmanager
def late() -> Iterator[None]:
	"""The call begins when the others are done, with a snapshot from before they began."""
	time.sleep(LATE)
	yield


def turns(callers: int) -> tuple[Callable[[], AbstractContextManager[None]], ...]:
	"""(first, then): the calls inside of `then` begin when all those inside of `first` are done.

	All of them have a snapshot from before.
	"""
	done = processes.Barrier(callers)

	@contextmanager
	def first() -> Iterator[None]:
		yield
		done.wait(ANSWER_SECONDS)

	@contextmanager
	def then() -> Iterator[None]:
		done.wait(ANSWER_SECONDS)
		yield

	return first, then


def _read_bins(keys: set[tuple[str, str]]) -> dict[tuple[str, str], Decimal]:
	rows = frappe.get_all(
		"Bin",
		filters={"item_code": ["in", [item_code for item_code, _warehouse in keys]]},
		fields=["item_code", "warehouse", "actual_qty"],
	)
	return {(row.item_code, row.warehouse): Decimal(str(row.actual_qty)) for row in rows}


class Fault(Exception):
	"""Something broke that nobody foresaw."""


def broken() -> None:
	raise Fault("nobody foresaw this")


def killed() -> None:
	"""The process ends as in a power cut: nothing is cleaned up."""
	os.kill(os.getpid(), signal.SIGKILL)


def deadlocked() -> None:
	raise frappe.QueryDeadlockError("forced 1213")


def timed_out() -> None:
	raise frappe.QueryTimeoutError("forced 1205")


def disconnected() -> None:
	"""The database hangs up."""
	frappe.db._conn._force_close()


Kind = tuple[str, str]
"""What a statement does, to which table."""


def kind_of(statement: Any) -> Kind:
	verb = re.search(
		r"\b(select|insert|update|delete|savepoint|release|rollback|begin|start|set)\b",
		str(statement).lower(),
	)
	lock = " for update" if "for update" in str(statement).lower() else ""
	table = re.search(r"tab[A-Z][\w ]*", str(statement))
	return (verb[0] if verb else "") + lock, table[0] if table else ""


def statements_of(unit: Callable[[], Any]) -> Counter[Kind]:
	"""How many statements of each kind `unit` sends; undone after."""
	sent: list[Any] = []
	with _listening(sent.append):
		unit()
	frappe.db.rollback()
	return Counter(map(kind_of, sent))


@contextmanager
def after_statement(kind: Kind, number: int, fault: Callable[[], None]) -> Iterator[None]:
	"""`fault` strikes once, when the database has done the statement of this kind with this number."""
	seen: list[Kind] = []

	def strike(statement: Any) -> None:
		if kind_of(statement) == kind:
			seen.append(kind)
			if len(seen) == number:
				fault()

	with _listening(strike):
		yield
	assert len(seen) >= number, f"{kind} {number} was not reached"


@contextmanager
def _listening(heard: Callable[[Any], None]) -> Iterator[None]:
	execute = frappe.db.sql

	def listen(query: Any, *args: Any, **kwargs: Any) -> Any:
		answer = execute(query, *args, **kwargs)
		heard(query)
		return answer

	with mock.patch.object(frappe.db, "sql", listen):
		yield


@contextmanager
def after(step: str, fault: Callable[[], None]) -> Iterator[None]:
	"""`fault` strikes once, when the function named by `step` has done its work."""
	original, struck = pkgutil.resolve_name(step), []

	def then_fail(*args: Any, **kwargs: Any) -> Any:
		answer = original(*args, **kwargs)
		if not struck:
			struck.append(True)
			fault()
		return answer

	with mock.patch(step.replace(":", "."), then_fail):
		yield
	assert struck, f"{step} was not reached"


def steps_of(unit: Callable[[], Any]) -> list[str]:
	"""Every function of services, bridge and system that `unit` calls, in the order of first calls; undone after."""
	called: dict[str, bool] = {}
	with ExitStack() as patches:
		for step in _functions():
			patches.enter_context(mock.patch(step.replace(":", "."), _noting(step, called)))
		unit()
	frappe.db.rollback()
	return list(called)


def _noting(step: str, called: dict[str, bool]) -> Callable[..., Any]:
	original = pkgutil.resolve_name(step)

	def noted(*args: Any, **kwargs: Any) -> Any:
		called[step] = True
		return original(*args, **kwargs)

	return noted


def _functions() -> Iterator[str]:
	modules = [system]
	for package in (services, erpnext_bridge):
		names = [module.name for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
		modules += map(importlib.import_module, names)
	for module in modules:
		for name, function in vars(module).items():
			own = isinstance(function, FunctionType) and function.__module__ == module.__name__
			if own and not inspect.isgeneratorfunction(function):
				yield f"{module.__name__}:{name}"
