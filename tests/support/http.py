"""A web server on the site under test, and clients that call it as real users."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
STARTUP_SECONDS = 60


@dataclass
class Client:
	"""Calls as one user; `token` is empty for a guest."""

	base_url: str
	site: str
	token: str = ""

	def request(self, method: str, path: str, **kwargs: Any) -> requests.Response:
		headers = {"X-Frappe-Site-Name": self.site, "Accept": "application/json"}
		if self.token:
			headers["Authorization"] = f"token {self.token}"
		headers |= kwargs.pop("headers", {})
		return requests.request(method, f"{self.base_url}{path}", headers=headers, timeout=120, **kwargs)

	def send(self, method: str, path: str, body: str) -> requests.Response:
		"""Any text as a JSON body, also what no careful client would send."""
		headers = {"Content-Type": "application/json"}
		return self.request(method, path, data=body.encode(), headers=headers)

	def get(self, path: str, **params: Any) -> requests.Response:
		return self.request("GET", path, params=params)

	def post(self, path: str, **body: Any) -> requests.Response:
		return self.send("POST", path, json.dumps(body))

	def put(self, path: str, **body: Any) -> requests.Response:
		return self.send("PUT", path, json.dumps(body))

	def delete(self, path: str) -> requests.Response:
		return self.request("DELETE", path)

	def read(self, method: str, **params: Any) -> requests.Response:
		"""GET production_orders.api.<method>."""
		return self.get(f"/api/method/production_orders.api.{method}", **params)

	def write(self, method: str, **body: Any) -> requests.Response:
		"""POST production_orders.api.<method>."""
		return self.post(f"/api/method/production_orders.api.{method}", **body)


def refusal(response: requests.Response, status: int, code: str) -> dict[str, Any]:
	"""The error of a refused call, after looking at its shape."""
	assert response.status_code == status, response.text[:500]
	body = response.json()
	assert "exc" not in body
	assert "Traceback" not in response.text
	assert set(body["error"]) == {"code", "message", "details"}
	assert body["error"]["code"] == code
	assert body["error"]["message"].strip()
	return body["error"]


@dataclass
class Server:
	base_url: str
	site: str
	plants: dict[str, Any]

	@classmethod
	@contextmanager
	def running(cls, plants: dict[str, Any]) -> Iterator["Server"]:
		port = _free_port()
		bench = Path(os.environ["BENCH"])
		process = subprocess.Popen(
			[
				sys.executable,
				"-m",
				"gunicorn",
				"--bind",
				f"127.0.0.1:{port}",
				"--workers",
				"2",
				"--threads",
				"8",
				"--timeout",
				"300",
				"sandbox.host.wsgi:application",
			],
			cwd=bench / "sites",
			env={**os.environ, "PYTHONPATH": str(ROOT), "SITE": os.environ["SITE"]},
			stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL,
		)
		try:
			server = cls(f"http://127.0.0.1:{port}", os.environ["SITE"], plants)
			server._wait()
			yield server
		finally:
			process.terminate()
			process.wait(30)

	def _wait(self) -> None:
		deadline = time.monotonic() + STARTUP_SECONDS
		while time.monotonic() < deadline:
			try:
				if self.guest().get("/api/method/ping").ok:
					return
			except requests.ConnectionError:
				pass
			time.sleep(0.3)
		raise RuntimeError(f"no answer from {self.base_url} after {STARTUP_SECONDS} s")

	def as_(self, role: str, plant: str = "bicycle") -> Client:
		"""A client with the API token of the plant's planner, operator, manager, stock or engineer user."""
		user = self.plants[plant].users[role]
		return Client(self.base_url, self.site, f"{user.api_key}:{user.api_secret}")

	def guest(self) -> Client:
		return Client(self.base_url, self.site)

	def with_token(self, token: str) -> Client:
		return Client(self.base_url, self.site, token)


def _free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]
