"""What has to be made and bought, bucket by bucket: one line per item and warehouse, its figures below it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from frappe import _
from frappe.utils import cint, escape_html, formatdate, get_link_to_form

from production_orders import permissions
from production_orders.domain.horizon import MONTH, Bucket, Horizon
from production_orders.domain.net_requirements import Requirement
from production_orders.domain.pegging import PlannedSupply
from production_orders.production_orders.report.filters import permitted
from production_orders.services import horizons, planned_supply, planning
from production_orders.services.planned_supply import Plan

FIGURES = {
	"gross": "Demand",
	"receipts": "Expected",
	"net": "Missing",
	"planned": "Planned",
	"projected": "Stock at the End",
}
"""What of every bucket is shown below an item, in this order."""
MOST_LINKS = 20
Rows = list[dict[str, Any]]


def execute(
	filters: dict[str, Any] | None = None,
) -> tuple[Rows, Rows, str | None, dict[str, Any] | None, Rows]:
	asked = permitted(filters, "Production Order")
	if asked.horizon:
		permissions.require("Planning Horizon", "read", asked.horizon)
	horizon = horizons.find(asked.horizon)
	plans = [planned_supply.plan_of(view) for view in planning.views(horizon, asked.company)]
	shown = [
		requirement for plan in plans for requirement in plan.requirements if _is_asked(requirement, asked)
	]
	window = horizons.window(horizon)
	supplies = [supply for requirement in shown for supply in requirement.planned]
	return (
		_columns(window),
		[row for requirement in shown for row in _rows(requirement)],
		_message(plans),
		_chart(window, shown, supplies, bool(asked.item_code)) if supplies else None,
		_summary(supplies) if shown else [],
	)


def _is_asked(requirement: Requirement, asked: Any) -> bool:
	return (
		asked.item_code in (None, "", requirement.item_code)
		and asked.warehouse in (None, "", requirement.warehouse)
		and bool(requirement.planned or not cint(asked.only_planned))
	)


def _rows(requirement: Requirement) -> Iterator[dict[str, Any]]:
	"""The item with what is planned of it, then every figure; nothing rather than zero where nothing happens."""
	planned = {index: float(figures.planned) or None for index, figures in enumerate(requirement.buckets)}
	yield {
		"indent": 0,
		"item_code": requirement.item_code,
		"warehouse": requirement.warehouse,
		"supply": _("Make") if requirement.is_made else _("Buy"),
		"on_hand": float(requirement.on_hand),
		"total": float(sum(figures.planned for figures in requirement.buckets)) or None,
		"late": [index for index, figures in enumerate(requirement.buckets) if figures.is_late],
		**_cells(planned),
	}
	for field, label in FIGURES.items():
		amounts = {
			index: float(getattr(figures, field)) or (0.0 if field == "projected" else None)
			for index, figures in enumerate(requirement.buckets)
		}
		yield {"indent": 1, "item_code": _(label), "figure": field, "on_hand": None, **_cells(amounts)}


def _cells(amounts: dict[int, float | None]) -> dict[str, float | None]:
	return {f"bucket_{index}": amount for index, amount in amounts.items()}


def _columns(window: Horizon) -> Rows:
	return [
		{"fieldname": "item_code", "label": _("Item"), "fieldtype": "Data", "width": 210},
		{
			"fieldname": "warehouse",
			"label": _("Warehouse"),
			"fieldtype": "Link",
			"options": "Warehouse",
			"width": 150,
		},
		{"fieldname": "supply", "label": _("Supply"), "fieldtype": "Data", "width": 75},
		{"fieldname": "on_hand", "label": _("Free Stock"), "fieldtype": "Float", "width": 105},
		{"fieldname": "total", "label": _("Planned"), "fieldtype": "Float", "width": 95},
		*(
			{"fieldname": f"bucket_{index}", "label": label, "fieldtype": "Float", "width": 92}
			for index, label in enumerate(_labels(window))
		),
	]


def _labels(window: Horizon) -> list[str]:
	"""Days and weeks by their first day, months by their names."""
	return [_label(bucket, window.bucket) for bucket in window.buckets]


def _label(bucket: Bucket, kind: str) -> str:
	return formatdate(bucket.start, "MMM yyyy" if kind == MONTH else "d MMM")


def _message(plans: Iterable[Plan]) -> str | None:
	"""What keeps the plan from being carried out, and what of earlier plans is in vain."""
	problems = [problem["problem"] for plan in plans for problem in planned_supply.problems(plan)]
	surplus = [name for plan in plans for name in plan.surplus]
	said = []
	if problems:
		listed = "".join(f"<li>{escape_html(problem)}</li>" for problem in dict.fromkeys(problems))
		said.append(f"<p>{_('Before this can be made and bought:')}</p><ul>{listed}</ul>")
	if surplus:
		links = ", ".join(get_link_to_form("Production Order", name) for name in surplus[:MOST_LINKS])
		links += " …" if len(surplus) > MOST_LINKS else ""
		sentence = _("{0} drafts planned earlier are not needed any more, delete them: {1}")
		said.append(f"<p>{sentence.format(len(surplus), links)}</p>")
	return "".join(said) or None


def _chart(
	window: Horizon, shown: Sequence[Requirement], supplies: Sequence[PlannedSupply], is_one_item: bool
) -> dict[str, Any]:
	"""Of one item its quantities; of many, which cannot be added up, how many orders and request rows are due."""
	if is_one_item:
		series = {
			_("Missing"): [float(sum(each.net for each in column)) for column in _by_bucket(shown)],
			_("Planned"): [float(sum(each.planned for each in column)) for column in _by_bucket(shown)],
			_("Stock at the End"): [
				float(sum(each.projected for each in column)) for column in _by_bucket(shown)
			],
		}
		types = ("bar", "bar", "line")
	else:
		made = [window.index(supply.due) for supply in supplies if supply.bom_no]
		bought = [window.index(supply.due) for supply in supplies if not supply.bom_no]
		series = {
			_("To Make"): [made.count(index) for index in range(len(window.buckets))],
			_("To Buy"): [bought.count(index) for index in range(len(window.buckets))],
		}
		types = ("bar", "bar")
	datasets = [
		{"name": name, "values": values, "chartType": kind}
		for (name, values), kind in zip(series.items(), types, strict=True)
	]
	return {
		"type": "axis-mixed" if is_one_item else "bar",
		"data": {"labels": _labels(window), "datasets": datasets},
		"colors": ["#f5a623", "#2490ef", "#98d85b"] if is_one_item else ["#2490ef", "#98d85b"],
		"barOptions": {"stacked": 0 if is_one_item else 1},
		"fieldtype": "Float" if is_one_item else "Int",
		"animate": 0,
		"disableEntryAnimation": 1,
	}


def _by_bucket(shown: Sequence[Requirement]) -> Iterator[tuple[Any, ...]]:
	return zip(*(requirement.buckets for requirement in shown), strict=True)


def _summary(supplies: Sequence[PlannedSupply]) -> Rows:
	made = sum(1 for supply in supplies if supply.bom_no)
	late = sum(1 for supply in supplies if supply.is_late)
	return [
		_card(_("Orders to Make"), made, "Blue"),
		_card(_("Rows to Buy"), len(supplies) - made, "Blue"),
		_card(_("Late Already"), late, "Red" if late else "Green"),
	]


def _card(label: str, count: int, indicator: str) -> dict[str, Any]:
	return {"label": label, "value": count, "datatype": "Int", "indicator": indicator}
