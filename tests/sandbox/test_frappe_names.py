"""Frappe gets its own names back, in texts and in file names, and nothing else changes."""

from pathlib import Path

import pytest

from sandbox.host.frappe import original, restore_names


@pytest.mark.parametrize(
	("renamed", "expected"),
	[
		("import criscostack.utils", "import frappe.utils"),
		("CRISCOSTACK_SITE", "FRAPPE_SITE"),
		("criscoerp.stock", "erpnext.stock"),
		("Criscoerp", "ERPNext"),
		("Crisco Framework", "Frappe Framework"),
		("crisco.ui", "frappe.ui"),
		("brik_helper", "bench_helper"),
		("a crisp fabric", "a crisp fabric"),
	],
)
def test_a_name_is_put_back(renamed: str, expected: str) -> None:
	assert original(renamed) == expected


def test_a_folder_is_copied_under_its_own_names(tmp_path: Path) -> None:
	source, target = tmp_path / "criscostack", tmp_path / "frappe"
	(source / "utils" / "__pycache__").mkdir(parents=True)
	(source / "utils" / "__pycache__" / "brik_helper.pyc").write_bytes(b"compiled")
	(source / "utils" / "brik_helper.py").write_text("import criscostack\n")
	(source / "logo.png").write_bytes(b"\x89PNG\xff crisco")

	restore_names(source, target)

	copied = {
		str(file.relative_to(target)): file.read_bytes() for file in target.rglob("*") if file.is_file()
	}
	assert copied == {"utils/bench_helper.py": b"import frappe\n", "logo.png": b"\x89PNG\xff crisco"}
