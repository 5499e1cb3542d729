"""Units that are not good: why, and whether they are scrap or wait to be reworked."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .quantity import total

SCRAP = "Scrap"
REWORK = "Rework"


@dataclass(frozen=True)
class Reject:
	"""So many units rejected for one reason, in the stock UOM."""

	qty: Decimal
	reason: str = ""
	disposition: str = SCRAP


def quantity(rejects: Iterable[Reject], disposition: str) -> Decimal:
	return total(reject.qty for reject in rejects if reject.disposition == disposition)


def reasons(rejects: Iterable[Reject]) -> str:
	"""Every reason once, as they came."""
	return "; ".join(dict.fromkeys(reject.reason for reject in rejects if reject.reason))
