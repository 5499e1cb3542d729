"""Sites: made once and kept as snapshots; every demo and every test run starts from a fresh copy."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from sandbox.host import bench, mariadb, redis
from sandbox.host.frappe import FRAPPE_PART
from sandbox.host.layout import HOST, PYTHON, SITES, SNAPSHOTS
from sandbox.host.parts import Part
from sandbox.host.steps import run, step

ADMINISTRATOR_PASSWORD = "admin"
# The site on which snapshots are prepared; it does not outlive that.
WORKSHOP = "workshop.localhost"
FRAPPE_SNAPSHOT = SNAPSHOTS / "frappe.sql"
APPS_SNAPSHOT = SNAPSHOTS / "apps.sql"
FOLDERS = ("private/files", "private/backups", "public/files", "locks", "logs")

# What an app writes into a site's database: its JSON and text records, and what the modules beside its hooks do.
RECORDS = ("**/*.json", "**/*.txt", "**/*.html", "*.py", "setup/**/*.py")


def reset(site: str) -> None:
	"""Make the site new, whatever it was."""
	with step(f"fresh site {site}"):
		_restore(site, APPS_SNAPSHOT)


def _restore(site: str, snapshot: Path) -> None:
	_remove(site)
	_create(site)
	mariadb.load(_database_of(site), snapshot)
	# What is cached under the site's name is about its former database.
	redis.flush_cache()


def _create(site: str) -> None:
	database = _database_of(site)
	mariadb.execute(
		f"CREATE DATABASE {database};"
		f"CREATE OR REPLACE USER {database}@'%' IDENTIFIED BY '{database}';"
		f"GRANT ALL ON {database}.* TO {database}@'%'"
	)
	for folder in FOLDERS:
		(SITES / site / folder).mkdir(parents=True)
	config = {"db_name": database, "db_password": database, "db_type": "mariadb"}
	(SITES / site / "site_config.json").write_text(json.dumps(config, indent="\t") + "\n")


def _remove(site: str) -> None:
	mariadb.execute(f"DROP DATABASE IF EXISTS {_database_of(site)}")
	shutil.rmtree(SITES / site, ignore_errors=True)


def _database_of(site: str) -> str:
	return site.replace(".", "_")


def _snapshot_frappe() -> None:
	_remove(WORKSHOP)
	run(
		PYTHON,
		"-m",
		"frappe.utils.bench_helper",
		"frappe",
		"new-site",
		WORKSHOP,
		"--no-mariadb-socket",
		f"--db-name={_database_of(WORKSHOP)}",
		"--db-root-username=root",
		f"--db-root-password={mariadb.ROOT_PASSWORD}",
		f"--admin-password={ADMINISTRATOR_PASSWORD}",
		log="new-site",
		cwd=SITES,
	)
	_take_snapshot(FRAPPE_SNAPSHOT)


def _snapshot_apps() -> None:
	_restore(WORKSHOP, FRAPPE_SNAPSHOT)
	run(
		PYTHON, "-m", "sandbox.host.install_apps", WORKSHOP, *bench.LINKED_APPS, log="install-apps", cwd=SITES
	)
	_take_snapshot(APPS_SNAPSHOT)


def _take_snapshot(snapshot: Path) -> None:
	SNAPSHOTS.mkdir(exist_ok=True)
	mariadb.dump(_database_of(WORKSHOP), snapshot)
	_remove(WORKSHOP)


def _records() -> Iterator[Path]:
	"""The files that decide what an installed site holds."""
	for app, source in bench.LINKED_APPS.items():
		package = source / app
		yield from sorted({path for pattern in RECORDS for path in package.glob(pattern) if path.is_file()})


FRAPPE_SNAPSHOT_PART = Part(
	name="frappe-snapshot",
	title="a site with Frappe",
	made_from=lambda: (FRAPPE_PART,),
	outputs=(FRAPPE_SNAPSHOT,),
	build=_snapshot_frappe,
)

APPS_SNAPSHOT_PART = Part(
	name="apps-snapshot",
	title="a site with the apps installed",
	made_from=lambda: (FRAPPE_SNAPSHOT_PART, HOST / "install_apps.py", *_records()),
	outputs=(APPS_SNAPSHOT,),
	build=_snapshot_apps,
)
