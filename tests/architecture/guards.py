"""Each rule of the architecture as a function from a package to its violations."""

import ast
import re
import sys
from pathlib import Path

from tests.architecture.declarations import (
	doctypes_list_their_fields_once,
	hook_targets_exist,
	workflows_say_what_the_tables_say,
)
from tests.architecture.source import (
	PACKAGE,
	Module,
	enclosing_functions,
	imports,
	last_name,
	modules,
)

FOUNDATION = {"errors", "permissions", "system", "sql", "custom_fields", "role_permissions"}
MAY_IMPORT = {
	"domain": {"domain"},
	**{module: {"domain", *FOUNDATION} for module in FOUNDATION},
	"erpnext_bridge": {"domain", "erpnext_bridge", *FOUNDATION},
	"services": {"domain", "erpnext_bridge", "services", *FOUNDATION},
	"overrides": {"domain", "erpnext_bridge", "services", "overrides", *FOUNDATION},
	"production_orders": {"domain", "services", "production_orders", *FOUNDATION},
	"api": {"domain", "services", "api", *FOUNDATION},
	"install": {"services", *FOUNDATION},
	"uninstall": {"erpnext_bridge", "services", *FOUNDATION},
	"patches": {"services", "install", *FOUNDATION},
	"hooks": set(),
	"__init__": set(),
}
"""layer -> layers of ours it may import; `production_orders` is Frappe's module folder with the controllers."""

STATUS_WRITERS = {
	("services/transitions.py", "move"),
	("services/bom_lock.py", "write"),
	("services/bom_lock.py", "_end"),
	("services/completion.py", "complete"),
	("services/runs.py", "begin"),
	("services/guard.py", "check"),
}
"""`move` decides; the others put a new row's first status or a moved one into the database, or back on a form."""
STATUS_SETTERS = {
	"set",
	"setattr",
	"set_value",
	"set_values",
	"db_set",
	"update",
	"insert_rows",
	"update_rows",
}

NUMBER_CARD = "production_orders/number_card/orders_with_shortages/orders_with_shortages.py"
SALES_ORDER = "overrides/sales_order.py"
WHITELISTING = {"api/endpoint.py", NUMBER_CARD, SALES_ORDER}
"""The Desk calls a card's method its own way, and ERPNext's form asks in ERPNext's words; both only read, with permission."""

UNASKED_PERMISSION = {"system.py", "install.py", "uninstall.py", "role_permissions.py"}
LOCKING = {"services/queries.py"}
RAW_SQL = {
	("uninstall.py", "drop_reservation_index"),
	("uninstall.py", "delete_custom_fields"),
	("services/queries.py", "begin_read_committed"),
	("services/queries.py", "_run_by_index"),
	("system.py", "_write_rows"),
}
"""DDL, the isolation level, and rows in bulk: what the query builder does not know or renders too slowly."""
LONGEST_CONTROLLER, LONGEST_FUNCTION, LONGEST_FILE = 60, 40, 500
BUILT_IN_JS = re.compile(r"""\b__\(\s*(`|["'][^"']*["']\s*\+)""")
TYPED_LAYERS = {"domain", "erpnext_bridge", "services", "api", "overrides", *FOUNDATION}


def domain_knows_only_the_standard_library(package: Path) -> list[str]:
	"""Nothing of the domain imports a framework, or the app by its absolute name."""
	found = []
	for module in _of_layer(package, "domain"):
		for node in ast.walk(module.tree):
			if isinstance(node, ast.ImportFrom) and node.level > 1:
				found.append(module.at(node, "relative import leaves the domain"))
			names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
			if isinstance(node, ast.ImportFrom) and not node.level:
				names = [node.module or ""]
			found += [
				module.at(node, f"imports {name}")
				for name in names
				if name.partition(".")[0] not in sys.stdlib_module_names
			]
	return found


def layers_look_down_only(package: Path) -> list[str]:
	"""domain <- erpnext_bridge <- services <- api, overrides, controllers; nothing imports api."""
	found = []
	for module in modules(package):
		allowed = MAY_IMPORT.get(module.layer)
		if allowed is None:
			found.append(f"{module.name}:1: {module.layer} is no known layer")
			continue
		for node, name in imports(module):
			parts = name.split(".")
			if parts[0] == PACKAGE and parts[1] not in allowed:
				found.append(module.at(node, f"{module.layer} imports {name}"))
	return found


