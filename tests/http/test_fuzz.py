"""Every method under a rain of arguments nobody would send: refused clearly, or answered; never a crash, a leak or a trace.

FUZZ_SEED repeats a run, FUZZ_SECONDS gives it more time.
"""

import json
import os
import random
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import frappe
import pytest
import requests

from production_orders.domain.lifecycle import CONFIRMED, DRAFT, IN_PROGRESS, PLANNED, RUNNING
from tests.http.bad_arguments import METHODS
from tests.http.cast import ORDER, RUN
from tests.http.doors import DOORS, reads
from tests.support.http import Client
from tests.support.state import fingerprint

SEED = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(10**9))
SECONDS = float(os.environ.get("FUZZ_SECONDS") or 40)
"""For all methods together."""
LONGEST_ADDRESS = 3_000
MARK = "fuzzed-mark"
SCRIPT = f"<script>{MARK}</script>"
IMAGE = f"<img src=x onerror={MARK}>"
TEXTS = (
	"",
	" ",
	"\t\n",
	"null",
	"None",
	"undefined",
	"true",
	"0",
	"-1",
	"1e309",
	"NaN",
	"' OR '1'='1",
	"'; DROP TABLE `tabBOM Lock`; -- ",
	'" OR 1=1 /*',
	"`tabUser`",
	"x' UNION SELECT name, 1 FROM `__Auth` -- ",
	"%",
	"%s",
	"%(name)s",
	"_",
	"\\",
	"\\' OR 1=1",
	"{0}",
	"{}",
	"{{ 7 * 7 }}",
	"{% raw %}",
	"${7*7}",
	"../../../etc/passwd",
	SCRIPT,
	IMAGE,
	f"\"'><svg onload={MARK}>",
	f"javascript:{MARK}",
	"ünïcödé ☃ 漢字 🚲",
	"\u202eright to left",
	"\u0000",
	"a\u0000b",
	"\ufeff",
	"\ud800",
	"\x1b[31m",
	"é" * 150,
	"x" * 141,
	"x" * 100_000,
	"[" * 2_000,
	'{"a":' * 500,
	"2026-02-30",
	"0000-00-00",
	"99999-01-01 00:00:00",
	"2026-11-22T10:00:00+99:00",
)
NUMBERS = (0, -0.0, 1, -1, 0.1, 1e-12, 1e18, 1e308, 2**63, -(2**63), 10**40, True, False)
FIELDS = (
	"item_code",
	"qty",
	"warehouse",
	"batch_no",
	"serial_nos",
	"minutes",
	"reason",
	"employee",
	"disposition",
)


class Rain:
	"""Arguments by a seed: plausible ones, nasty ones, and the wrong kinds."""

	def __init__(self, seed: str, names: dict[str, str]) -> None:
		self.random = random.Random(seed)
		self.names = names

	def body(self, good: dict[str, Any], fields: list[str]) -> dict[str, Any]:
		"""Good arguments, of which at least one is not, in a while with others that nobody knows."""
		body = {field: self.plausible(value) for field, value in good.items()}
		for field in self.random.sample(fields, self.random.randint(1, min(3, len(fields)))):
			body[field] = self.value()
		if self.random.random() < 0.1:
			body[self.text()[:50]] = self.value()
		if self.random.random() < 0.1:
			body.pop(self.random.choice(list(body)))
		return body

	def plausible(self, value: Any) -> Any:
		return self.names.get(value, value) if isinstance(value, str) else value

	def text(self) -> str:
		text = self.random.choice(TEXTS)
		return text + self.random.choice(TEXTS) if self.random.random() < 0.2 else text

	def value(self, depth: int = 0) -> Any:
		kinds: list[Callable[[], Any]] = [
			self.text,
			self.text,
			lambda: self.random.choice(NUMBERS),
			lambda: self.random.choice(list(self.names.values())),
			lambda: None,
		]
		if depth < 4:
			kinds += [lambda: self.rows(depth), lambda: self.rows(depth), lambda: self.record(depth)]
		if depth == 0:
			kinds += [self.abyss, lambda: json.dumps(self.rows(0))]
		return self.random.choice(kinds)()

	def rows(self, depth: int) -> list[Any]:
		count = self.random.choice((0, 1, 1, 2, 3, 40))
		return [
			self.record(depth + 1) if self.random.random() < 0.8 else self.value(depth + 1)
			for _row in range(count)
		]

	def record(self, depth: int) -> dict[str, Any]:
		fields = self.random.sample(FIELDS, self.random.randint(0, 4))
		return {field: self.value(depth + 2) for field in fields}

	def abyss(self) -> Any:
		"""Lists in lists, hundreds deep."""
		nested: Any = []
		for _level in range(self.random.choice((50, 400))):
			nested = [nested] if self.random.random() < 0.5 else {"a": nested}
		return nested


