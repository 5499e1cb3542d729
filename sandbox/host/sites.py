"""Sites come and go: each is made empty or as a copy of a snapshot, and thrown away without regret."""

import json
import shutil
from pathlib import Path

from sandbox.host import mariadb, redis
from sandbox.host.layout import SITES

FOLDERS = ("private/files", "private/backups", "public/files", "locks", "logs")


def copy(snapshot: Path, site: str) -> None:
	"""Make the site what the snapshot holds, whatever it was."""
	remove(site)
	_create(site)
	mariadb.load(database_of(site), snapshot)
	# What is cached under the site's name is about its former database.
	redis.flush_cache()


def remove(site: str) -> None:
	mariadb.execute(f"DROP DATABASE IF EXISTS {database_of(site)}")
	shutil.rmtree(SITES / site, ignore_errors=True)


def database_of(site: str) -> str:
	return site.replace(".", "_")


def _create(site: str) -> None:
	database = database_of(site)
	mariadb.execute(
		f"CREATE DATABASE {database};"
		f"CREATE OR REPLACE USER {database}@'%' IDENTIFIED BY '{database}';"
		f"GRANT ALL ON {database}.* TO {database}@'%'"
	)
	for folder in FOLDERS:
		(SITES / site / folder).mkdir(parents=True)
	config = {"db_name": database, "db_password": database, "db_type": "mariadb"}
	(SITES / site / "site_config.json").write_text(json.dumps(config, indent="\t") + "\n")
