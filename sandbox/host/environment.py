"""The bench's Python environment: every distribution pinned by version and hash."""

import subprocess
import sys

from sandbox.host import packages
from sandbox.host.layout import ENVIRONMENT, PINS, PYTHON
from sandbox.host.parts import Part
from sandbox.host.steps import StepFailed, run

# What the pinned Frappe runs on.
VERSION = (3, 11)
VERSION_NAME = ".".join(map(str, VERSION))
BUILD_PINS = PINS / "build.txt"
PIP_PINS = PINS / "environment.txt"


def _build() -> None:
	run(_system_python(), "-m", "venv", ENVIRONMENT, log="venv")
	_pip("--no-deps", "-r", BUILD_PINS)
	# With the build tools in place nothing unpinned is downloaded to build the few source distributions.
	_pip("--no-deps", "--no-build-isolation", "--no-compile", "-r", PIP_PINS)


def _pip(*arguments: object) -> None:
	run(PYTHON, "-m", "pip", "install", "--require-hashes", *map(str, arguments), log="pip")


def _system_python() -> str:
	"""A Python of the right version that can make environments."""
	python = _usable_python()
	if not python:
		packages.install([f"python{VERSION_NAME}-venv"])
		python = _usable_python()
	if not python:
		raise StepFailed(f"Python {VERSION_NAME} with its venv module is needed and was not found.")
	return python


def _usable_python() -> str | None:
	candidates = (sys.executable, packages.find(f"python{VERSION_NAME}"), "/usr/bin/python3")
	return next((python for python in candidates if python and _is_usable(python)), None)


def _is_usable(python: str) -> bool:
	check = f"import ensurepip, venv, sys; sys.exit(sys.version_info[:2] != {VERSION})"
	try:
		return subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0
	except FileNotFoundError:
		return False


ENVIRONMENT_PART = Part(
	name="environment",
	title="Python environment from PyPI, by hash",
	made_from=lambda: (BUILD_PINS, PIP_PINS),
	outputs=(ENVIRONMENT,),
	build=_build,
)
