"""An order's history over HTTP: read it, and check that nobody bent it."""

import json
from dataclasses import asdict
from typing import Any

from production_orders.api.endpoint import reads
from production_orders.api.orders import readable
from production_orders.api.types import Name
from production_orders.services import bom_lock
from production_orders.services import events as service


@reads
def events(order: Name) -> list[dict[str, Any]]:
	"""Every event in sequence, details decoded."""
	return [
		{**asdict(event), "details": json.loads(event.details), "hash": stored}
		for event, stored in service.of(readable(order).name)
	]


@reads
def verify(order: Name) -> dict[str, Any]:
	"""{order, intact, events, head, problems[]}: the chain of events and the content of the BOM lock."""
	doc = readable(order)
	problems = [asdict(problem) for problem in service.verify(doc)]
	if doc.bom_lock and not bom_lock.is_intact(doc):
		problems.append({"sequence": None, "kind": "lock edited"})
	return {
		"order": doc.name,
		"intact": not problems,
		"events": doc.event_count,
		"head": doc.event_head,
		"problems": problems,
	}
