"""Every refusal this app makes: one class per kind, with an HTTP status, a code and machine-readable details."""

from typing import Any, NoReturn

import frappe
from frappe import _


class ProductionOrdersError(frappe.ValidationError):
	"""`details` is plain JSON: what a program needs to act on the refusal."""

	http_status_code = 422
	code = "invalid_input"

	def __init__(self, message: str, details: Any = None) -> None:
		super().__init__(message)
		self.details = details if details is not None else []


class InvalidInput(ProductionOrdersError):
	"""details: [{field, problem}]"""


class ToleranceExceeded(ProductionOrdersError):
	"""details: [{item_code?, warehouse?, planned, actual, tolerance}]"""

	code = "tolerance"


class IllegalTransition(ProductionOrdersError):
	"""details: {doctype, name, status, target, allowed}"""

	http_status_code = 409
	code = "illegal_transition"


class ReadOnly(ProductionOrdersError):
	"""details: [{field, problem}]"""

	http_status_code = 409
	code = "read_only"


class Shortage(ProductionOrdersError):
	"""details: [{item_code, warehouse, required_qty, available_qty, short_qty, path, ...}]"""

	http_status_code = 409
	code = "shortage"


class InsufficientStock(ProductionOrdersError):
	"""details: [{item_code, warehouse, required_qty, available_qty, short_qty}]"""

	http_status_code = 409
	code = "insufficient_stock"


class IdempotencyConflict(ProductionOrdersError):
	"""details: {idempotency_key, method}"""

	http_status_code = 409
	code = "idempotency_conflict"


class Problems:
	"""Collects everything wrong with one call, so that its caller hears it all at once."""

	def __init__(self) -> None:
		self.found: list[dict[str, str]] = []

	def add(self, field: str, problem: str) -> None:
		self.found.append({"field": field, "problem": problem})

	def throw_any(self, kind: type[ProductionOrdersError] = InvalidInput) -> None:
		if self.found:
			throw(kind("\n".join(problem["problem"] for problem in self.found), self.found))


def throw(error: ProductionOrdersError, title: str | None = None) -> NoReturn:
	"""Raise `error` so that the Desk shows its message and a program finds `error` in the response."""
	lines = [frappe.utils.escape_html(line) for line in str(error).split("\n")]
	frappe.msgprint("<br>".join(lines), title=title or _("Not possible"), indicator="red")
	describe(error, error.code, details=error.details)
	raise error


def describe(error: Exception, code: str, message: str = "", details: Any = None) -> None:
	"""Put the machine-readable half of a refusal into the response and keep the traceback out of it."""
	frappe.local.flags.disable_traceback = True
	frappe.local.response["error"] = {
		"code": code,
		"message": message or str(error),
		"details": details or [],
	}
