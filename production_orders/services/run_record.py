"""Writes a completed run down: its output, its consumption, its times and what it cost."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from frappe.model.document import Document
from frappe.utils import now_datetime

from production_orders import system
from production_orders.domain import rejects
from production_orders.domain.lifecycle import COMPLETED
from production_orders.domain.quantity import ZERO
from production_orders.domain.variance import MaterialVariance, RunVariance
from production_orders.erpnext_bridge.stock_entry import Posted, Received
from production_orders.services import clock, operating_cost, outputs, transitions
from production_orders.services.run_report import Report

CONSUMPTION = "Production Run Consumption"


def write(
	order: Document,
	run: Document,
	report: Report,
	entry: Document | None,
	posted: Sequence[Posted],
	received: Sequence[Received],
	variance: RunVariance,
) -> None:
	"""Complete and submit a run whose stock has moved; the event goes into the order's history."""
	_spare_the_known(run, report)
	clock.end(run)
	run.update(_figures(report, variance))
	if entry:
		run.update({"stock_entry": entry.name, **outputs.of_order(received)})
	run.set("rejects", outputs.reject_rows(report, received))
	run.set("outputs", outputs.rows(received))
	run.set("labour", operating_cost.labour_rows(order, report.labour or ()))
	run.set("downtime", list(report.downtime))
	transitions.move(
		run,
		COMPLETED,
		order=order,
		good=report.good,
		rejected=report.rejected,
		to_rework=report.to_rework,
		loss=report.loss,
		rework=bool(run.is_rework),
		stock_entry=run.stock_entry,
	)
	run.docstatus = 1
	system.save(run)
	_write_consumption(run, _consumption_rows(order, posted, variance))


def _spare_the_known(run: Document, report: Report) -> None:
	"""Let Frappe look up only the links that the floor names, and delete only rows that others take the place of."""
	run.flags.ignore_links = not (report.labour or report.downtime)
	kept = [
		table
		for table in run.meta.get_table_fields()
		if table.fieldname == "intervals" or not run.get(table.fieldname)
	]
	run.flags.ignore_children_type = [table.options for table in kept]


def _write_consumption(run: Document, rows: list[dict[str, Any]]) -> None:
	"""In bulk (ADR 0009): one statement for any number of materials, which the ledger has accepted already."""
	placed = {"parent": run.name, "parenttype": run.doctype, "parentfield": "consumption", "docstatus": 1}
	rows = [
		{"name": f"{run.name}-C{idx:05d}", **placed, "idx": idx, **row}
		for idx, row in enumerate(rows, start=1)
	]
	system.insert_rows(CONSUMPTION, rows)
	run.set("consumption", rows)


def _figures(report: Report, variance: RunVariance) -> dict[str, Any]:
	return {
		"produced_qty": float(report.good),
		"rejected_qty": float(report.rejected),
		"process_loss_qty": float(report.loss),
		"reject_reason": rejects.reasons(report.rejects),
		"rework_qty": float(report.to_rework),
		"serial_nos": report.serial_nos,
		"posting_datetime": report.at or now_datetime(),
		**_money(variance),
		"setup_minutes": _minutes(row for row in report.labour or () if row["activity"] == "Setup"),
		"downtime_minutes": _minutes(report.downtime),
	}


def _money(variance: RunVariance) -> dict[str, float]:
	parts = {f"{part}_variance": amount for part, amount in variance.parts.items()}
	costs = {f"{kind}_cost": amount for kind, amount in vars(variance.cost).items()}
	totals = {
		"standard_cost": variance.standard_cost,
		"actual_cost": variance.cost.actual,
		"total_variance": variance.total,
	}
	return {field: float(amount) for field, amount in {**costs, **parts, **totals}.items()}


def _minutes(rows: Any) -> float:
	return float(sum(row["minutes"] for row in rows))


def _consumption_rows(
	order: Document, posted: Sequence[Posted], variance: RunVariance
) -> list[dict[str, Any]]:
	"""What was planned and what was taken; one row per batch, the plan on the first of a material."""
	units = {row.item_code: row.stock_uom for row in order.materials}
	taken: dict[Any, list[Posted]] = {}
	for posting in posted:
		draw = posting.draw
		taken.setdefault((posting.key, draw.material, draw.replaces), []).append(posting)
	rows = []
	for material in variance.materials:
		key, planned = (material.item_code, material.warehouse), material.planned_qty
		postings = taken.get((key, material.material, material.replaces))
		for posting in postings or [Posted.nothing(*key, units.get(material.item_code, order.stock_uom))]:
			rows.append(_consumption_row(material, posting, planned))
			planned = ZERO
	return rows


def _consumption_row(material: MaterialVariance, posting: Posted, planned: Decimal) -> dict[str, Any]:
	return {
		"item_code": material.item_code,
		"replaces": material.replaces or None,
		"material": material.material,
		"warehouse": material.warehouse,
		"stock_uom": posting.draw.stock_uom,
		"batch_no": posting.batch_no or None,
		"serial_nos": posting.draw.serial_nos,
		"planned_qty": float(planned),
		"qty": float(max(posting.qty, ZERO)),
		"returned_qty": float(max(-posting.qty, ZERO)),
		"difference_qty": float(posting.qty - planned),
		"standard_rate": float(material.standard_rate),
		"actual_rate": float(posting.cost / posting.qty) if posting.qty else 0,
		"amount": float(posting.cost),
	}
