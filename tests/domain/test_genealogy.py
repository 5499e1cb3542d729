"""What a run made of what, and the way through many runs: against a closure that follows every single pair."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain import genealogy
from production_orders.domain.genealogy import (
	BATCH,
	CONSUMED,
	PRODUCED,
	RUN,
	SERIAL,
	Edge,
	Node,
	Pair,
	Part,
	Row,
	kind_of,
	lot,
	name_of,
)

ONE = Decimal(1)
STEEL, WATER = Part("STEEL", "B1"), Part("WATER")


class History:
	"""Rows in memory, and how often each kind of question was asked."""

	def __init__(self, rows: Iterable[Row]) -> None:
		self.rows = list(rows)
		self.questions = 0

	def of_lots(self, direction: str, lots: Collection[Node]) -> list[Row]:
		self.questions += 1
		return [
			row
			for row in self.rows
			if row.direction == direction and {batch(row.batch_no), serial(row.serial_no)} & set(lots)
		]

	def of_runs(self, direction: str, runs: Collection[str]) -> list[Row]:
		self.questions += 1
		return [row for row in self.rows if row.direction == direction and row.run in runs]


def consumed(run: str, item: str, batch: str = "", serial: str = "", qty: float = 1, piece: str = "") -> Row:
	return Row(run, CONSUMED, item, batch, serial, float(qty), piece)


def produced(run: str, item: str, batch: str = "", serial: str = "", qty: float = 1) -> Row:
	return Row(run, PRODUCED, item, batch, serial, float(qty))


def batch(name: str) -> Node:
	return genealogy.node(BATCH, name)


def serial(name: str) -> Node:
	return genealogy.node(SERIAL, name)


def run(name: str) -> Node:
	return genealogy.node(RUN, name)


def D(value: object) -> Decimal:
	return Decimal(str(value))


# The rows of a run


def test_a_run_has_a_row_for_each_part_and_not_for_each_pair():
	taken = {Part("WHEEL", "", f"W{number}"): ONE for number in range(4)} | {WATER: D("0.5")}
	made = {Part("BICYCLE", "", f"F{number}"): ONE for number in range(2)}
	rows = genealogy.rows("R", taken, made, {})
	assert [(row.direction, row.serial_no, row.qty) for row in rows] == [
		*((CONSUMED, f"W{number}", 1) for number in range(4)),
		(CONSUMED, "", D("0.5")),
		(PRODUCED, "F0", 1),
		(PRODUCED, "F1", 1),
	]
	assert {row.run for row in rows} == {"R"}


def test_what_is_said_to_have_gone_into_a_piece_is_kept_apart():
	pairs = [
		Pair("STEEL", "B1", D(2), "F1"),
		Pair("STEEL", "B1", D(1), "F2"),
		Pair("STEEL", "B1", D(1), "F1"),
	]
	rows = genealogy.rows("R", {STEEL: D(10), WATER: D(3)}, {}, {}, pairs)
	assert [(row.item_code, row.qty, row.for_serial_no) for row in rows] == [
		("STEEL", 3, "F1"),
		("STEEL", 1, "F2"),
		("STEEL", 6, ""),
		("WATER", 3, ""),
	]


def test_no_more_is_assigned_to_pieces_than_the_ledger_took():
	pairs = [
		Pair("STEEL", "B1", D(2), "F1"),
		Pair("STEEL", "B1", D(2), "F2"),
		Pair("STEEL", "B1", D(2), "F3"),
	]
	rows = genealogy.rows("R", {STEEL: D(3)}, {}, {}, pairs)
	assert [(row.qty, row.for_serial_no) for row in rows] == [(2, "F1"), (1, "F2")]


def test_what_a_run_gave_back_is_told_apart_from_what_it_made():
	rows = genealogy.rows("R", {}, {WATER: D(1)}, {STEEL: D(2)})
	assert [(row.direction, row.item_code, row.qty) for row in rows] == [
		("Produced", "WATER", 1),
		("Returned", "STEEL", 2),
	]


def test_a_reworked_piece_went_into_itself():
	pieces = {Part("FRAME", "", f"F{number}"): ONE for number in (1, 2)}
	rows = genealogy.rows("R", {**pieces, STEEL: D(1)}, pieces, {})
	assert [
		(row.serial_no or row.batch_no, row.for_serial_no) for row in rows if row.direction == CONSUMED
	] == [
		("F1", "F1"),
		("F2", "F2"),
		("B1", ""),
	]
	trace = genealogy.downstream(serial("F1"), History(rows))
	assert trace.edges == {Edge(serial("F1"), serial("F1"), "R"): 1}


# The way through runs

CHAIN = History(
	[
		consumed("R1", "ORE", "O1", qty=5),
		produced("R1", "STEEL", "S1", qty=4),
		consumed("R2", "STEEL", "S1", qty=3),
		consumed("R2", "PAINT", qty=1),
		produced("R2", "FRAME", "", "F1"),
		produced("R2", "FRAME", "", "F2"),
		consumed("R3", "FRAME", "", "F1"),
		produced("R3", "BICYCLE", "", "C1"),
	]
)


def test_downstream_reaches_everything_made_of_it_through_all_levels():
	trace = genealogy.downstream(batch("O1"), CHAIN)
	assert trace.levels == {
		batch("O1"): 0,
		run("R1"): 1,
		batch("S1"): 1,
		run("R2"): 2,
		serial("F1"): 2,
		serial("F2"): 2,
		run("R3"): 3,
		serial("C1"): 3,
	}
	assert trace.edges == {
		Edge(batch("O1"), run("R1"), "R1"): 5,
		Edge(run("R1"), batch("S1"), "R1"): 4,
		Edge(batch("S1"), run("R2"), "R2"): 3,
		Edge(run("R2"), serial("F1"), "R2"): 1,
		Edge(run("R2"), serial("F2"), "R2"): 1,
		Edge(serial("F1"), run("R3"), "R3"): 1,
		Edge(run("R3"), serial("C1"), "R3"): 1,
	}


def test_upstream_reaches_everything_it_was_made_of():
	trace = genealogy.upstream(serial("C1"), CHAIN)
	assert trace.levels == {
		serial("C1"): 0,
		run("R3"): 1,
		serial("F1"): 1,
		run("R2"): 2,
		batch("S1"): 2,
		"Item:R2:PAINT": 2,
		run("R1"): 3,
		batch("O1"): 3,
	}
	assert Edge(batch("O1"), run("R1"), "R1") in trace.edges
	assert Edge(run("R2"), serial("F2"), "R2") not in trace.edges


def test_a_run_may_be_the_start_either_way():
	assert genealogy.downstream(run("R2"), CHAIN).levels == {
		run("R2"): 0,
		serial("F1"): 1,
		serial("F2"): 1,
		run("R3"): 2,
		serial("C1"): 2,
	}
	assert set(genealogy.upstream(run("R2"), CHAIN).levels) == {
		run("R2"),
		batch("S1"),
		"Item:R2:PAINT",
		run("R1"),
		batch("O1"),
	}


PAIRED = History(
	[
		consumed("R", "MOTOR", "", "M1", piece="F1"),
		consumed("R", "MOTOR", "", "M2", piece="F2"),
		consumed("R", "GLUE", "G1", qty=2),
		produced("R", "FRAME", "", "F1"),
		produced("R", "FRAME", "", "F2"),
	]
)


def test_a_paired_unit_leads_to_its_own_piece_only():
	trace = genealogy.downstream(serial("M1"), PAIRED)
	assert trace.edges == {Edge(serial("M1"), serial("F1"), "R"): 1}
	assert trace.levels == {serial("M1"): 0, serial("F1"): 1}


def test_a_piece_is_made_of_its_own_units_and_of_what_is_for_all():
	trace = genealogy.upstream(serial("F2"), PAIRED)
	assert trace.edges == {
		Edge(serial("M2"), serial("F2"), "R"): 1,
		Edge(run("R"), serial("F2"), "R"): 1,
		Edge(batch("G1"), run("R"), "R"): 2,
	}


def test_a_run_as_the_start_has_taken_its_paired_units_too():
	assert {serial("M1"), serial("M2"), batch("G1")} < set(genealogy.upstream(run("R"), PAIRED).levels)


def test_a_batch_of_pieces_with_serial_numbers_leads_to_each_of_them():
	history = History([consumed("R", "MOTOR", "B", "M1"), produced("R", "FRAME", "", "F1")])
	trace = genealogy.downstream(batch("B"), history)
	assert trace.levels == {batch("B"): 0, serial("M1"): 0, run("R"): 1, serial("F1"): 1}
	assert trace.edges[Edge(batch("B"), serial("M1"), "")] == 1


def test_a_run_that_took_nothing_is_still_where_its_output_comes_from():
	history = History([produced("R", "FRAME", "", "F1")])
	assert genealogy.upstream(serial("F1"), history).edges == {Edge(run("R"), serial("F1"), "R"): 1}


def test_rework_into_the_same_batch_ends():
	history = History(
		[
			produced("R1", "FRAME", "B1", qty=5),
			consumed("R2", "FRAME", "B1", qty=2),
			produced("R2", "FRAME", "B1", qty=2),
		]
	)
	assert genealogy.downstream(batch("B1"), history).levels == {batch("B1"): 0, run("R2"): 1}
	assert genealogy.upstream(batch("B1"), history).levels == {batch("B1"): 0, run("R1"): 1, run("R2"): 1}


def test_questions_grow_with_the_levels_and_not_with_the_runs():
	wide = [
		row
		for number in range(50)
		for row in (consumed(f"R{number}", "ORE", "O1"), produced(f"R{number}", "STEEL", f"S{number}"))
	]
	few, many = History(wide[:4]), History(wide)
	for history in (few, many):
		genealogy.downstream(batch("O1"), history)
	assert few.questions == many.questions == 3


# Random histories

LOTS = [batch(f"B{number}") for number in range(6)] + [serial(f"S{number}") for number in range(8)]


@st.composite
def histories(draw: st.DrawFn) -> list[Row]:
	"""Runs that take and make any of a few lots, cycles included; some units belong to one piece."""
	rows: list[Row] = []
	for number in range(draw(st.integers(1, 7))):
		outputs = draw(st.lists(st.sampled_from(LOTS), max_size=3, unique=True))
		pieces = ["", *(name_of(output) for output in outputs if kind_of(output) == SERIAL)]
		rows += [produced(f"R{number}", "X", *_numbers(output)) for output in outputs]
		for taken in draw(st.lists(st.sampled_from(LOTS), max_size=4, unique=True)):
			rows.append(consumed(f"R{number}", "X", *_numbers(taken), piece=draw(st.sampled_from(pieces))))
	return rows


def _numbers(node: Node) -> tuple[str, str]:
	return (name_of(node), "") if kind_of(node) == BATCH else ("", name_of(node))


def closure(start: Node, rows: Sequence[Row], downstream: bool) -> set[Node]:
	"""Every pair of what a run took and what it made of it, followed until nothing new is found."""
	pairs = {
		(lot(took), lot(made))
		for took in rows
		for made in rows
		if (took.run, took.direction, made.direction) == (made.run, CONSUMED, PRODUCED)
		and took.for_serial_no in ("", made.serial_no)
	}
	found, left = {start}, [start]
	while left:
		last = left.pop()
		for took, made in pairs:
			near, far = (took, made) if downstream else (made, took)
			if near == last and far not in found:
				found.add(far)
				left.append(far)
	return found


@given(histories(), st.sampled_from(LOTS), st.booleans())
def test_any_history_is_followed_as_by_hand(rows, start, is_downstream):
	follow = genealogy.downstream if is_downstream else genealogy.upstream
	trace = follow(start, History(rows))
	lots = {reached for reached in trace.levels if kind_of(reached) != RUN}
	assert lots == closure(start, rows, is_downstream)
	assert {end for edge in trace.edges for end in (edge.source, edge.target)} | {start} == set(trace.levels)


@given(histories(), st.sampled_from(LOTS), st.sampled_from(LOTS))
def test_what_leads_there_comes_from_here(rows, start, end):
	history = History(rows)
	there = end in genealogy.downstream(start, history).levels
	assert there == (start in genealogy.upstream(end, history).levels)
