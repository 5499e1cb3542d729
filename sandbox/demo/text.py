"""How the story looks on a terminal: headlines, sentences and small tables."""

import html
import re
import textwrap
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

WIDTH = 110
INDENT = "   "


class Headline:
	"""Prints what a step is about, and at its end how long it took."""

	def __init__(self, number: int, title: str) -> None:
		self.title = f"{number}. {title.strip()}"

	def __enter__(self) -> None:
		self.started = time.monotonic()
		print(f"\n{self.title}\n{'-' * len(self.title)}", flush=True)

	def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
		outcome = "broken after" if kind else "done in"
		print(f"{INDENT}({outcome} {time.monotonic() - self.started:.1f} s)", flush=True)


def say(sentence: str) -> None:
	for line in sentence.splitlines():
		print(textwrap.fill(line, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT), flush=True)


def table(rows: Iterable[Mapping[str, Any]], **columns: str) -> None:
	"""Print `rows` under `columns`: key of a row = heading. Numbers go to the right."""
	rows = list(rows)
	cells = [list(columns.values())] + [[shown(row.get(key)) for key in columns] for row in rows]
	right = [all(isinstance(row.get(key), int | float) for row in rows) for key in columns]
	widths = [max(len(line[column]) for line in cells) for column in range(len(columns))]
	print()
	for line in cells:
		print(INDENT + _aligned(line, widths, right))
	print(flush=True)


def _aligned(line: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
	padded = [
		cell.rjust(width) if to_right else cell.ljust(width)
		for cell, width, to_right in zip(line, widths, right, strict=True)
	]
	return "  ".join(padded).rstrip()


def shown(value: Any) -> str:
	if value is None:
		return ""
	if isinstance(value, float):
		return f"{value:,.3f}".rstrip("0").rstrip(".")
	if isinstance(value, int) and not isinstance(value, bool):
		return f"{value:,}"
	if isinstance(value, list | tuple):
		return " > ".join(value)
	return str(value)


def money(value: float) -> str:
	return f"{value:,.2f}"


def plain(message: str) -> str:
	"""A message of the Desk without its markup."""
	lines = re.sub(r"<br\s*/?>", "\n", message).splitlines()
	return "\n".join(" ".join(html.unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines)


def shortened(message: str, length: int = 60) -> str:
	return textwrap.shorten(message, length, placeholder=" ...")
