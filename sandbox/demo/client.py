"""One user of the site, over HTTP. A refusal is a `Refused`, so that a step can show it or break on it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from .text import plain

TIMEOUT_SECONDS = 60
METHOD = "/api/method/"
RESOURCE = "/api/resource/"


class Refused(Exception):
	"""The site answered with an HTTP error."""

	def __init__(self, response: requests.Response) -> None:
		self.status = response.status_code
		body = _json(response)
		error = body.get("error") or {}
		self.code: str = error.get("code") or body.get("exc_type") or response.reason
		self.details: Any = error.get("details") or []
		self.message = plain(error.get("message") or _told(body) or response.text)
		super().__init__(
			f"{response.request.method} {response.url}: {self.status} {self.code}: {self.message}"
		)


@dataclass
class Client:
	"""`get` and `post` call the app's API, the rest is Frappe's own REST."""

	url: str
	headers: dict[str, str]

	def get(self, method: str, **arguments: Any) -> Any:
		return self._send("GET", f"{METHOD}production_orders.api.{method}", params=arguments)["message"]

	def post(self, method: str, **arguments: Any) -> Any:
		return self._send("POST", f"{METHOD}production_orders.api.{method}", json=arguments)["message"]

	def frappe(self, method: str, **arguments: Any) -> Any:
		"""A method of Frappe's own, such as frappe.client.set_value."""
		return self._send("POST", METHOD + method, json=arguments).get("message")

	def read(self, doctype: str, name: str) -> dict[str, Any]:
		return self._send("GET", _resource(doctype, name))["data"]

	def find(self, doctype: str, fields: Sequence[str], **filters: Any) -> list[dict[str, Any]]:
		query = {"fields": json.dumps(fields), "filters": json.dumps(filters), "limit_page_length": 0}
		return self._send("GET", _resource(doctype), params=query)["data"]

	def create(self, doctype: str, **values: Any) -> dict[str, Any]:
		return self._send("POST", _resource(doctype), json=values)["data"]

	def update(self, doctype: str, name: str, **values: Any) -> dict[str, Any]:
		return self._send("PUT", _resource(doctype, name), json=values)["data"]

	def _send(self, verb: str, path: str, **arguments: Any) -> dict[str, Any]:
		url = self.url + path
		response = requests.request(verb, url, headers=self.headers, timeout=TIMEOUT_SECONDS, **arguments)
		if not response.ok:
			raise Refused(response)
		return _json(response)


def log_in(url: str, site: str | None, user: dict[str, str]) -> Client:
	headers = {"Authorization": f"token {user['api_key']}:{user['api_secret']}", "Accept": "application/json"}
	if site:
		headers["X-Frappe-Site-Name"] = site
	return Client(url.rstrip("/"), headers)


def _resource(*parts: str) -> str:
	return RESOURCE + "/".join(quote(part, safe="") for part in parts)


def _told(body: dict[str, Any]) -> str:
	"""What the Desk would show: Frappe's messages are JSON texts in a JSON list."""
	messages = json.loads(body.get("_server_messages") or "[]")
	return " ".join(json.loads(message)["message"] for message in messages) or body.get("exception", "")


def _json(response: requests.Response) -> dict[str, Any]:
	try:
		return response.json()
	except requests.JSONDecodeError:
		return {}
