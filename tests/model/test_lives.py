"""Random lives of a plant against the reference: every action, done or refused, leaves the same books."""

import os
from collections import Counter
from fractions import Fraction
from types import SimpleNamespace

import frappe
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from production_orders.services import invariants
from tests.model.ledger import GOODS, REWORK, SCRAP, STORE, WIP
from tests.model.life import Life
from tests.model.order import Recipe
from tests.support.scratch import Scratch

STEPS = int(os.environ.get("STEPS", 2000))
"""STEPS=20000 lives on, each time in other ways; without it the lives are the same every time."""
STEPS_EACH, LEAST_EACH = 50, 40
"""A life may end early; on the average none is shorter."""
NEVER_REFUSED = {"check", "draft", "receive"}
POSTS = {"post", "post more", "post instead", "post added", "post back", "post beside"}
ACTIONS = {
	*NEVER_REFUSED,
	*POSTS,
	"issue",
	"sell",
	"confirm",
	"relock",
	"cancel",
	"complete",
	"reserve",
	"release",
	"start",
	"start rework",
	"pause",
	"resume",
	"abort",
	"rework",
	"reverse",
	"move",
	"stage",
	"return staged",
}


@pytest.fixture(scope="session")
def world(plants) -> SimpleNamespace:
	"""A product of bought parts, one of a sub-assembly that is stocked too, each in two versions."""
	scratch = Scratch(plants["bicycle"])
	a, alloy = (scratch.item(name, allow_alternative_item=1) for name in ("A", "ALLOY"))
	b, c, made, lamp, bike, chip, dust = map(scratch.item, ("B", "C", "SUB", "LAMP", "BIKE", "CHIP", "DUST"))
	link = {"doctype": "Item Alternative", "item_code": a, "alternative_item_code": alloy}
	frappe.get_doc(link).insert()
	chips, dusts = {chip: (Fraction(1), GOODS)}, {dust: (Fraction(1, 2), SCRAP)}
	recipes = {
		made: [Recipe({a: 1, c: 2})],
		lamp: [Recipe({a: 2, b: 1}, chips), Recipe({a: 1, c: 2})],
		bike: [Recipe({made: 1, b: 3}, dusts), Recipe({made: 2, c: 1}, chips | dusts)],
	}
	versions = {
		item: [
			(_bom(scratch, item, recipe, is_default=not number), recipe)
			for number, recipe in enumerate(known)
		]
		for item, known in recipes.items()
	}
	places = {
		STORE: scratch.plant.source_warehouse,
		WIP: scratch.warehouse("WIP"),
		GOODS: scratch.plant.fg_warehouse,
		REWORK: scratch.warehouse("Rework"),
		SCRAP: scratch.plant.scrap_warehouse,
	}
	frappe.db.commit()
	return SimpleNamespace(
		versions=versions,
		places=places,
		products=[lamp, bike],
		goods=[lamp, bike, chip],
		beside=[chip, dust],
		stock=[a, b, c, made, alloy],
		replaced=a,
		alternative=alloy,
		items=[a, alloy, b, c, made, lamp, bike, chip, dust],
	)


def _bom(scratch: Scratch, item: str, recipe: Recipe, is_default: bool) -> str:
	"""Chips take a share of the cost, dust is worth what it is worth."""
	rows = [
		{"item_code": component, "qty": qty, "allow_alternative_item": 1}
		for component, qty in recipe.takes.items()
	]
	beside = [
		{"item_code": given, "stock_qty": float(qty), "rate": 1, "cost_share": 20 * (place == GOODS)}
		for given, (qty, place) in recipe.gives.items()
	]
	return scratch.bom(item, rows, scrap_items=beside, is_default=is_default)


def test_every_life_keeps_the_books_of_the_reference(site, plants, world):
	world.violated_before = set(invariants.check())  # by tests that bend a site on purpose and commit
	tally: Counter[tuple[str, str]] = Counter()
	run_state_machine_as_test(
		lambda: Life(Scratch(plants["bicycle"]), world, tally),
		settings=settings(
			max_examples=STEPS // LEAST_EACH,
			stateful_step_count=STEPS_EACH,
			deadline=None,
			database=None,
			derandomize="STEPS" not in os.environ,
			phases=[Phase.generate],  # a life is shrunk by hand: each try takes a minute
			print_blob=True,
			suppress_health_check=list(HealthCheck),
		),
	)
	assert tally["check", ""] >= STEPS
	assert {action for action, refusal in tally if not refusal} == ACTIONS
	assert {action for action, refusal in tally if refusal} == ACTIONS - NEVER_REFUSED
