"""Planning Horizons: what one may say, which one is meant, and the buckets it stands for today."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from production_orders.domain.horizon import BUCKETS, Horizon
from production_orders.errors import Problems

LONGEST = 1095
"""Three years: beyond that neither orders nor buckets mean anything."""


def check(horizon: Document) -> None:
	problems = Problems()
	if not 1 <= cint(horizon.days) <= LONGEST:
		problems.add(
			"days",
			_("Planning Horizon {0} must look 1 to {1} days ahead, not {2}.").format(
				horizon.horizon_name, LONGEST, horizon.days or 0
			),
		)
	if horizon.bucket not in BUCKETS:
		problems.add(
			"bucket",
			_("Planning Horizon {0}: the bucket is one of {1}, not {2}.").format(
				horizon.horizon_name, ", ".join(BUCKETS), horizon.bucket
			),
		)
	problems.throw_any()


def be_the_only_default(horizon: Document) -> None:
	if horizon.is_default:
		others = {"is_default": 1, "name": ["!=", horizon.name]}
		frappe.db.set_value("Planning Horizon", others, "is_default", 0)


def find(name: str | None) -> Document:
	"""The horizon of this name, or the default one; raises DoesNotExistError or InvalidInput."""
	name = name or frappe.db.get_value("Planning Horizon", {"is_default": 1})
	if not name:
		problems = Problems()
		problems.add(
			"horizon", _("No Planning Horizon is the default. Name one, or make one of them the default.")
		)
		problems.throw_any()
	horizon = frappe.get_doc("Planning Horizon", name)
	check(horizon)
	return horizon


def window(horizon: Document) -> Horizon:
	"""What the horizon means today."""
	return Horizon(getdate(today()), cint(horizon.days), horizon.bucket)
