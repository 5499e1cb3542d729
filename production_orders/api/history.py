"""An order's history over HTTP: read it, check that nobody bent it, take all of it away."""

from dataclasses import asdict
from typing import Any

from production_orders.api.endpoint import reads
from production_orders.api.orders import readable
from production_orders.api.types import Name
from production_orders.services import events as service
from production_orders.services import export as record
from production_orders.services import verification


@reads
def events(order: Name) -> list[dict[str, Any]]:
	"""Every event in sequence, details decoded where they can be."""
	return [
		{**asdict(event), "details": service.details(event), "hash": stored}
		for event, stored in service.of(readable(order).name)
	]


@reads
def verify(order: Name) -> dict[str, Any]:
	"""{order, intact, events, head, problems[]}: the chain of events, the documents it tells of, the BOM lock."""
	doc = readable(order)
	problems = [asdict(problem) for problem in verification.of(doc)]
	return {
		"order": doc.name,
		"intact": not problems,
		"events": doc.event_count,
		"head": doc.event_head,
		"problems": problems,
	}


@reads
def export(order: Name) -> dict[str, Any]:
	"""The order's whole record, signed by the hash of its content."""
	return record.export(readable(order))
