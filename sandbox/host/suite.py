"""Runs the repository's Python programs, its tests first of all, in a bench: the sandbox or any other."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sandbox.host.layout import BENCH, REPOSITORY
from sandbox.host.steps import StepFailed, run, step

TESTS = REPOSITORY / "tests"
TOOLS = TESTS / "requirements.txt"
# From the quickest answer to the slowest.
TIERS = ("domain", "architecture", "sandbox", "contract", "site", "concurrency", "http", "ui")


@dataclass(frozen=True)
class Bench:
	path: Path
	site: str

	@property
	def python(self) -> Path:
		return self.path / "env" / "bin" / "python"


def check(bench: Bench) -> None:
	"""Refuse a bench that cannot be what was meant."""
	if not bench.python.exists():
		raise StepFailed(f"{bench.path} is not a bench: there is no {bench.python}.")
	if not (bench.path / "sites" / bench.site / "site_config.json").exists():
		raise StepFailed(
			f"The bench {bench.path} has no site {bench.site!r}. Give one of its sites as SITE=…"
		)


def install_tools(bench: Bench) -> None:
	"""Give a foreign bench the pinned test tools it lacks."""
	wanted = [line for line in TOOLS.read_text().splitlines() if "==" in line]
	if not _has(bench, wanted):
		with step(f"test tools for {bench.path}"):
			run(bench.python, "-m", "pip", "install", "-r", TOOLS, log="test-tools")


def _has(bench: Bench, pins: list[str]) -> bool:
	check_pins = (
		"import sys; from importlib.metadata import version; "
		"[version(n) == v or sys.exit(1) for n, v in (p.split('==') for p in sys.argv[1:])]"
	)
	return (
		subprocess.run([bench.python, "-c", check_pins, *pins], capture_output=True, check=False).returncode
		== 0
	)


def test(bench: Bench, arguments: list[str]) -> int:
	tiers = [f"tests/{tier}" for tier in TIERS if (TESTS / tier).is_dir()]
	return run_module(bench, "pytest", *(arguments or tiers))


def run_module(bench: Bench, module: str, *arguments: str, **environment: str) -> int:
	"""Run a module from the repository's root, on the terminal; answer with its exit code."""
	return subprocess.run(
		[bench.python, "-m", module, *arguments],
		cwd=REPOSITORY,
		env={**os.environ, "BENCH": str(bench.path), "SITE": bench.site, **environment},
		check=False,
	).returncode


def sandbox(site: str) -> Bench:
	return Bench(BENCH, site)
