"""Materials over HTTP: what may stand in for them, bringing them to the WIP warehouse and back."""

from typing import Any

from production_orders.api.endpoint import reads
from production_orders.api.orders import readable
from production_orders.api.types import Name
from production_orders.services import alternatives as service


@reads
def alternatives(order: Name) -> list[dict[str, Any]]:
	"""[{item_code, alternatives: [{item_code, item_name, warehouse, available_qty}]}] of the materials that have any."""
	return service.of_order(readable(order))
