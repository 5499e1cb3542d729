"""Frappe itself: a distribution on PyPI is Frappe 15 under other names; here its own names are put back."""

from pathlib import Path

from sandbox.host.environment import ENVIRONMENT_PART, VERSION_NAME
from sandbox.host.layout import ENVIRONMENT, FRAPPE
from sandbox.host.parts import Part

DISTRIBUTION = ENVIRONMENT / "lib" / f"python{VERSION_NAME}" / "site-packages" / "criscostack"

# In this order: a longer name before the name it contains.
NAMES = (
	("criscostack", "frappe"),
	("CRISCOSTACK", "FRAPPE"),
	("criscoerp", "erpnext"),
	("Criscoerp", "ERPNext"),
	("Crisco", "Frappe"),
	("crisco", "frappe"),
	("brik_helper", "bench_helper"),
)


def original(text: str) -> str:
	"""The text with Frappe's own names."""
	for renamed, name in NAMES:
		text = text.replace(renamed, name)
	return text


def restore_names(source: Path, target: Path) -> None:
	"""Copy a folder, giving files, folders and texts their own names back."""
	for path in sorted(source.rglob("*")):
		if path.is_file() and "__pycache__" not in path.parts:
			copy = target / original(str(path.relative_to(source)))
			copy.parent.mkdir(parents=True, exist_ok=True)
			copy.write_bytes(_original_bytes(path.read_bytes()))


def _original_bytes(content: bytes) -> bytes:
	try:
		return original(content.decode()).encode()
	except UnicodeDecodeError:
		return content


FRAPPE_PART = Part(
	name="frappe",
	title="Frappe, under its own name",
	made_from=lambda: (ENVIRONMENT_PART, Path(__file__)),
	outputs=(FRAPPE / "frappe",),
	build=lambda: restore_names(DISTRIBUTION, FRAPPE / "frappe"),
)
