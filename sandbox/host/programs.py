"""Runs Python modules in a bench, the sandbox or any other, with BENCH and SITE telling them where they are."""

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sandbox.host.layout import BENCH, REPOSITORY
from sandbox.host.steps import run


@dataclass(frozen=True)
class Bench:
	path: Path
	site: str

	@property
	def python(self) -> Path:
		return self.path / "env" / "bin" / "python"

	@property
	def sites(self) -> Path:
		return self.path / "sites"

	@property
	def environment(self) -> dict[str, str]:
		return {"BENCH": str(self.path), "SITE": self.site}


def sandbox(site: str) -> Bench:
	return Bench(BENCH, site)


def on_terminal(bench: Bench, module: str, *arguments: str, **environment: str) -> int:
	"""Run a module from the repository's root before the user's eyes; answer with its exit code."""
	# Ctrl-C is for the program, which then ends as it likes best.
	ours = signal.signal(signal.SIGINT, lambda *_: None)
	try:
		return subprocess.run(
			[bench.python, "-m", module, *arguments],
			cwd=REPOSITORY,
			env={**os.environ, **bench.environment, **environment},
			check=False,
		).returncode
	finally:
		signal.signal(signal.SIGINT, ours)


def quietly(bench: Bench, module: str, *arguments: str | Path) -> None:
	"""Run a module among the bench's sites; its output goes to a log of its name."""
	log = module.rpartition(".")[2]
	run(bench.python, "-m", module, *arguments, log=log, cwd=bench.sites, env=bench.environment)
