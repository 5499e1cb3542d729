"""A part of the sandbox is built once and again when what it is made from changes; half-built is not built."""

import hashlib
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sandbox.host.files import write_whole
from sandbox.host.layout import STAMPS
from sandbox.host.steps import say, step

# What the stamp says while a part is being built.
UNFINISHED = "unfinished"


@dataclass(frozen=True)
class Part:
	name: str
	title: str
	made_from: Callable[[], Iterable["Path | str | Part"]]
	outputs: tuple[Path, ...]
	build: Callable[[], None]

	def fingerprint(self) -> str:
		return fingerprint(self.made_from())

	@property
	def stamp(self) -> Path:
		return STAMPS / self.name

	def is_built(self) -> bool:
		stamped = self.stamp.exists() and self.stamp.read_text() == self.fingerprint()
		return stamped and all(output.exists() for output in self.outputs)


def ensure(part: Part) -> None:
	"""Leave a finished part alone; otherwise throw away what is there and build it."""
	if part.is_built():
		return
	_discard(part)
	made_from = part.fingerprint()
	write_whole(part.stamp, UNFINISHED)
	with step(part.title):
		part.build()
	write_whole(part.stamp, made_from)


def fingerprint(sources: Iterable[Path | str | Part]) -> str:
	"""A hash over the names and contents of files, over texts, and over other parts."""
	digest = hashlib.sha256()
	for source in sources:
		if isinstance(source, Part):
			digest.update(source.fingerprint().encode())
		elif isinstance(source, Path):
			digest.update(f"{source}\0".encode() + source.read_bytes())
		else:
			digest.update(f"{source}\0".encode())
	return digest.hexdigest()


def _discard(part: Part) -> None:
	leftovers = [output for output in part.outputs if output.exists()]
	if leftovers or part.stamp.exists():
		say(f"{part.name}: {_fault(part)}, made anew")
	for output in leftovers:
		shutil.rmtree(output) if output.is_dir() else output.unlink()


def _fault(part: Part) -> str:
	stamp = part.stamp.read_text() if part.stamp.exists() else UNFINISHED
	if stamp == UNFINISHED:
		return "half-built"
	return "incomplete" if stamp == part.fingerprint() else "out of date"
