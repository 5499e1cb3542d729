"""Random lives of a plant against the reference: every action, done or refused, leaves the same books."""

import os
from collections import Counter
from types import SimpleNamespace

import frappe
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from production_orders.services import invariants
from tests.model.life import Life
from tests.support.scratch import Scratch

STEPS = int(os.environ.get("STEPS", 2000))
"""STEPS=20000 lives on, each time in other ways; without it the lives are the same every time."""
STEPS_EACH = 50
NEVER_REFUSED = {"draft", "receive"}
ACTIONS = NEVER_REFUSED | {
	"issue",
	"sell",
	"confirm",
	"cancel",
	"complete",
	"reserve",
	"release",
	"start",
	"pause",
	"resume",
	"abort",
	"post",
	"reverse",
	"move",
	"stage",
	"return staged",
}


@pytest.fixture(scope="session")
def world(plants) -> SimpleNamespace:
	"""A product of bought parts, one of a sub-assembly that is stocked too, and what both are made of."""
	scratch = Scratch(plants["bicycle"])
	a, b, c, made, lamp, bike = (scratch.item(name) for name in ("A", "B", "C", "SUB", "LAMP", "BIKE"))
	recipes = {lamp: {a: 2, b: 1}, made: {a: 1, c: 2}, bike: {made: 1, b: 3}}
	for item, components in recipes.items():
		scratch.bom(item, components)
	wip = scratch.warehouse("WIP")
	frappe.db.commit()
	return SimpleNamespace(
		recipes=recipes,
		wip=wip,
		products=[lamp, bike],
		stock=[a, b, c, made],
		items=[a, b, c, made, lamp, bike],
	)


def test_every_life_keeps_the_books_of_the_reference(site, plants, world):
	world.violated_before = set(invariants.check())  # by tests that bend a site on purpose and commit
	tally: Counter[tuple[str, str]] = Counter()
	run_state_machine_as_test(
		lambda: Life(Scratch(plants["bicycle"]), world, tally),
		settings=settings(
			max_examples=STEPS * 5 // (STEPS_EACH * 4),
			stateful_step_count=STEPS_EACH,
			deadline=None,
			database=None,
			derandomize="STEPS" not in os.environ,
			phases=[Phase.generate],  # a life is shrunk by hand: each try takes a minute
			print_blob=True,
			suppress_health_check=list(HealthCheck),
		),
	)
	assert sum(tally.values()) >= STEPS
	assert {action for action, refusal in tally if not refusal} == ACTIONS
	assert {action for action, refusal in tally if refusal} == ACTIONS - NEVER_REFUSED
