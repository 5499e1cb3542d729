"""Every whitelisted function of the API, found without anybody naming it."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import frappe

from production_orders import api


def endpoints() -> dict[str, Callable[..., Any]]:
	"""runs.start -> its function."""
	modules = [
		importlib.import_module(f"{api.__name__}.{module.name}")
		for module in pkgutil.iter_modules(api.__path__)
	]
	return {
		f"{module.__name__.rpartition('.')[2]}.{name}": function
		for module in modules
		for name, function in vars(module).items()
		if function in frappe.whitelisted and function.__module__ == module.__name__
	}
