"""The chain of events finds every edit, deletion, insertion, swap and cut."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain.bom import canonical_json
from production_orders.domain.history import GENESIS, Event, Problem, verify

Chain = list[tuple[Event, str]]


def chain(length: int) -> Chain:
	"""An intact chain, as it is stored."""
	events: Chain = []
	previous = GENESIS
	for sequence in range(1, length + 1):
		event = Event(
			production_order="PRO-1",
			sequence=sequence,
			event="Confirmed",
			occurred_at="2026-03-01 08:00:00.000000",
			user="planner@bicycle.example",
			subject_type="Production Order",
			subject="PRO-1",
			details=canonical_json({"qty": Decimal(sequence)}),
			previous_hash=previous,
		)
		previous = event.hash
		events.append((event, event.hash))
	return events


def problems(events: Chain, original: Chain) -> list[Problem]:
	"""What verify finds when the order still has the count and head of `original`."""
	return verify(events, len(original), original[-1][1] if original else "")


def rehashed(events: Chain, start: int) -> Chain:
	"""A forger's work: sequences, links and hashes from `start` on made consistent again."""
	previous = events[start - 1][1] if start else GENESIS
	forged = list(events[:start])
	for sequence, (event, _stored) in enumerate(events[start:], start=start + 1):
		event = replace(event, sequence=sequence, previous_hash=previous)
		previous = event.hash
		forged.append((event, event.hash))
	return forged


def test_an_intact_chain_has_no_problems():
	for length in (0, 1, 2, 7):
		assert problems(chain(length), chain(length)) == []


def test_the_first_hash_is_what_it_always_was():
	assert chain(1)[0][1] == "3e8b3e543d265e1c648132fb2c4027f2f7b8f7b773437e32ecd1cd1e2fe4ccd4"


@pytest.mark.parametrize("field", [field.name for field in fields(Event)])
def test_every_field_of_an_event_is_under_its_hash(field):
	event = chain(1)[0][0]
	value = getattr(event, field)
	edited = replace(event, **{field: value + (1 if isinstance(value, int) else "'")})
	assert edited.hash != event.hash


@pytest.mark.parametrize(
	("tamper", "expected"),
	[
		(lambda c: [(replace(c[0][0], user="eve"), c[0][1]), *c[1:]], [Problem(1, "edited")]),
		(lambda c: [c[0], (c[1][0], "f" * 64), c[2]], [Problem(2, "edited"), Problem(3, "relinked")]),
		(lambda c: [c[0], c[2]], [Problem(2, "missing")]),
		(lambda c: c[1:], [Problem(1, "missing")]),
		(lambda c: [c[1], c[0], c[2]], [Problem(1, "missing")]),
		(lambda c: [c[0], c[0], c[1], c[2]], [Problem(2, "missing")]),
		(lambda c: c[:2], [Problem(3, "cut")]),
		(lambda c: [], [Problem(1, "cut")]),
		(lambda c: rehashed([(replace(c[0][0], user="eve"), ""), *c[1:]], 0), [Problem(4, "cut")]),
		(lambda c: rehashed([c[0], c[2]], 1), [Problem(3, "cut")]),
		(lambda c: rehashed([*c, c[2]], 3), [Problem(5, "cut")]),
	],
	ids=[
		"edited",
		"hash overwritten",
		"deleted in the middle",
		"deleted first",
		"swapped",
		"inserted",
		"cut tail",
		"emptied",
		"edited and rehashed",
		"deleted and rehashed",
		"appended",
	],
)
def test_tampering_is_found_where_it_happened(tamper, expected):
	assert problems(tamper(chain(3)), chain(3)) == expected


def test_a_head_without_events_or_a_wrong_count_is_found():
	assert verify([], 1, "f" * 64) == [Problem(1, "cut")]
	assert verify(chain(2), 3, chain(2)[-1][1]) == [Problem(3, "cut")]
	assert verify(chain(2), 2, "") == [Problem(3, "cut")]


MUTATIONS = st.sampled_from(["edit", "hash", "delete", "duplicate", "swap", "cut", "relink", "foreign"])


@given(
	length=st.integers(min_value=2, max_value=8),
	mutation=MUTATIONS,
	at=st.integers(min_value=0, max_value=7),
	to=st.integers(min_value=0, max_value=7),
	field=st.sampled_from([field.name for field in fields(Event)]),
	forged=st.booleans(),
)
def test_any_single_mutation_is_found_even_when_the_rest_is_made_to_fit(
	length, mutation, at, to, field, forged
):
	original = chain(length)
	at, to = at % length, to % length
	mutated = _mutate(original, mutation, at, to, field)
	if forged and mutation != "cut":
		mutated = rehashed(mutated, 0)
	if mutated != original:
		assert problems(mutated, original) != []


def _mutate(original: Chain, mutation: str, at: int, to: int, field: str) -> Chain:
	events = list(original)
	event, stored = events[at]
	value = getattr(event, field)
	other = value + 1 if isinstance(value, int) else value + "'"
	match mutation:
		case "edit":
			events[at] = replace(event, **{field: other}), stored
		case "hash":
			events[at] = event, "0" * 63 + "1"
		case "delete":
			del events[at]
		case "duplicate":
			events.insert(to, events[at])
		case "swap":
			events[at], events[to] = events[to], events[at]
		case "cut":
			del events[at:]
		case "relink":
			relinked = replace(event, previous_hash=original[to][1])
			events[at] = relinked, relinked.hash
		case "foreign":
			stranger = replace(event, production_order="PRO-2")
			events[at] = stranger, stranger.hash
	return events


def test_details_are_one_text_whatever_the_order_of_keys():
	assert canonical_json({"b": Decimal("1.50"), "a": [Decimal("2"), "ü"]}) == '{"a":["2","ü"],"b":"1.5"}'
