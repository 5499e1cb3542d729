"""Runs completed before there was a genealogy get theirs, from their Stock Entries."""

from production_orders.services import genealogy


def execute() -> None:
	genealogy.write_missing()
