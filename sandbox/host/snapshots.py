"""The states a site is copied from, each made once from the one before: Frappe, the apps, the sample plants."""

from collections.abc import Iterator
from pathlib import Path

from sandbox.host import bench, frappe, mariadb, programs, sites
from sandbox.host.layout import HOST, REPOSITORY, SNAPSHOTS
from sandbox.host.parts import Part
from sandbox.host.steps import step

ADMINISTRATOR_PASSWORD = "admin"
# The site on which snapshots are prepared; it does not outlive that.
WORKSHOP = "workshop.localhost"
FRAPPE = SNAPSHOTS / "frappe.sql"
APPS = SNAPSHOTS / "apps.sql"
PLANTS = SNAPSHOTS / "plants.sql"
# Who may log in, with their API keys.
USERS = SNAPSHOTS / "users.json"

INSTALLER = HOST / "install_apps.py"
FIXTURES = REPOSITORY / "fixtures"
# What an app writes into a site's database: its text records, the indexes of its DocTypes, and what the modules
# beside its hooks do.
RECORDS = ("**/*.json", "**/*.txt", "**/*.html", "**/doctype/*/*.py", "*.py", "setup/**/*.py")


def reset(site: str) -> None:
	"""Make the site new: the apps installed, the sample plants there."""
	with step(f"fresh site {site}"):
		sites.copy(PLANTS, site)


def _make_frappe() -> None:
	sites.remove(WORKSHOP)
	programs.quietly(
		programs.sandbox(WORKSHOP),
		"frappe.utils.bench_helper",
		"frappe",
		"new-site",
		WORKSHOP,
		"--no-mariadb-socket",
		f"--db-name={sites.database_of(WORKSHOP)}",
		"--db-root-username=root",
		f"--db-root-password={mariadb.ROOT_PASSWORD}",
		f"--admin-password={ADMINISTRATOR_PASSWORD}",
	)
	_keep(FRAPPE)


def _install_apps() -> None:
	sites.copy(FRAPPE, WORKSHOP)
	programs.quietly(programs.sandbox(WORKSHOP), "sandbox.host.install_apps", *bench.LINKED_APPS)
	_keep(APPS)


def _load_plants() -> None:
	sites.copy(APPS, WORKSHOP)
	programs.quietly(programs.sandbox(WORKSHOP), "fixtures.load", USERS)
	_keep(PLANTS)


def _keep(snapshot: Path) -> None:
	SNAPSHOTS.mkdir(exist_ok=True)
	mariadb.dump(sites.database_of(WORKSHOP), snapshot)
	sites.remove(WORKSHOP)


def _records() -> Iterator[Path]:
	"""The files that decide what an installed site holds."""
	for app, source in bench.LINKED_APPS.items():
		yield from _files(source / app, *RECORDS)


def _files(folder: Path, *patterns: str) -> list[Path]:
	found = {path for pattern in patterns for path in folder.glob(pattern)}
	return sorted(path for path in found if path.is_file() and path.suffix != ".pyc")


FRAPPE_PART = Part(
	name="snapshot-frappe",
	title="a site with Frappe",
	made_from=lambda: (frappe.FRAPPE_PART,),
	outputs=(FRAPPE,),
	build=_make_frappe,
)

APPS_PART = Part(
	name="snapshot-apps",
	title="  and the apps installed",
	made_from=lambda: (FRAPPE_PART, INSTALLER, *_records()),
	outputs=(APPS,),
	build=_install_apps,
)

PLANTS_PART = Part(
	name="snapshot-plants",
	title="  and the sample plants loaded",
	made_from=lambda: (APPS_PART, *_files(FIXTURES, "**/*"), *_files(bench.STAND_IN, "**/*.py")),
	outputs=(PLANTS, USERS),
	build=_load_plants,
)
