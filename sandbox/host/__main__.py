"""The commands behind the Makefile."""

import argparse
import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from sandbox.host import build, mariadb, packages, processes, programs, redis, snapshots, suite, web
from sandbox.host.layout import BENCH, DEMO_SITE, MARKER, TEST_SITE
from sandbox.host.steps import StepFailed, say, step


def demo() -> int:
	with build.alone():
		build.bench()
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
	with build.alone():
		build.environment()
	tool = programs.sandbox(TEST_SITE)
	return programs.on_terminal(tool, "ruff", "check") or programs.on_terminal(
		tool, "ruff", "format", "--check"
	)


def stop() -> int:
	for name in (web.WEB, web.WORKER, *redis.SERVERS, mariadb.SERVER):
		if processes.stop(name):
			say(f"{name} stopped")
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
		with build.alone():
			suite.install_tools(chosen)
		return chosen
	with build.alone():
		build.bench()
		snapshots.reset(TEST_SITE)
	return programs.sandbox(TEST_SITE)


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
