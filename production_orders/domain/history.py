"""An order's history as a hash chain: every event carries the hash of the one before it."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from .bom import canonical_json

GENESIS = "0" * 64


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
		return hashlib.sha256(canonical_json(asdict(self)).encode()).hexdigest()


@dataclass(frozen=True)
class Problem:
	"""Where a chain is broken and how."""

	sequence: int
	kind: str
	"""edited | missing | relinked | cut"""


def verify(events: Sequence[tuple[Event, str]], count: int, head: str) -> list[Problem]:
	"""Compare (event, stored hash) pairs in sequence with the `count` and `head` kept on the order.

	An edit changes a hash, a deletion or swap leaves a gap or a wrong link, a cut tail misses the head.
	"""
	problems = []
	previous = GENESIS
	for position, (event, stored) in enumerate(events, start=1):
		if event.sequence != position:
			problems.append(Problem(position, "missing"))
			break
		if event.hash != stored:
			problems.append(Problem(position, "edited"))
		if event.previous_hash != previous:
			problems.append(Problem(position, "relinked"))
		previous = stored
	if not problems and (len(events) != count or previous != (head or GENESIS)):
		problems.append(Problem(len(events) + 1, "cut"))
	return problems
