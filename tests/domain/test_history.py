"""The chain of events finds every edit, deletion, insertion, swap and cut."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain.bom import canonical_json
from production_orders.domain.history import GENESIS, Event, Problem, Witness, compare, continues, verify

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


def edited(events: Chain, number: int, **values) -> Chain:
	"""The event of this number says something else under its old hash."""
	event, stored = events[number - 1]
	return [*events[: number - 1], (replace(event, **values), stored), *events[number:]]


def renumbered(events: Chain) -> Chain:
	"""Sequence numbers made to fit where the rows stand, nothing else."""
	return [(replace(event, sequence=place), stored) for place, (event, stored) in enumerate(events, 1)]


def stranger(previous: str, sequence: int) -> tuple[Event, str]:
	"""An event that somebody made up, with a hash of its own."""
	event = replace(chain(1)[0][0], sequence=sequence, previous_hash=previous, user="eve")
	return event, event.hash


@pytest.mark.parametrize(
	("tamper", "expected"),
	[
		(lambda c: edited(c, 1, user="eve"), [Problem(1, "edited")]),
		(lambda c: edited(c, 4, user="eve"), [Problem(4, "edited")]),
		(lambda c: edited(c, 2, sequence=77), [Problem(77, "swapped")]),
		(lambda c: [c[0], (c[1][0], "f" * 64), *c[2:]], [Problem(2, "edited")]),
		(lambda c: [*c[:3], (c[3][0], "f" * 64)], [Problem(4, "edited")]),
		(lambda c: [c[0], c[2], c[3]], [Problem(2, "deleted")]),
		(lambda c: [c[0], c[3]], [Problem(2, "deleted")]),
		(lambda c: c[1:], [Problem(1, "deleted")]),
		(lambda c: renumbered([c[1], c[0], *c[2:]]), [Problem(1, "swapped"), Problem(2, "swapped")]),
		(lambda c: [c[0], *c], [Problem(1, "inserted")]),
		(lambda c: [*c, stranger(c[1][1], 3)], [Problem(3, "inserted")]),
		(
			lambda c: [
				*c[:2],
				stranger(c[1][1], 3),
				*renumbered(c)[3:],
				(replace(c[2][0], sequence=4), c[2][1]),
			],
			[Problem(3, "inserted"), Problem(4, "swapped")],
		),
		(lambda c: [*c, stranger(c[3][1], 5)], [Problem(5, "inserted")]),
		(lambda c: [*c, stranger("f" * 64, 0)], [Problem(0, "inserted")]),
		(lambda c: c[:2], [Problem(3, "cut")]),
		(lambda c: [], [Problem(1, "cut")]),
		(lambda c: [*c[:1], *rehashed(edited(c, 2, user="eve"), 1)[1:2], *c[2:]], [Problem(3, "relinked")]),
		(lambda c: edited(c, 3, previous_hash=GENESIS), [Problem(3, "edited"), Problem(3, "relinked")]),
		(lambda c: rehashed(edited(c, 1, user="eve"), 0), [Problem(4, "not the head")]),
		(lambda c: rehashed([c[0], c[2], c[3]], 1), [Problem(4, "cut")]),
		(lambda c: rehashed([*c[:2], c[0], *c[2:]], 2), [Problem(5, "not the head")]),
	],
	ids=[
		"edited",
		"last edited",
		"renumbered",
		"hash overwritten",
		"last hash overwritten",
		"deleted in the middle",
		"two deleted",
		"deleted first",
		"swapped",
		"copied",
		"inserted beside another",
		"inserted, the rest moved on",
		"appended",
		"inserted before the first",
		"cut tail",
		"emptied",
		"edited with its hash",
		"made the first",
		"edited and rehashed",
		"deleted and rehashed",
		"inserted and rehashed",
	],
)
def test_tampering_is_found_where_it_happened(tamper, expected):
	assert problems(tamper(chain(4)), chain(4)) == expected


def test_the_order_in_which_rows_are_read_means_nothing():
	assert problems(chain(5)[::-1], chain(5)) == []
	assert problems(chain(5)[3::-1], chain(5)) == [Problem(5, "cut")]


def test_a_head_without_events_or_a_wrong_count_is_found():
	head = chain(2)[-1][1]
	assert verify([], 1, "f" * 64) == [Problem(1, "cut")]
	assert verify([], 0, "f" * 64) == [Problem(0, "not the head")]
	assert verify(chain(2), 3, head) == [Problem(3, "cut")]
	assert verify(chain(2), 1, head) == [Problem(2, "not the head")]
	assert verify(chain(2), 2, "") == [Problem(2, "not the head")]


def test_a_cut_tail_is_found_though_the_count_or_the_head_was_set_back():
	whole = chain(4)
	assert verify(whole[:3], 4, whole[2][1]) == [Problem(4, "cut")]
	assert verify(whole[:3], 3, whole[3][1]) == [Problem(3, "not the head")]


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
	if sorted(mutated, key=str) != sorted(original, key=str):
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


ORDER, RUN, LOCK = "Production Order", "Production Run", "BOM Lock"


def life() -> Chain:
	"""An order confirmed, started and completed by one run."""
	told = [
		(ORDER, "PRO-1", {"from": "Draft", "to": "Confirmed"}),
		(ORDER, "PRO-1", {"materials": []}),
		(RUN, "PRO-1-R01", {"from": "Planned", "to": "Running"}),
		(ORDER, "PRO-1", {"from": "Confirmed", "to": "In Progress"}),
		(RUN, "PRO-1-R01", {"from": "Running", "to": "Completed"}),
		(LOCK, "PRO-1-L1", {"from": "Active", "to": "Released"}),
		(ORDER, "PRO-1", {"from": "In Progress", "to": "Completed"}),
	]
	events = [
		(replace(event, subject_type=doctype, subject=name, details=canonical_json(details)), "")
		for (event, _stored), (doctype, name, details) in zip(chain(len(told)), told, strict=True)
	]
	return rehashed(events, 0)


WITNESSES = [
	Witness(ORDER, "PRO-1", "Completed"),
	Witness(RUN, "PRO-1-R01", "Completed"),
	Witness(LOCK, "PRO-1-L1", "Released"),
]


def test_a_history_that_tells_of_every_status_agrees_with_its_documents():
	assert compare(life(), WITNESSES) == []
	assert compare(life()[::-1], WITNESSES) == []
	assert compare([], [Witness(ORDER, "PRO-1", "Draft"), Witness(RUN, "PRO-1-R01", "Planned")]) == []


@pytest.mark.parametrize(
	("left", "missing"),
	[
		(6, [("order missing from history", "PRO-1")]),
		(5, [("order missing from history", "PRO-1"), ("lock missing from history", "PRO-1-L1")]),
		(
			4,
			[
				("order missing from history", "PRO-1"),
				("run missing from history", "PRO-1-R01"),
				("lock missing from history", "PRO-1-L1"),
			],
		),
	],
)
def test_a_cut_tail_with_a_rewritten_head_is_told_by_the_documents_it_forgets(left, missing):
	cut = life()[:left]
	assert verify(cut, left, cut[-1][1]) == []
	assert compare(cut, WITNESSES) == [Problem(None, kind, name) for kind, name in missing]


def test_a_document_that_history_tells_of_and_that_is_gone_is_found():
	assert compare(life(), WITNESSES[:1]) == [
		Problem(None, "run missing", "PRO-1-R01"),
		Problem(None, "lock missing", "PRO-1-L1"),
	]


@pytest.mark.parametrize("details", ["x", "[1]", '{"to": null}'])
def test_what_cannot_be_read_tells_nothing(details):
	events = [(replace(life()[0][0], details=details), "")]
	assert compare(events, [Witness(ORDER, "PRO-1", "Draft")]) == []


def test_what_an_audit_has_seen_must_still_be_there():
	whole = chain(5)
	count, head = 4, whole[3][1]
	assert continues(whole, count, head) == []
	assert continues(whole[:4], count, head) == []
	assert continues([], 0, "") == []
	cut_and_set_back = whole[:3]
	assert verify(cut_and_set_back, 3, whole[2][1]) == []
	assert continues(cut_and_set_back, count, head) == [Problem(4, "not as it was audited")]
	assert continues(rehashed(edited(whole, 1, user="eve"), 0), count, head) == [
		Problem(4, "not as it was audited")
	]
