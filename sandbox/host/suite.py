"""The tests, on the sandbox or on any other bench that has what they need."""

import subprocess

from sandbox.host.layout import REPOSITORY
from sandbox.host.programs import Bench, on_terminal
from sandbox.host.steps import StepFailed, run, step

TESTS = REPOSITORY / "tests"
TOOLS = TESTS / "requirements.txt"
# From the quickest answer to the slowest; the model, which asks every invariant after each step, before others fill the site.
TIERS = ("domain", "architecture", "sandbox", "contract", "model", "site", "concurrency", "http", "ui")


def check(bench: Bench) -> None:
	"""Refuse a bench that cannot be what was meant."""
	if not bench.python.exists():
		raise StepFailed(f"{bench.path} is not a bench: there is no {bench.python}.")
	if not (bench.sites / bench.site / "site_config.json").exists():
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
	return on_terminal(bench, "pytest", *(arguments or tiers))