@pytest.fixture(scope="module")
def names(cast) -> dict[str, str]:
	"""Documents of the fuzz alone: a lucky call may well change them."""
	return {
		"product": cast.product,
		"material": cast.material,
		"bom": cast.bom,
		"draft": cast.fresh(ORDER, DRAFT),
		"confirmed": cast.fresh(ORDER, CONFIRMED),
		"in progress": cast.fresh(ORDER, IN_PROGRESS),
		"running": cast.fresh(RUN, RUNNING),
		"planned": cast.fresh(RUN, PLANNED),
	}


def good_arguments(method: str) -> dict[str, Any]:
	if method in METHODS:
		return METHODS[method][0]
	stands_for = {"done": "confirmed", "cancelled": "confirmed", "completed": "running", "aborted": "running"}
	return {field: stands_for.get(value, value) for field, value in DOORS[method][1].items()}


def arguments_of(method: str) -> list[str]:
	"""Every argument that the tests know of a method."""
	known = {*good_arguments(method), *(METHODS[method][1] if method in METHODS else ())}
	return sorted({*known, "idempotency_key"})


def send(client: Client, method: str, body: dict[str, Any]) -> requests.Response | None:
	"""As a careless program sends it; nothing for what no web server takes as an address."""
	if reads(method):
		values = {
			field: value if isinstance(value, str) else json.dumps(value)
			for field, value in body.items()
			if value is not None
		}
		values = {storable(field): storable(value) for field, value in values.items()}
		if len(urlencode(values)) > LONGEST_ADDRESS:
			return None
		return client.read(method, **values)
	return client.write(method, **body)


def storable(text: str) -> str:
	"""What an address can carry: no half of a character."""
	return text.encode("utf-8", "replace").decode()


@pytest.fixture
def committed(site) -> Callable[[], dict[str, Any]]:
	def state() -> dict[str, Any]:
		frappe.db.rollback()
		return fingerprint()

	return state


@pytest.mark.parametrize("method", sorted(DOORS))
def test_nothing_that_is_sent_breaks_the_door(server, names, committed, method, record_property):
	record_property("FUZZ_SEED", SEED)
	rain = Rain(f"{SEED} {method}", names)
	manager, good, fields = server.as_("manager"), good_arguments(method), arguments_of(method)
	state, deadline = committed(), time.monotonic() + SECONDS / len(DOORS)
	sent = 0
	while not sent or time.monotonic() < deadline:
		body = rain.body(good, fields)
		response = send(manager, method, body)
		if response is None:
			continue
		sent += 1
		told = f"FUZZ_SEED={SEED} {method} {json.dumps(body)[:1500]} -> {response.status_code} {response.text[:1500]}"
		check_answer(response, told)
		now = committed()
		if response.status_code >= 400:
			assert now == state, told
		state = now


def check_answer(response: requests.Response, told: str) -> None:
	assert response.status_code < 500, told
	assert "Traceback" not in response.text, told
	answer = response.json()
	assert "exc" not in answer, told
	if response.status_code >= 400:
		assert set(answer["error"]) == {"code", "message", "details"}, told
		assert answer["error"]["message"].strip(), told
	# What the Desk shows as HTML; the rest of an answer is JSON that its templates escape.
	for message in json.loads(answer.get("_server_messages") or "[]"):
		shown = json.loads(message).get("message", "")
		for tag in (SCRIPT, IMAGE, "<svg onload"):
			assert tag not in shown, told


UNREADABLE = (
	b"{",
	b"nul",
	b'{"order": }',
	b'{"a":' * 3000,
	'{"order": "Bäckerei"}'.encode("utf-16"),
	b'{"order": "x"}\xff\xfe',
)


@pytest.mark.parametrize("data", UNREADABLE, ids=range(len(UNREADABLE)))
def test_a_body_that_frappe_cannot_read_is_refused_before_it_reaches_us(server, committed, data):
	"""Frappe parses it before any app is asked, and answers 500 on some hosts: all we can promise is that nothing happens."""
	before = committed()
	path = "/api/method/production_orders.api.orders.confirm"
	headers = {"Content-Type": "application/json"}
	response = server.as_("manager").request("POST", path, data=data, headers=headers)
	assert response.status_code >= 400
	assert committed() == before


def test_markup_in_a_reason_is_stored_as_it_was_written(server, cast):
	order = cast.fresh(ORDER, CONFIRMED)
	reason = f"{SCRIPT} & {IMAGE}"
	assert server.as_("manager").write("orders.cancel", order=order, reason=reason).ok
	events = server.as_("manager").read("history.events", order=order).json()["message"]
	assert events[-1]["details"]["reason"] == reason
