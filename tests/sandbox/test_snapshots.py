"""The snapshots notice what changes in the apps they were made from."""

from pathlib import Path

import pytest

from sandbox.host import bench, snapshots


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
	"""The folder of the only app that is installed."""
	monkeypatch.setattr(bench, "LINKED_APPS", {"plant": tmp_path})
	return tmp_path / "plant"


def write(app: Path, name: str, text: str) -> None:
	path = app / name
	path.parent.mkdir(parents=True, exist_ok=True)
	path.write_text(text)


@pytest.mark.parametrize(
	"name",
	[
		"modules.txt",
		"hooks.py",
		"stock/doctype/bin/bin.json",
		"stock/doctype/bin/bin.py",
		"setup/roles/make.py",
	],
)
def test_a_changed_or_new_record_of_an_app_makes_its_snapshot_stale(app: Path, name: str) -> None:
	without = snapshots.APPS_PART.fingerprint()
	write(app, name, "one")
	added = snapshots.APPS_PART.fingerprint()
	write(app, name, "two")
	changed = snapshots.APPS_PART.fingerprint()
	assert len({without, added, changed}) == 3


def test_a_module_that_writes_nothing_at_installation_leaves_the_snapshot_of_the_apps(app: Path) -> None:
	write(app, "stock/valuation.py", "one")
	before = snapshots.APPS_PART.fingerprint()
	write(app, "stock/valuation.py", "two")
	assert snapshots.APPS_PART.fingerprint() == before


def test_the_plants_follow_the_apps_they_are_loaded_into(app: Path) -> None:
	before = snapshots.PLANTS_PART.fingerprint()
	write(app, "modules.txt", "Stock")
	assert snapshots.PLANTS_PART.fingerprint() != before
