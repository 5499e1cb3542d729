"""An order's history as a hash chain: every event carries the hash of the one before it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from .bom import canonical_json
from .lifecycle import TABLES

GENESIS = "0" * 64

EDITED = "edited"
"""An event that is not what was written."""
DELETED = "deleted"
"""Events are gone before this sequence is over."""
INSERTED = "inserted"
"""An event that the chain does not name."""
SWAPPED = "swapped"
"""An event that stands in the place of another."""
RELINKED = "relinked"
"""An event that follows another than the one before it."""
CUT = "cut"
"""The order counts this event, and history ends before it."""
NOT_THE_HEAD = "not the head"
"""The last event is not the one that the order's own count and head name."""

NOT_AS_AUDITED = "not as it was audited"
"""The event that was the last one when an audit found the chain intact is another one now, or gone."""
MISSING_FROM_HISTORY = "{} missing from history"
"""A document whose status no event leads to."""
MISSING = "{} missing"
"""A document that history tells of."""
_WORDS = {"Production Order": "order", "Production Run": "run", "BOM Lock": "lock"}


@dataclass(frozen=True)
class Event:
	"""One fact of an order's history. `details` is canonical JSON, `occurred_at` ISO text."""

	production_order: str
	sequence: int
	event: str
	occurred_at: str
	user: str
	subject_type: str
	subject: str
	details: str
	previous_hash: str

	@property
	def hash(self) -> str:
		return hashlib.sha256(canonical_json(vars(self)).encode()).hexdigest()


@dataclass(frozen=True)
class Problem:
	"""Where a history is broken and how; `subject` names a document that it does not agree with."""

	sequence: int | None
	kind: str
	subject: str = ""


@dataclass(frozen=True)
class _Link:
	"""A stored event, with the hash it should have and its true place if the chain still says it."""

	event: Event
	stored: str
	hash: str
	place: int = 0

	@property
	def sequence(self) -> int:
		return self.event.sequence

	def may_precede(self, event: Event) -> bool:
		"""Where its two hashes differ one of them was bent, and who follows the other is innocent."""
		return event.previous_hash in (self.stored, self.hash)


_BEGINNING = _Link(Event("", 0, "", "", "", "", "", "", ""), GENESIS, GENESIS)


def verify(events: Sequence[tuple[Event, str]], count: int, head: str) -> list[Problem]:
	"""Compare (event, stored hash) pairs in any order with the `count` and `head` kept on the order.

	The head names the last event, and each event the one before it: where that path reaches the beginning
	it tells every event's true place. Where it is broken, the sequence numbers say what is missing.
	"""
	path = _path(events, head)
	links = [_Link(event, stored, event.hash, path.get(at, 0)) for at, (event, stored) in enumerate(events)]
	chain = _placed(links) if path else _numbered(links)
	kept = {id(link) for link in chain}
	problems = [Problem(link.sequence, INSERTED) for link in links if id(link) not in kept]
	problems += [Problem(link.sequence, kind) for link in chain if (kind := _bent(link))]
	if not path:
		problems += _broken_links(chain)
	problems += _end(chain, count, head)
	return sorted(problems, key=lambda problem: problem.sequence or 0)


def _path(events: Sequence[tuple[Event, str]], head: str) -> dict[int, int]:
	"""Position in `events` -> place in the chain, backwards from the head; nothing when the path is broken."""
	positions: dict[str, int] = {}
	for position, (_event, stored) in enumerate(events):
		positions.setdefault(stored, position)
	backwards: dict[int, None] = {}
	while head in positions and positions[head] not in backwards:
		backwards[positions[head]] = None
		head = events[positions[head]][0].previous_hash
	path = list(reversed(backwards)) if head == GENESIS else []
	return {position: place for place, position in enumerate(path, 1)} if _begins(events, path) else {}


def _begins(events: Sequence[tuple[Event, str]], path: Sequence[int]) -> bool:
	"""Is the first event of the path really a first one, and no later one whose link was bent?"""
	first, stored = events[path[0]] if path else (_BEGINNING.event, "")
	return replace(first, sequence=1).hash == stored


def _placed(links: Sequence[_Link]) -> list[_Link]:
	return sorted((link for link in links if link.place), key=lambda link: link.place)


def _numbered(links: Sequence[_Link]) -> list[_Link]:
	"""One link per sequence number; of several the one that another event follows."""
	followed = {link.event.previous_hash for link in links}
	first: dict[int, _Link] = {}
	for link in sorted(links, key=lambda link: (link.sequence, link.stored not in followed)):
		if link.sequence > 0:
			first.setdefault(link.sequence, link)
	return list(first.values())


def _bent(link: _Link) -> str | None:
	if link.place and link.place != link.sequence:
		hashes = (link.hash, replace(link.event, sequence=link.place).hash)
		return SWAPPED if link.stored in hashes else EDITED
	return EDITED if link.hash != link.stored else None


def _broken_links(chain: Sequence[_Link]) -> Iterator[Problem]:
	for before, link in pairwise([_BEGINNING, *chain]):
		if link.sequence > before.sequence + 1:
			yield Problem(before.sequence + 1, DELETED)
		elif not before.may_precede(link.event):
			yield Problem(link.sequence, RELINKED)


def _end(chain: Sequence[_Link], count: int, head: str) -> Iterator[Problem]:
	"""Is the last event the one that the order counts and names?"""
	last = chain[-1] if chain else _BEGINNING
	place = last.place or last.sequence
	if place < count:
		yield Problem(place + 1, CUT)
	elif place > count or (head or GENESIS) not in (last.stored, last.hash):
		yield Problem(place, NOT_THE_HEAD)


@dataclass(frozen=True)
class Witness:
	"""A document of an order and its status: whoever cuts a tail and sets the head back forgets these."""

	doctype: str
	name: str
	status: str


def compare(events: Sequence[tuple[Event, str]], witnesses: Sequence[Witness]) -> list[Problem]:
	"""Does history tell how every document of the order got its status, and is everything there that it tells of?"""
	told = _told(event for event, _stored in events)
	problems = [
		Problem(None, MISSING_FROM_HISTORY.format(_WORDS[one.doctype]), one.name)
		for one in witnesses
		if told.get((one.doctype, one.name), _first_status(one.doctype)) != one.status
	]
	known = {(one.doctype, one.name) for one in witnesses}
	problems += [
		Problem(None, MISSING.format(_WORDS[doctype]), name)
		for doctype, name in told
		if doctype in _WORDS and (doctype, name) not in known
	]
	return problems


def _told(events: Iterable[Event]) -> dict[tuple[str, str], Any]:
	"""(doctype, name) -> the status that the last event about it leads to."""
	told = {}
	for event in sorted(events, key=lambda event: event.sequence):
		status = _status(event.details)
		if status:
			told[event.subject_type, event.subject] = status
	return told


def _status(details: str) -> Any:
	"""Nothing where the details were made unreadable: that event is told to be edited."""
	try:
		said = json.loads(details)
	except (TypeError, ValueError):
		return None
	return said.get("to") if isinstance(said, dict) else None


def _first_status(doctype: str) -> str:
	return next(iter(TABLES[doctype]))


def continues(events: Sequence[tuple[Event, str]], count: int, head: str) -> list[Problem]:
	"""Is the event still there that an audit has seen at the end? Nobody sets that memory back with a tail."""
	if not count or any(event.sequence == count and stored == head for event, stored in events):
		return []
	return [Problem(count, NOT_AS_AUDITED)]
