"""One line per step while something is done: what it is and how long it takes."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sandbox.host.layout import LOGS, REPOSITORY

LAST_LINES = 20


class StepFailed(Exception):
	"""A step could not be done; the message says why and what to do."""


@contextmanager
def step(title: str) -> Iterator[None]:
	"""Show the title with its running time until the block ends."""
	started = time.monotonic()
	done = threading.Event()
	ticker = threading.Thread(target=_tick, args=(title, started, done), daemon=True)
	ticker.start()
	outcome = "failed"
	try:
		yield
		outcome = ""
	except KeyboardInterrupt:
		outcome = "interrupted"
		raise
	finally:
		done.set()
		ticker.join()
		_show(title, started, outcome, end="\n")


def _tick(title: str, started: float, done: threading.Event) -> None:
	while sys.stdout.isatty() and not done.wait(0.5):
		_show(title, started, "", end="")


def _show(title: str, started: float, outcome: str, end: str) -> None:
	rewind = "\r" if sys.stdout.isatty() else ""
	print(f"{rewind}  {title:<58} {time.monotonic() - started:6.1f} s  {outcome}", end=end, flush=True)


def say(text: str) -> None:
	print(f"  {text}", flush=True)


def run(*command: str | Path, log: str, cwd: Path = REPOSITORY, env: Mapping[str, str] | None = None) -> None:
	"""Run a command quietly; when it fails, show the end of its log and where the rest is."""
	LOGS.mkdir(parents=True, exist_ok=True)
	path = LOGS / f"{log}.log"
	with path.open("wb") as output:
		finished = subprocess.run(
			[str(part) for part in command],
			cwd=cwd,
			env={**os.environ, **(env or {})},
			stdin=subprocess.DEVNULL,
			stdout=output,
			stderr=subprocess.STDOUT,
			check=False,
		)
	if finished.returncode:
		raise StepFailed(failure_report(f"{Path(command[0]).name} ended with {finished.returncode}", path))


def failure_report(what: str, log: Path) -> str:
	lines = log.read_text(errors="replace").splitlines()[-LAST_LINES:]
	return "\n".join([f"{what}. The end of {log}:", *(f"    {line}" for line in lines)])
