"""How figures are printed: `name value unit` lines for programs, then a table to read."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
	name: str
	value: float
	unit: str

	@property
	def rounded(self) -> str:
		return str(self.value) if isinstance(self.value, int) else f"{self.value:.3f}"

	def __str__(self) -> str:
		return f"{self.name} {self.rounded} {self.unit}"


def show(figures: Iterable[Figure]) -> None:
	"""Every figure as a line as soon as it is known, and all of them as a table at the end."""
	known = []
	for figure in figures:
		known.append(figure)
		print(figure, flush=True)
	width = max(len(figure.name) for figure in known)
	print(f"\n  {'figure'.ljust(width)}  {'value':>10}  unit\n  {'-' * (width + 24)}")
	for figure in known:
		print(f"  {figure.name.replace('_', ' ').ljust(width)}  {figure.rounded:>10}  {figure.unit}")
