"""Background processes of this sandbox, found again by pid file; a recycled pid is never mistaken for ours."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.host.files import write_whole
from sandbox.host.layout import LOGS, RUN
from sandbox.host.steps import StepFailed, failure_report

PATIENCE = 60


@dataclass(frozen=True)
class Process:
	pid: int
	born: str

	def is_alive(self) -> bool:
		return birth(self.pid) == self.born


def birth(pid: int) -> str | None:
	"""The kernel's start time of a living process: with the pid it names one process until the next boot."""
	try:
		fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
	except (FileNotFoundError, ProcessLookupError):
		return None
	state, started = fields[0], fields[19]
	return None if state == "Z" else started


def find(name: str) -> Process | None:
	"""The living process of that name, if it is ours."""
	try:
		process = Process(**json.loads((RUN / f"{name}.pid").read_text()))
	except (FileNotFoundError, json.JSONDecodeError):
		return None
	return process if process.is_alive() else None


def start(
	name: str,
	command: list[str | Path],
	cwd: Path,
	is_ready: Callable[[], bool],
	env: Mapping[str, str] | None = None,
	executable: str | None = None,
) -> None:
	"""Start a process that outlives us and wait until it is ready."""
	RUN.mkdir(parents=True, exist_ok=True)
	log = LOGS / f"{name}.log"
	with log.open("wb") as output:
		child = subprocess.Popen(
			[str(part) for part in command],
			executable=executable,
			cwd=cwd,
			env={**os.environ, **(env or {})},
			stdin=subprocess.DEVNULL,
			stdout=output,
			stderr=subprocess.STDOUT,
			start_new_session=True,
		)
	write_whole(RUN / f"{name}.pid", json.dumps({"pid": child.pid, "born": birth(child.pid)}))
	try:
		ready = _await(child, is_ready)
	except KeyboardInterrupt:
		stop(name)
		raise
	if not ready:
		stop(name)
		raise StepFailed(failure_report(f"{name} did not start", log))


def _await(child: subprocess.Popen[bytes], is_ready: Callable[[], bool]) -> bool:
	deadline = time.monotonic() + PATIENCE
	while child.poll() is None and time.monotonic() < deadline:
		if is_ready():
			return True
		time.sleep(0.1)
	return False


def stop(name: str) -> bool:
	"""Stop our process of that name with its children; say whether there was one."""
	process = find(name)
	if process:
		_end(process)
	(RUN / f"{name}.pid").unlink(missing_ok=True)
	return process is not None


def _end(process: Process) -> None:
	os.killpg(process.pid, signal.SIGTERM)
	deadline = time.monotonic() + PATIENCE
	while process.is_alive():
		if time.monotonic() > deadline:
			os.killpg(process.pid, signal.SIGKILL)
		time.sleep(0.05)
