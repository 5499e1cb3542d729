"""One order on the back of an envelope: what its runs said and took, and all that follows from it, in whole pieces."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

OPEN = ("Confirmed", "In Progress")
OPEN_RUN = ("Planned", "Running", "Paused")
ON_FLOOR = ("Running", "Paused")
Amounts = Mapping[str, int]
"""item -> pieces."""


@dataclass(frozen=True)
class Recipe:
	"""What a piece takes, and what comes out beside it: item -> (pieces, where they go)."""

	takes: Amounts
	gives: Mapping[str, tuple[Fraction, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
	"""What the floor says of a run."""

	good: int = 0
	scrapped: int = 0
	bent: int = 0
	"""Rejected, but to be worked over."""
	lost: int = 0
	more: Amounts = field(default_factory=dict)
	"""Of materials, beyond the plan."""
	instead: Amounts = field(default_factory=dict)
	"""Of the alternatives of materials."""
	added: Amounts = field(default_factory=dict)
	"""Of what the lock does not know."""
	back: Amounts = field(default_factory=dict)
	"""What earlier runs took, into the store."""
	beside: Amounts = field(default_factory=dict)
	"""What came out beside the pieces, where it is not as planned."""

	@property
	def processed(self) -> int:
		return self.good + self.scrapped + self.bent + self.lost

	@property
	def finished(self) -> int:
		"""Without any, nothing comes into stock."""
		return self.good + self.bent


@dataclass(frozen=True)
class Draw:
	"""What a run took of an item in a place, for a material of its order or for none; negative when it came back."""

	item: str
	place: str
	qty: int
	material: str = ""
	spares_wip: bool = False
	"""Whether it stands in for staged material, which stays where it is and held."""


@dataclass
class Run:
	"""One execution, what it said and what it took."""

	qty: int
	is_rework: bool
	status: str = "Running"
	report: Report = Report()
	draws: Sequence[Draw] = ()

	@property
	def worked_over(self) -> int:
		return self.report.processed if self.is_rework else 0


@dataclass
class Material:
	"""What an order draws of one item."""

	required: int
	held: int = 0
	staged: int = 0
	"""Held where it is used, no longer in the store."""


@dataclass
class Order:
	"""One commitment, its materials and its runs."""

	item: str
	qty: int
	is_staged: bool = False
	"""Whether its materials may be brought to where they are used."""
	status: str = "Draft"
	blocks: bool = False
	"""Whether it is refused when something is short."""
	closed_short: int = 0
	locks: list[Recipe] = field(default_factory=list)
	materials: dict[str, Material] = field(default_factory=dict)
	runs: dict[str, Run] = field(default_factory=dict)

	@property
	def done(self) -> list[Run]:
		return [run for run in self.runs.values() if run.status == "Completed"]

	@property
	def produced(self) -> int:
		return sum(run.report.good for run in self.done)

	@property
	def rejected(self) -> int:
		return sum(run.report.scrapped + run.report.bent - run.worked_over for run in self.done)

	@property
	def lost(self) -> int:
		return sum(run.report.lost for run in self.done)

	@property
	def waiting(self) -> int:
		"""For rework."""
		return sum(run.report.bent - run.worked_over for run in self.done)

	@property
	def processed(self) -> int:
		return self.produced + self.rejected + self.lost

	@property
	def open(self) -> int:
		if self.status not in OPEN:
			return 0
		return max(0, self.qty - self.produced - self.lost)

	def room(self, is_rework: bool = False) -> int:
		"""What a further run may make, or work over."""
		runs = [run for run in self.runs.values() if run.status in OPEN_RUN and run.is_rework == is_rework]
		all_of_it = self.waiting if is_rework else self.qty - self.produced - self.lost - self.waiting
		return all_of_it - sum(run.qty for run in runs)

	def consumed(self, item: str) -> int:
		return sum(draw.qty for run in self.done for draw in run.draws if draw.material == item)

	def taken(self) -> dict[str, Counter[str]]:
		"""item -> material -> how much of it the runs have taken for that, less what came back."""
		taken: dict[str, Counter[str]] = defaultdict(Counter)
		for draw in (draw for run in self.done for draw in run.draws):
			taken[draw.item][draw.material] += draw.qty
		return taken

	def plan(self, item: str, more: int, back: int = 0) -> int:
		"""What the next `more` pieces take of an item: the share of all so far, rounded up, less what was taken."""
		share = -(-self.materials[item].required * (self.processed + more) // self.qty)
		return max(0, share - self.consumed(item) + back)

	def needed(self, item: str) -> int:
		"""For the pieces still to be made; those that wait for rework are made."""
		to_make = self.open - self.waiting
		return self.plan(item, to_make) if to_make > 0 else 0

	def short(self, item: str) -> int:
		material = self.materials[item]
		return max(0, self.needed(item) - material.held - material.staged)

	def gives(self, pieces: int) -> dict[str, int]:
		"""What the next pieces give beside them, all so far rounded down."""
		upto = self.processed + pieces
		return {
			item: int(each * upto) - int(each * self.processed)
			for item, (each, _place) in self.locks[-1].gives.items()
		}
