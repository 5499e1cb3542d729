"""Stock on the back of an envelope: every movement in its order, and what they add up to."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

STORE, WIP, GOODS, REWORK, SCRAP = "store", "wip", "goods", "rework", "scrap"


@dataclass(frozen=True)
class Move:
	"""So many pieces into a place, out of it when negative; `cause` is the run that moved them, or empty."""

	cause: str
	item: str
	place: str
	qty: int


class Ledger:
	"""All movements that stand."""

	def __init__(self) -> None:
		self.moves: list[Move] = []

	def put(self, item: str, place: str, qty: int, cause: str = "") -> None:
		if qty:
			self.moves.append(Move(cause, item, place, qty))

	def undo(self, cause: str) -> None:
		self.moves = [move for move in self.moves if move.cause != cause]

	def there(self, item: str, place: str) -> int:
		return sum(move.qty for move in self._at(item, place))

	def brought(self, cause: str) -> Counter[tuple[str, str]]:
		"""(item, place) -> what a run put into stock there."""
		found: Counter[tuple[str, str]] = Counter()
		for move in self.moves:
			if move.cause == cause and move.qty > 0:
				found[move.item, move.place] += move.qty
		return found

	def lowest_since(self, cause: str, item: str, place: str) -> int:
		"""The least that was there at any moment after a run was posted."""
		moves = list(self._at(item, place))
		posted = max(number for number, move in enumerate(moves) if move.cause == cause)
		return min(list(accumulate(move.qty for move in moves))[posted:])

	def _at(self, item: str, place: str) -> Iterator[Move]:
		return (move for move in self.moves if move.item == item and move.place == place)
