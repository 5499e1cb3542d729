"""One effect per request: retried when the database asks for it, replayed when the client does."""

import functools
import hashlib
import json
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

import frappe
from frappe import _

from production_orders import errors, system
from production_orders.domain.bom import canonical_json
from production_orders.erpnext_bridge import stock_ledger
from production_orders.services import queries

ATTEMPTS = 8
LONGEST_PAUSE = 0.2
"""Seconds; the pause before another attempt is random up to this, growing with the attempt."""

Effect = Callable[[], dict[str, Any]]


def run(
	effect: Effect, method: str = "", key: str | None = None, body: Mapping[str, Any] | None = None
) -> dict[str, Any]:
	"""Run the whole unit, again after a deadlock, lock timeout or snapshot conflict (ADR 0002).

	With an idempotency `key` the first answer to (user, key) is kept in the same transaction as its
	effect and given again to the same `method` and `body`; another body raises IdempotencyConflict. Once the
	answer has expired (services.request_expiry) the key is a new one.
	Called by other code than a request, or after its writes, the unit joins their transaction and does not retry.
	"""
	attempt = functools.partial(_once, effect, method, key, body or {}) if key else effect
	return run_alone(attempt) if _is_whole_request() else attempt()


def run_alone(attempt: Effect) -> dict[str, Any]:
	"""The same for what owns its transaction: a request, or a background job that has done nothing else."""
	_start_over()
	for number in range(1, ATTEMPTS):
		try:
			return attempt()
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			_start_over()
			time.sleep(random.uniform(0, LONGEST_PAUSE * number))
	return attempt()


def _is_whole_request() -> bool:
	"""Whether starting over loses nothing but what this unit has done."""
	return bool(getattr(frappe.local, "request", None)) and not frappe.db.transaction_writes


def _start_over() -> None:
	"""Undo what was written, in the database and in this request's memory."""
	queries.begin_read_committed()
	frappe.clear_messages()
	frappe.flags.currently_saving = []
	stock_ledger.forget()


def _once(effect: Effect, method: str, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
	name = _digest(frappe.session.user, key)
	body_hash = _digest(method, canonical_json(body))
	if first := _first_answer(name):
		return _replay(first, body_hash, method, key)
	try:
		_claim(name, method, key, body_hash)
	except Exception as error:
		if not frappe.db.is_duplicate_entry(error):
			raise
		return _replay(queries.lock_request(name), body_hash, method, key)
	answer = effect()
	frappe.db.set_value("Production Request", name, "response", json.dumps(answer, default=str))
	return answer


def _claim(name: str, method: str, key: str, body_hash: str) -> None:
	"""Insert the key; whoever comes second waits here until the first has committed or failed."""
	row = {
		"name": name,
		"user": frappe.session.user,
		"method": method,
		"idempotency_key": key,
		"body_hash": body_hash,
	}
	system.insert_rows("Production Request", [row])


def _first_answer(name: str) -> Any:
	return frappe.db.get_value("Production Request", name, ["body_hash", "response"], as_dict=True)


def _replay(first: Any, body_hash: str, method: str, key: str) -> dict[str, Any]:
	if first.body_hash != body_hash:
		errors.throw(
			errors.IdempotencyConflict(
				_(
					"The idempotency key {0} was used for another request. Use a new key for a new request."
				).format(key),
				{"idempotency_key": key, "method": method},
			)
		)
	return json.loads(first.response)


def _digest(*parts: str) -> str:
	return hashlib.sha256("\0".join(parts).encode()).hexdigest()
