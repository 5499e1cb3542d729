"""Guards of what the app declares beside its code: Workflows, hooks and DocTypes."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from production_orders.domain import lifecycle
from tests.architecture.source import PACKAGE, last_name


def workflows_say_what_the_tables_say(package: Path) -> list[str]:
	"""States, docstatus, edges and actions of the shipped Workflows equal domain/lifecycle.py."""
	found = []
	workflows = {row["document_type"]: row for row in _shipped(package, "workflow")}
	if workflows.keys() != lifecycle.DOCSTATUS.keys():
		found.append(f"workflow.json: Workflows for {sorted(workflows)}")
	states, actions = set(), set()
	for doctype, workflow in workflows.items():
		table = lifecycle.TABLES[doctype]
		edges = {(s, t, action) for s, targets in table.items() for t, action in targets.items()}
		shipped = {(row["state"], row["next_state"], row["action"]) for row in workflow["transitions"]}
		docstatus = {(row["state"], int(row["doc_status"])) for row in workflow["states"]}
		states |= {state for state, _docstatus in docstatus}
		actions |= {action for _state, _target, action in shipped}
		if workflow["workflow_state_field"] != "status":
			found.append(f"workflow.json: {doctype} keeps its state in {workflow['workflow_state_field']}")
		if shipped != edges:
			found.append(f"workflow.json: {doctype} edges differ: {shipped ^ edges}")
		if docstatus != set(lifecycle.DOCSTATUS[doctype].items()):
			found.append(f"workflow.json: {doctype} states differ: {docstatus}")
	if states != {row["workflow_state_name"] for row in _shipped(package, "workflow_state")}:
		found.append("workflow_state.json: states differ from the Workflows'")
	if actions != {row["workflow_action_name"] for row in _shipped(package, "workflow_action_master")}:
		found.append("workflow_action_master.json: actions differ from the Workflows'")
	return found


def _shipped(package: Path, name: str) -> list[dict]:
	return json.loads((package / "workflows" / f"{name}.json").read_text())


def hook_targets_exist(package: Path) -> list[str]:
	"""Every dotted path and asset in hooks.py is there; a doc_events target takes (doc, method=None)."""
	found = []
	hooks = ast.parse((package / "hooks.py").read_text())
	for node in ast.walk(hooks):
		if isinstance(node, ast.Constant) and isinstance(node.value, str):
			if node.value.startswith(f"{PACKAGE}.") and not _function(package, node.value):
				found.append(f"hooks.py:{node.lineno}: {node.value} does not exist")
			if node.value.startswith("public/") and not (package / node.value).exists():
				found.append(f"hooks.py:{node.lineno}: {node.value} does not exist")
	for target in _doc_event_targets(hooks):
		function = _function(package, target)
		if function and not _takes_doc_and_method(function):
			found.append(f"hooks.py:1: {target} does not take (doc, method=None)")
	return found


def _doc_event_targets(hooks: ast.Module) -> Iterator[str]:
	for node in hooks.body:
		if isinstance(node, ast.Assign) and last_name(node.targets[0]) == "doc_events":
			for events in ast.literal_eval(node.value).values():
				for targets in events.values():
					yield from [targets] if isinstance(targets, str) else targets


def _function(package: Path, dotted: str) -> ast.FunctionDef | None:
	*folders, name = dotted.split(".")[1:]
	path = package.joinpath(*folders).with_suffix(".py") if folders else package / "__init__.py"
	if not path.exists():
		return None
	body = ast.parse(path.read_text()).body
	return next((node for node in body if isinstance(node, ast.FunctionDef) and node.name == name), None)


def _takes_doc_and_method(function: ast.FunctionDef) -> bool:
	arguments, defaults = function.args.args, function.args.defaults
	return (
		[argument.arg for argument in arguments] == ["doc", "method"]
		and len(defaults) == 1
		and isinstance(defaults[0], ast.Constant)
		and defaults[0].value is None
	)


def doctypes_list_their_fields_once(package: Path) -> list[str]:
	"""field_order equals the fields, no name twice, and a status offers what its table knows."""
	found = []
	for path in sorted((package / "production_orders" / "doctype").glob("*/*.json")):
		doctype = json.loads(path.read_text())
		names = [field["fieldname"] for field in doctype["fields"]]
		if names != doctype["field_order"]:
			found.append(f"{path.name}: field_order differs from fields")
		if len(names) != len(set(names)):
			found.append(f"{path.name}: a field comes twice")
		if not path.with_suffix(".py").exists():
			found.append(f"{path.name}: no controller")
		table = lifecycle.TABLES.get(doctype["name"])
		options = {field["fieldname"]: field.get("options") for field in doctype["fields"]}
		if table and options["status"].split("\n") != list(table):
			found.append(f"{path.name}: status offers {options['status'].split()}")
	return found
