"""The package keeps every rule of the architecture, and every guard sees a violation when there is one."""

import shutil
from pathlib import Path

import pytest

from tests.architecture import guards
from tests.architecture.guards import GUARDS

PACKAGE = Path(__file__).resolve().parents[2] / "production_orders"

LONG = "\n\ndef long() -> None:\n" + "\tprint(1)\n" * 40
PLANTED = [
	(guards.domain_knows_only_the_standard_library, "domain/bom.py", "\nimport frappe\n"),
	(guards.domain_knows_only_the_standard_library, "domain/bom.py", "\nfrom ..errors import throw\n"),
	(
		guards.domain_knows_only_the_standard_library,
		"domain/bom.py",
		"\nfrom production_orders.domain.quantity import ZERO\n",
	),
	(guards.layers_look_down_only, "domain/bom.py", "\nfrom ..services import runs\n"),
	(guards.layers_look_down_only, "services/runs.py", "\nfrom production_orders.api import orders\n"),
	(
		guards.layers_look_down_only,
		"services/runs.py",
		"\nfrom production_orders.production_orders.doctype.production_run import production_run\n",
	),
	(guards.layers_look_down_only, "erpnext_bridge/bom.py", "\nimport production_orders.services.runs\n"),
	(
		guards.layers_look_down_only,
		"production_orders/doctype/bom_lock/bom_lock.py",
		"\n\ndef late():\n\tfrom production_orders.api.orders import confirm\n",
	),
	(guards.layers_look_down_only, "invented.py", "import json\n"),
	(guards.only_the_bridge_imports_erpnext, "services/runs.py", "\nimport erpnext.stock\n"),
	(guards.only_transitions_write_a_status, "services/runs.py", "\n\ndef f(run):\n\trun.status = 1\n"),
	(
		guards.only_transitions_write_a_status,
		"services/runs.py",
		"\n\ndef f(run):\n\tx, run.status = 1, 2\n",
	),
	(
		guards.only_transitions_write_a_status,
		"api/runs.py",
		"\n\ndef f(run):\n\trun.db_set('status', 'Completed')\n",
	),
	(
		guards.only_transitions_write_a_status,
		"api/runs.py",
		"\n\ndef f():\n\tfrappe.db.set_value('Production Run', 'R', {'status': 'Aborted'})\n",
	),
	(
		guards.only_transitions_write_a_status,
		"overrides/stock_entry.py",
		"\n\ndef f(table):\n\tfrappe.qb.update(table).set(table.status, 'Aborted').run()\n",
	),
	(guards.only_transitions_write_a_status, "system.py", "\n\ndef f(run):\n\trun.update(status='x')\n"),
	(guards.only_endpoint_whitelists, "services/runs.py", "\n\n@frappe.whitelist()\ndef f():\n\tpass\n"),
	(
		guards.only_api_functions_are_endpoints,
		"services/runs.py",
		"\n\n@reads\ndef f() -> None:\n\tpass\n",
	),
	(
		guards.every_endpoint_asks_for_permission,
		"api/orders.py",
		"\n\n@writes\ndef f(order: Name) -> None:\n\tqueries.lock_order(order)\n",
	),
	(
		guards.permissions_are_skipped_only_by_system,
		"services/runs.py",
		"\n\ndef f(run):\n\trun.insert(ignore_permissions=True)\n",
	),
	(
		guards.permissions_are_skipped_only_by_system,
		"services/runs.py",
		"\n\ndef f(run):\n\trun.flags.ignore_permissions = True\n",
	),
	(guards.nothing_commits, "services/runs.py", "\n\ndef f():\n\tfrappe.db.commit()\n"),
	(guards.only_queries_lock, "services/runs.py", "\n\ndef f():\n\tfrappe.get_doc(for_update=True)\n"),
	(guards.only_queries_lock, "services/runs.py", "\n\ndef f(query):\n\tquery.for_update().run()\n"),
	(guards.no_sql_as_text, "services/runs.py", "\n\ndef f():\n\tfrappe.db.sql('select 1')\n"),
	(guards.texts_are_translated_whole, "errors.py", "\n\ndef f(x):\n\treturn _(f'no {x}')\n"),
	(guards.texts_are_translated_whole, "errors.py", "\n\ndef f(x):\n\treturn _('no ' + x)\n"),
	(guards.texts_are_translated_whole, "errors.py", "\n\ndef f(x):\n\treturn _('no {}'.format(x))\n"),
	(guards.texts_are_translated_whole, "public/js/planted.js", "const x = __(`no ${y}`);\n"),
	(guards.texts_are_translated_whole, "public/js/planted.js", 'const x = __("no " + y);\n'),
	(guards.public_functions_are_typed, "services/runs.py", "\n\ndef f(run) -> None:\n\tpass\n"),
	(guards.public_functions_are_typed, "domain/bom.py", "\n\ndef f(run: str):\n\tpass\n"),
	(guards.every_module_says_why_it_exists, "services/planted.py", "X = 1\n"),
	(guards.nothing_is_long, "services/runs.py", LONG),
	(guards.nothing_is_long, "domain/bom.py", "# line\n" * 500),
	(guards.nothing_is_long, "production_orders/doctype/bom_lock/bom_lock.py", "# line\n" * 60),
]
EDITED = [
	(
		guards.workflows_say_what_the_tables_say,
		"workflows/workflow.json",
		'"action": "Pause"',
		'"action": "Stop"',
	),
	(
		guards.workflows_say_what_the_tables_say,
		"workflows/workflow.json",
		'"next_state": "Confirmed"',
		'"next_state": "Completed"',
	),
	(
		guards.workflows_say_what_the_tables_say,
		"workflows/workflow.json",
		'"doc_status": "2"',
		'"doc_status": "1"',
	),
	(
		guards.workflows_say_what_the_tables_say,
		"workflows/workflow.json",
		'"workflow_state_field": "status"',
		'"workflow_state_field": "workflow_state"',
	),
	(
		guards.workflows_say_what_the_tables_say,
		"workflows/workflow_state.json",
		'"workflow_state_name": "Paused"',
		'"workflow_state_name": "Halted"',
	),
	(
		guards.workflows_say_what_the_tables_say,
		"workflows/workflow_action_master.json",
		'"workflow_action_name": "Resume"',
		'"workflow_action_name": "Continue"',
	),
	(
		guards.hook_targets_exist,
		"hooks.py",
		"production_orders.install.after_install",
		"production_orders.install.gone",
	),
	(
		guards.hook_targets_exist,
		"overrides/stock_entry.py",
		"method: str | None = None",
		"method: str",
	),
	(
		guards.doctypes_list_their_fields_once,
		"production_orders/doctype/production_run/production_run.json",
		'"fieldname": "operator"',
		'"fieldname": "operators"',
	),
	(
		guards.doctypes_list_their_fields_once,
		"production_orders/doctype/production_run/production_run.json",
		"Planned\\nRunning",
		"Running\\nPlanned",
	),
]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
	"""A copy of the package to plant a violation in."""
	target = tmp_path / "production_orders"
	shutil.copytree(PACKAGE, target, ignore=shutil.ignore_patterns("__pycache__", "images", "node_modules"))
	return target


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_the_package_keeps(guard):
	assert guard(PACKAGE) == []


@pytest.mark.parametrize(("guard", "file", "code"), PLANTED)
def test_a_planted_violation_is_seen(copied, guard, file, code):
	path = copied / file
	path.parent.mkdir(parents=True, exist_ok=True)
	before = set(guard(copied))
	path.write_text((path.read_text() if path.exists() else "") + code)
	assert [found for found in guard(copied) if found not in before and found.startswith(file)] != []


@pytest.mark.parametrize(("guard", "file", "old", "new"), EDITED)
def test_an_edited_declaration_is_seen(copied, guard, file, old, new):
	path = copied / file
	text = path.read_text()
	assert old in text
	path.write_text(text.replace(old, new, 1))
	assert guard(copied) != []


def test_every_guard_has_a_violation_that_it_sees():
	assert {guard for guard, *_ in [*PLANTED, *EDITED]} == set(GUARDS)
