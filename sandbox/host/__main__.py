"""The commands behind the Makefile."""

import argparse
import fcntl
import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.host import (
	assets,
	bench,
	environment,
	frappe,
	mariadb,
	packages,
	programs,
	redis,
	snapshots,
	suite,
	web,
)
from sandbox.host.layout import BENCH, CONFIG, DEMO_SITE, MARKER, TEST_SITE
from sandbox.host.parts import ensure
from sandbox.host.steps import StepFailed, say, step


def demo() -> int:
	with exclusive():
		build()
		web.stop()
		snapshots.reset(DEMO_SITE)
		with step("web server and worker"):
			web.start()
	users = ("--users", str(snapshots.USERS))
	outcome = programs.on_terminal(
		programs.sandbox(DEMO_SITE), "sandbox.demo", *users, BASE_URL=web.address()
	)
	print_logins()
	return outcome


def print_logins() -> None:
	plants = json.loads(snapshots.USERS.read_text())
	people = {user["email"]: user["password"] for users in plants.values() for user in users.values()}
	print(f"\nThe Desk runs at {web.address()}/app until `make stop`. Log in as")
	for name, password in {"Administrator": snapshots.ADMINISTRATOR_PASSWORD, **people}.items():
		print(f"  {name:<28} {password}")


def test() -> int:
	packages.require(packages.BROWSER)
	return suite.test(chosen_bench(), arguments())


def benchmark() -> int:
	return programs.on_terminal(chosen_bench(), "benchmarks", *arguments())


def lint() -> int:
	with exclusive():
		build_environment()
	tool = programs.sandbox(TEST_SITE)
	return programs.on_terminal(tool, "ruff", "check") or programs.on_terminal(
		tool, "ruff", "format", "--check"
	)


def stop() -> int:
	web.stop()
	redis.stop()
	mariadb.stop()
	return 0


def clean() -> int:
	if BENCH.is_symlink():
		raise StepFailed(f"{BENCH} is a symbolic link; remove it yourself.")
	if not BENCH.exists():
		return 0
	if not MARKER.exists():
		raise StepFailed(f"{BENCH} was not made by us (it lacks {MARKER.name}); remove it yourself.")
	stop()
	shutil.rmtree(BENCH)
	return 0


def arguments() -> list[str]:
	return shlex.split(os.environ.get("ARGS", ""))


def chosen_bench() -> programs.Bench:
	"""The bench that was asked for, or the sandbox with a fresh test site."""
	if os.environ.get("BENCH"):
		chosen = programs.Bench(Path(os.environ["BENCH"]).resolve(), os.environ.get("SITE", ""))
		suite.check(chosen)
		suite.install_tools(chosen)
		return chosen
	with exclusive():
		build()
		snapshots.reset(TEST_SITE)
	return programs.sandbox(TEST_SITE)


def build_environment() -> None:
	ensure(environment.ENVIRONMENT_PART)


def build() -> None:
	"""Everything up to the snapshot of a site with the sample plants, with the database and Redis running."""
	packages.require(packages.DATABASE, packages.QUEUE, packages.ASSETS)
	build_environment()
	ensure(frappe.FRAPPE_PART)
	ensure(assets.PACKAGES_PART)
	ensure(assets.ASSETS_PART)
	bench.link_apps()
	if not mariadb.DATABASE_PART.is_built():
		mariadb.stop()
		ensure(mariadb.DATABASE_PART)
	mariadb.start()
	redis.start()
	bench.configure()
	ensure(snapshots.FRAPPE_PART)
	ensure(snapshots.APPS_PART)
	ensure(snapshots.PLANTS_PART)


@contextmanager
def exclusive() -> Iterator[None]:
	"""One `make` at a time changes the sandbox."""
	bench.mark()
	with (CONFIG / "lock").open("w") as lock:
		try:
			fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			say("waiting for another make in this clone")
			fcntl.flock(lock, fcntl.LOCK_EX)
		yield


COMMANDS: dict[str, Callable[[], int]] = {
	"demo": demo,
	"test": test,
	"benchmark": benchmark,
	"lint": lint,
	"stop": stop,
	"clean": clean,
}


def main() -> int:
	parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
	parser.add_argument("command", choices=COMMANDS)
	command = COMMANDS[parser.parse_args().command]
	try:
		return command()
	except StepFailed as failure:
		print(failure, file=sys.stderr)
		return 1
	except KeyboardInterrupt:
		print("\nInterrupted; the same command goes on where this one stopped.", file=sys.stderr)
		return 130


if __name__ == "__main__":
	sys.exit(main())
