"""Calls made at one moment by processes of their own, each with its own connection and its own commit.

A worker behaves as a web request does, at its worst: it has read something before the start, so that its
snapshot is older than every lock it takes; it commits what went well and rolls back what did not.
"""

import multiprocessing
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pkgutil import resolve_name
from typing import Any

import frappe
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

START_SECONDS = 60
"""How long all workers of a round may take to connect."""
ANSWER_SECONDS = 120
processes = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Call:
	"""One request: `method` is the dotted path of a function; it runs inside the context of `around`."""

	user: str
	method: str
	arguments: Mapping[str, Any] = field(default_factory=dict)
	around: Callable[[], AbstractContextManager[Any]] = nullcontext


@dataclass(frozen=True)
class Outcome:
	"""What the client of one call saw; `died` when its process was killed before it answered."""

	answer: Any = None
	error: str = ""
	traceback: str = ""
	attempts: int = 0
	died: bool = False

	@property
	def ok(self) -> bool:
		return not self.error and not self.died


def together(calls: Sequence[Call], answer_seconds: float = ANSWER_SECONDS) -> list[Outcome]:
	"""Every call in a process of its own, started at one moment; outcomes in the order of the calls."""
	barrier = processes.Barrier(len(calls))
	started = [_start(call, barrier) for call in calls]
	return [_outcome(process, pipe, answer_seconds) for process, pipe in started]


def alone(call: Call) -> Outcome:
	return together([call])[0]


def _start(call: Call, barrier: Barrier) -> tuple[Any, Connection]:
	receiver, sender = processes.Pipe(duplex=False)
	process = processes.Process(target=_work, args=(call, barrier, sender), daemon=True)
	process.start()
	sender.close()
	return process, receiver


def _outcome(process: Any, pipe: Connection, seconds: float) -> Outcome:
	try:
		if pipe.poll(seconds):
			return pipe.recv()
		process.kill()
		return Outcome(error="NoAnswer")
	except EOFError:
		return Outcome(died=True)
	finally:
		process.join()
		pipe.close()


def _work(call: Call, barrier: Barrier, pipe: Connection) -> None:
	inherited = frappe.local.db  # kept, because collecting it would close the parent's connection
	frappe.init(site=frappe.local.site, sites_path=".", force=True)
	frappe.connect()
	assert frappe.local.db is not inherited
	frappe.set_user(call.user)
	in_request()
	frappe.get_all("Bin", limit=1)
	barrier.wait(START_SECONDS)
	with call.around():
		pipe.send(_request(call))
	frappe.db.close()


def _request(call: Call) -> Outcome:
	attempts = _count_attempts()
	try:
		answer = resolve_name(call.method)(**call.arguments)
		frappe.db.commit()
		return Outcome(frappe.parse_json(frappe.as_json(answer)), attempts=attempts())
	except Exception as error:
		tried = attempts()
		frappe.db.rollback()
		return Outcome(error=type(error).__name__, traceback=traceback.format_exc(), attempts=tried)


def in_request() -> None:
	"""From now on this process answers a web request; `frappe.init` ends it."""
	frappe.local.request = Request(EnvironBuilder(method="POST").get_environ())


def _count_attempts() -> Callable[[], int]:
	"""How often the unit of work ran: every attempt begins with a rollback."""
	rollback, rollbacks = frappe.db.rollback, []

	def counted(*args: Any, **kwargs: Any) -> None:
		rollbacks.append(1)
		rollback(*args, **kwargs)

	frappe.db.rollback = counted
	return lambda: len(rollbacks)