def only_the_bridge_imports_erpnext(package: Path) -> list[str]:
	return [
		module.at(node, f"imports {name}")
		for module in modules(package)
		for node, name in imports(module)
		if name.split(".")[0] == "erpnext" and module.layer != "erpnext_bridge"
	]


def only_transitions_write_a_status(package: Path) -> list[str]:
	"""No `.status =`, set_value, db_set, row or query that writes a status outside the named functions."""
	found = []
	for module in modules(package):
		owners = enclosing_functions(module)
		found += [
			module.at(node, "writes a status")
			for node in ast.walk(module.tree)
			if _writes_status(node) and (module.name, owners.get(node, "")) not in STATUS_WRITERS
		]
	return found


def _writes_status(node: ast.AST) -> bool:
	if isinstance(node, ast.Assign):
		return any(_is_status(part) for target in node.targets for part in ast.walk(target))
	if isinstance(node, ast.AugAssign | ast.AnnAssign):
		return _is_status(node.target)
	if isinstance(node, ast.Call) and last_name(node.func) in STATUS_SETTERS:
		arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
		named = any(keyword.arg == "status" for keyword in node.keywords)
		return named or any(_names_status(argument) for argument in arguments)
	return False


def _is_status(node: ast.AST) -> bool:
	return isinstance(node, ast.Attribute) and node.attr == "status" and isinstance(node.ctx, ast.Store)


def _names_status(argument: ast.AST) -> bool:
	"""The field itself, a dict that has it as a key, or a column of that name."""
	if isinstance(argument, ast.Constant):
		return argument.value == "status"
	if isinstance(argument, ast.Dict):
		return any(isinstance(key, ast.Constant) and key.value == "status" for key in argument.keys)
	if isinstance(argument, ast.List | ast.Tuple):
		return any(_names_status(element) for element in argument.elts)
	return isinstance(argument, ast.Attribute) and argument.attr == "status"


def only_endpoint_whitelists(package: Path) -> list[str]:
	"""Every other door would lack the strict input and the one error shape."""
	return [
		module.at(node, "whitelists a function")
		for module in modules(package)
		for node in ast.walk(module.tree)
		if last_name(node) == "whitelist" and module.name not in WHITELISTING
	]


def only_api_functions_are_endpoints(package: Path) -> list[str]:
	return [
		module.at(function, f"{function.name} is an endpoint")
		for module in modules(package)
		for function in module.functions()
		if module.layer != "api"
		and {last_name(decorator) for decorator in function.decorator_list} & {"reads", "writes"}
	]


def every_endpoint_asks_for_permission(package: Path) -> list[str]:
	"""The first statement of an endpoint, after its docstring, checks a permission or calls what does."""
	found = []
	for module in _of_layer(package, "api"):
		guarded = {function.name for function in module.functions() if _checks_permission(function.body)}
		guarded |= {"locked", "readable"}
		for function in module.functions():
			if {last_name(decorator) for decorator in function.decorator_list} & {"reads", "writes"}:
				first = function.body[1] if ast.get_docstring(function) else function.body[0]
				called = {last_name(node.func) for node in ast.walk(first) if isinstance(node, ast.Call)}
				if not called & {*guarded, "has_permission", "check_permission", "require"}:
					found.append(module.at(function, f"{function.name} does not ask for permission first"))
	return found


def _checks_permission(body: list[ast.stmt]) -> bool:
	return any(
		isinstance(node, ast.Call) and last_name(node.func) in {"check_permission", "require"}
		for statement in body
		for node in ast.walk(statement)
	)


def permissions_are_skipped_only_by_system(package: Path) -> list[str]:
	return [
		module.at(node, "skips permissions")
		for module in modules(package)
		for node in ast.walk(module.tree)
		if _names(node, "ignore_permissions") and module.name not in UNASKED_PERMISSION
	]


def nothing_commits(package: Path) -> list[str]:
	"""The request or the job owns the transaction."""
	return [
		module.at(call, "commits")
		for module in modules(package)
		for name, call in module.calls()
		if name == "commit"
	]


def only_queries_lock(package: Path) -> list[str]:
	return [
		module.at(node, "locks rows")
		for module in modules(package)
		for node in ast.walk(module.tree)
		if _names(node, "for_update") and module.name not in LOCKING
	]


