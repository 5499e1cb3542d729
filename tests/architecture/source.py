"""The package as syntax trees: guards read code, they never import it."""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "production_orders"

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
	path: Path
	name: str
	"""Path inside the package, with slashes: services/runs.py."""
	tree: ast.Module
	lines: int

	@property
	def layer(self) -> str:
		"""The first folder, or the module's own name at the package's root."""
		return self.name.partition("/")[0].removesuffix(".py")

	def functions(self) -> Iterator[FunctionNode]:
		return (node for node in ast.walk(self.tree) if isinstance(node, FunctionNode))

	def calls(self) -> Iterator[tuple[str, ast.Call]]:
		"""(last part of the called name, call)."""
		for node in ast.walk(self.tree):
			if isinstance(node, ast.Call):
				yield last_name(node.func), node

	def at(self, node: ast.AST, what: str) -> str:
		return f"{self.name}:{getattr(node, 'lineno', 1)}: {what}"


def modules(package: Path) -> list[Module]:
	"""Every Python file of the package, by name."""
	found = []
	for path in sorted(package.rglob("*.py")):
		text = path.read_text()
		found.append(
			Module(path, path.relative_to(package).as_posix(), _parsed(text), len(text.splitlines()))
		)
	return found


@functools.cache
def _parsed(text: str) -> ast.Module:
	"""Guards only read a tree, so one per text is enough for the package and all its copies."""
	return ast.parse(text)


def last_name(node: ast.AST) -> str:
	"""`c` of `a.b.c` and of `c`; empty for anything else."""
	if isinstance(node, ast.Attribute):
		return node.attr
	return node.id if isinstance(node, ast.Name) else ""


def imports(module: Module) -> Iterator[tuple[ast.stmt, str]]:
	"""(statement, absolute dotted name) of everything imported, also inside functions; relative ones resolved."""
	here = [PACKAGE, *module.name.split("/")[:-1]]
	for node in ast.walk(module.tree):
		if isinstance(node, ast.Import):
			yield from ((node, alias.name) for alias in node.names)
		elif isinstance(node, ast.ImportFrom):
			base = here[: len(here) - node.level + 1] if node.level else []
			source = ".".join([*base, *(node.module or "").split(".")]).strip(".")
			yield from ((node, f"{source}.{alias.name}") for alias in node.names)


def enclosing_functions(module: Module) -> dict[ast.AST, str]:
	"""node -> name of the innermost function around it."""
	owners: dict[ast.AST, str] = {}
	for function in module.functions():
		for node in ast.walk(function):
			owners[node] = function.name
	return owners
