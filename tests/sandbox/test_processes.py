"""Only processes that this sandbox started are found, and only those are stopped."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.host import processes
from sandbox.host.steps import StepFailed

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
	monkeypatch.setattr(processes, "RUN", tmp_path)
	monkeypatch.setattr(processes, "LOGS", tmp_path)
	yield tmp_path
	processes.stop("sleeper")


def test_a_started_process_is_found_until_it_is_stopped(folder: Path) -> None:
	processes.start("sleeper", SLEEP, cwd=folder, is_ready=lambda: True)
	assert processes.find("sleeper")
	assert processes.stop("sleeper")
	assert processes.find("sleeper") is None
	assert not processes.stop("sleeper")


def test_a_process_that_got_our_old_pid_is_not_touched(folder: Path) -> None:
	with subprocess.Popen(SLEEP) as foreign:
		(folder / "sleeper.pid").write_text(json.dumps({"pid": foreign.pid, "born": "1"}))
		assert processes.find("sleeper") is None
		assert not processes.stop("sleeper")
		assert foreign.poll() is None
		foreign.kill()


def test_a_process_that_ends_at_once_is_reported_with_its_log(folder: Path) -> None:
	command = [sys.executable, "-c", "raise SystemExit('the disk is full')"]
	with pytest.raises(
		StepFailed, match=r"sleeper did not start. The end of .*sleeper.log:\n +the disk is full"
	):
		processes.start("sleeper", command, cwd=folder, is_ready=lambda: False)
	assert processes.find("sleeper") is None


def test_ctrl_c_while_a_process_starts_leaves_none_behind(folder: Path) -> None:
	def press_ctrl_c() -> bool:
		raise KeyboardInterrupt

	with pytest.raises(KeyboardInterrupt):
		processes.start("sleeper", SLEEP, cwd=folder, is_ready=press_ctrl_c)
	assert processes.find("sleeper") is None