def no_sql_as_text(package: Path) -> list[str]:
	found = []
	for module in modules(package):
		owners = enclosing_functions(module)
		found += [
			module.at(call, f"{name} with text")
			for name, call in module.calls()
			if name in {"sql", "sql_ddl", "multisql", "sql_list"}
			and (module.name, owners.get(call, "")) not in RAW_SQL
		]
	return found


def _names(node: ast.AST, name: str) -> bool:
	"""An attribute, a keyword or a text of that name."""
	if isinstance(node, ast.Constant):
		return node.value == name
	return (isinstance(node, ast.Attribute) and node.attr == name) or (
		isinstance(node, ast.keyword) and node.arg == name
	)


def texts_are_translated_whole(package: Path) -> list[str]:
	"""A translator sees the sentence: no f-string, concatenation or format inside `_()` and `__()`."""
	found = [
		module.at(call, "builds a text inside _()")
		for module in modules(package)
		for name, call in module.calls()
		if name == "_" and call.args and _is_built(call.args[0])
	]
	for path in sorted(package.rglob("*.js")):
		for number, line in enumerate(path.read_text().splitlines(), start=1):
			if BUILT_IN_JS.search(line):
				found.append(f"{path.relative_to(package).as_posix()}:{number}: builds a text inside __()")
	return found


def _is_built(argument: ast.AST) -> bool:
	"""Looking a stored text up, as in `_(doc.meta.get_label(x))`, is not building one."""
	formats = isinstance(argument, ast.Call) and last_name(argument.func) == "format"
	return formats or isinstance(argument, ast.JoinedStr | ast.BinOp)


def public_functions_are_typed(package: Path) -> list[str]:
	found = []
	for module in modules(package):
		if module.layer not in TYPED_LAYERS:
			continue
		hooks = _controller_methods(module)
		for function in module.functions():
			if not function.name.startswith("_") and function not in hooks and not _is_typed(function):
				found.append(module.at(function, f"{function.name} is not typed"))
	return found


def _controller_methods(module: Module) -> set[ast.AST]:
	"""Frappe calls these by name and gives them no types."""
	return {
		method
		for node in ast.walk(module.tree)
		if isinstance(node, ast.ClassDef) and any(last_name(base) == "Document" for base in node.bases)
		for method in node.body
	}


def _is_typed(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
	arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
	untyped = [a for a in arguments if not a.annotation and a.arg not in ("self", "cls")]
	return not untyped and (function.returns is not None or function.name == "__init__")


def every_module_says_why_it_exists(package: Path) -> list[str]:
	return [
		f"{module.name}:1: no docstring"
		for module in modules(package)
		if module.layer in TYPED_LAYERS and not ast.get_docstring(module.tree)
	]


def nothing_is_long(package: Path) -> list[str]:
	found = []
	for module in modules(package):
		limit = LONGEST_CONTROLLER if _is_controller(module) else LONGEST_FILE
		if module.lines > limit:
			found.append(f"{module.name}:1: {module.lines} lines")
		for function in module.functions():
			length = (function.end_lineno or 0) - function.lineno + 1
			if length > LONGEST_FUNCTION:
				found.append(module.at(function, f"{function.name} has {length} lines"))
	return found


def _is_controller(module: Module) -> bool:
	folder, _, file = module.name.rpartition("/")
	return folder.startswith("production_orders/doctype/") and file == f"{folder.rpartition('/')[2]}.py"


def _of_layer(package: Path, layer: str) -> list[Module]:
	return [module for module in modules(package) if module.layer == layer]


GUARDS = (
	domain_knows_only_the_standard_library,
	layers_look_down_only,
	only_the_bridge_imports_erpnext,
	only_transitions_write_a_status,
	only_endpoint_whitelists,
	only_api_functions_are_endpoints,
	every_endpoint_asks_for_permission,
	permissions_are_skipped_only_by_system,
	nothing_commits,
	only_queries_lock,
	no_sql_as_text,
	texts_are_translated_whole,
	public_functions_are_typed,
	every_module_says_why_it_exists,
	nothing_is_long,
	workflows_say_what_the_tables_say,
	hook_targets_exist,
	doctypes_list_their_fields_once,
)
