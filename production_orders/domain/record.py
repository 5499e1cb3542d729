"""An order's whole record as one JSON document that carries the hash of its own content."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from .quantity import canonical

FORMAT = "production-orders-record/1"


def sign(content: Mapping[str, Any]) -> dict[str, Any]:
	"""Plain JSON (numbers with decimals as strings) with its format and, last, the SHA-256 of all the rest."""
	document = {"format": FORMAT, **plain(content)}
	return {**document, "sha256": digest(document)}


def is_as_signed(document: Mapping[str, Any]) -> bool:
	rest = {key: value for key, value in document.items() if key != "sha256"}
	return digest(rest) == document.get("sha256")


def digest(document: Mapping[str, Any]) -> str:
	"""Of its one text: keys sorted, no blanks, all in ASCII."""
	text = json.dumps(document, sort_keys=True, separators=(",", ":"))
	return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
	"""What a database row says, in words that every JSON parser reads alike: no number has a point."""
	if isinstance(value, Mapping):
		return {str(key): plain(part) for key, part in value.items()}
	if isinstance(value, list | tuple):
		return [plain(part) for part in value]
	if isinstance(value, float | Decimal):
		return canonical(Decimal(str(value)))
	if isinstance(value, datetime):
		return value.isoformat(sep=" ")
	if isinstance(value, date | time | timedelta):
		return str(value)
	return value
