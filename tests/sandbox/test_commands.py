"""What a user sees when a command cannot be done, and what it then leaves alone."""

import sys
from pathlib import Path

import pytest

from sandbox.host import __main__ as commands
from sandbox.host import packages, programs, steps, suite
from sandbox.host.steps import StepFailed


def test_missing_programs_are_named_with_the_command_that_installs_them(
	monkeypatch: pytest.MonkeyPatch,
) -> None:
	monkeypatch.setattr(packages, "find", lambda program: None)
	monkeypatch.setattr(packages.os, "geteuid", lambda: 1000)
	with pytest.raises(StepFailed) as failure:
		packages.require(packages.DATABASE, packages.QUEUE)
	assert str(failure.value) == (
		"Missing on this machine: mariadb-client mariadb-server-core redis-tools."
		" As root: apt-get install mariadb-client mariadb-server-core redis-tools"
	)


def test_a_failed_command_shows_the_end_of_its_log_and_where_it_is(
	tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
	monkeypatch.setattr(steps, "LOGS", tmp_path)
	program = "for line in range(100): print('line', line)\nraise SystemExit(3)"
	with pytest.raises(StepFailed) as failure:
		steps.run(sys.executable, "-c", program, log="lines")
	first, *shown = str(failure.value).splitlines()
	assert first == f"{Path(sys.executable).name} ended with 3. The end of {tmp_path / 'lines.log'}:"
	assert shown == [f"    line {line}" for line in range(80, 100)]


@pytest.fixture
def bench_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
	folder = tmp_path / ".sandbox"
	monkeypatch.setattr(commands, "BENCH", folder)
	monkeypatch.setattr(commands, "MARKER", folder / "marker")
	monkeypatch.setattr(commands, "stop", lambda: 0)
	return folder


def test_clean_refuses_a_folder_that_is_not_ours(bench_folder: Path) -> None:
	bench_folder.mkdir()
	(bench_folder / "precious").touch()
	with pytest.raises(StepFailed, match="was not made by us"):
		commands.clean()
	assert (bench_folder / "precious").exists()


def test_clean_refuses_a_symbolic_link(bench_folder: Path, tmp_path: Path) -> None:
	elsewhere = tmp_path / "elsewhere"
	elsewhere.mkdir()
	(elsewhere / "marker").touch()
	bench_folder.symlink_to(elsewhere)
	with pytest.raises(StepFailed, match="is a symbolic link"):
		commands.clean()
	assert (elsewhere / "marker").exists()


def test_clean_removes_what_is_ours_and_is_quiet_when_there_is_nothing(bench_folder: Path) -> None:
	bench_folder.mkdir()
	(bench_folder / "marker").touch()
	assert commands.clean() == 0
	assert not bench_folder.exists()
	assert commands.clean() == 0


def test_a_folder_that_is_no_bench_is_refused(tmp_path: Path) -> None:
	with pytest.raises(StepFailed, match="is not a bench"):
		suite.check(programs.Bench(tmp_path, "some.site"))


def test_an_unknown_site_of_a_bench_is_refused(tmp_path: Path) -> None:
	python = tmp_path / "env" / "bin" / "python"
	python.parent.mkdir(parents=True)
	python.touch()
	with pytest.raises(StepFailed, match=r"has no site 'some\.site'"):
		suite.check(programs.Bench(tmp_path, "some.site"))
