"""Makes a typed function an HTTP method: strict input, one error shape, one effect per idempotency key."""

import functools
import inspect
import json
from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.utils.html_utils import sanitize_html
from pydantic import BaseModel, ConfigDict, ValidationError

from production_orders import errors
from production_orders.errors import ProductionOrdersError
from production_orders.services import unit_of_work

Function = Callable[..., Any]

TRANSPORT = ("cmd", "csrf_token", "_")
"""What Frappe and its browser client add to a call."""


def reads(function: Function) -> Function:
	"""A GET method."""
	return _endpoint(function, ["GET"])


def writes(function: Function) -> Function:
	"""A POST method, run as one retried unit of work; takes `idempotency_key` besides its own arguments."""
	return _endpoint(function, ["POST"])


def _endpoint(function: Function, methods: list[str]) -> Function:
	is_write = "POST" in methods
	schema = _schema(function, is_write)
	name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"

	@functools.wraps(function, assigned=("__module__", "__name__", "__qualname__", "__doc__"), updated=())
	def call(**payload: Any) -> Any:
		body = {key: value for key, value in payload.items() if key not in TRANSPORT and value is not None}
		try:
			parsed = _parse(schema, body)
			arguments = {field: getattr(parsed, field) for field in schema.model_fields}
			key = arguments.pop("idempotency_key", None)
			effect = functools.partial(function, **arguments)
			return unit_of_work.run(effect, name, key, _comparable(parsed)) if is_write else effect()
		except Exception as error:
			_describe(error)
			raise

	# Frappe drops what a signature does not name; unknown fields must reach the schema to be refused.
	del call.__wrapped__
	return frappe.whitelist(methods=methods)(call)


def _schema(function: Function, is_write: bool) -> type[BaseModel]:
	"""A model of the function's parameters, as a class: `create_model` of pydantic 2.0 lets a required number be left out."""
	parameters = inspect.signature(function, eval_str=True).parameters.values()
	annotations = {parameter.name: parameter.annotation for parameter in parameters}
	defaults = {
		parameter.name: parameter.default
		for parameter in parameters
		if parameter.default is not parameter.empty
	}
	if is_write:
		from production_orders.api.types import Key

		annotations["idempotency_key"], defaults["idempotency_key"] = Key | None, None
	config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
	namespace = {"__module__": __name__, "__annotations__": annotations, "model_config": config, **defaults}
	return type(function.__name__, (BaseModel,), namespace)


def _parse(schema: type[BaseModel], body: dict[str, Any]) -> BaseModel:
	try:
		return schema.model_validate(body)
	except ValidationError as error:
		problems = errors.Problems()
		for found in error.errors():
			field = ".".join(str(part) for part in found["loc"])
			problems.add(field, _("{0}: {1}.").format(field, _sentence(found)))
		problems.throw_any()
	raise AssertionError("unreachable: an invalid body has problems")


def _sentence(found: dict[str, Any]) -> str:
	if found["type"] == "extra_forbidden":
		return _("this field is unknown")
	if found["type"] == "missing":
		return _("this field is required")
	return str(found["msg"])


def _comparable(parsed: BaseModel) -> dict[str, Any]:
	"""What was asked for, however it was written: JSON 5, form "5" and 5.0 are one request."""
	return parsed.model_dump(mode="json", exclude={"idempotency_key"}, warnings=False)


def _describe(error: Exception) -> None:
	"""Give every refusal the one error shape; the framework's own kinds keep their status."""
	if isinstance(error, ProductionOrdersError):
		return
	_clean_messages()
	if isinstance(error, frappe.PermissionError):
		errors.describe(error, "not_permitted", str(error) or _("You have no permission for this."))
	elif isinstance(error, frappe.DoesNotExistError):
		errors.describe(error, "not_found")
	elif isinstance(error, frappe.QueryDeadlockError | frappe.QueryTimeoutError):
		error.http_status_code = 503
		errors.describe(
			error, "busy", _("Others are changing the same stock. Nothing was written: try again.")
		)
	elif isinstance(error, frappe.ValidationError):
		error.http_status_code = 422
		errors.describe(error, "invalid_input")


def _clean_messages() -> None:
	"""The framework repeats what a client wrote in sentences that the Desk shows as HTML; its own bold and links stay."""
	said = [json.loads(one) if isinstance(one, str) else one for one in frappe.local.message_log]
	frappe.clear_messages()
	for one in said:
		message = sanitize_html(one.get("message"))
		frappe.msgprint(message, title=one.get("title"), indicator=one.get("indicator"))
