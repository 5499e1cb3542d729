"""Builds the bench part by part, each on the ones before it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.host import assets, layout, mariadb, packages, redis, snapshots
from sandbox.host import bench as bench_files
from sandbox.host.environment import ENVIRONMENT_PART
from sandbox.host.frappe import FRAPPE_PART
from sandbox.host.parts import ensure
from sandbox.host.steps import say


@contextmanager
def alone() -> Iterator[None]:
	"""One `make` at a time changes the sandbox."""
	bench_files.make_folders()
	with (layout.CONFIG / "lock").open("w") as lock:
		try:
			fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			say("waiting for another make in this clone")
			fcntl.flock(lock, fcntl.LOCK_EX)
		yield


def bench() -> None:
	"""Everything up to the snapshot of a site with the sample plants, with the database and Redis running."""
	packages.require(packages.DATABASE, packages.QUEUE, packages.ASSETS)
	environment()
	ensure(FRAPPE_PART)
	ensure(assets.PACKAGES_PART)
	ensure(assets.ASSETS_PART)
	bench_files.link_apps()
	_start_servers()
	bench_files.configure()
	ensure(snapshots.FRAPPE_PART)
	ensure(snapshots.APPS_PART)
	ensure(snapshots.PLANTS_PART)


def environment() -> None:
	ensure(ENVIRONMENT_PART)


def _start_servers() -> None:
	if not mariadb.DATABASE_PART.is_built():
		mariadb.stop()
		ensure(mariadb.DATABASE_PART)
	mariadb.start()
	redis.start()
