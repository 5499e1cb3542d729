"""`python -m benchmarks [--large] [--repeats N]` in the bench BENCH on the site SITE; leaves nothing behind."""

import argparse
import os
from itertools import chain

import frappe

from benchmarks import (
	availability,
	completion,
	confirmation,
	demand,
	history,
	invariants,
	reallocation,
	structures,
	table,
	trace,
)
from fixtures.plants import load


def main() -> None:
	arguments = _arguments()
	os.chdir(os.path.join(os.environ["BENCH"], "sites"))
	frappe.init(site=os.environ["SITE"], sites_path=".")
	frappe.connect()
	plant = load("bicycle")
	frappe.db.commit()
	if not confirmation.is_real_erpnext():
		print("The stand-in's Work Orders do nothing: confirming is measured alone.")
	rows = (*completion.ROWS, 500) if arguments.large else completion.ROWS
	table.show(
		chain(
			confirmation.figures(plant, arguments.repeats),
			structures.figures(plant, arguments.repeats),
			availability.figures(plant, arguments.repeats),
			reallocation.figures(plant, arguments.repeats),
			demand.figures(plant, arguments.repeats),
			history.figures(plant, arguments.repeats),
			invariants.figures(plant, arguments.repeats),
			trace.figures(plant, arguments.repeats),
			completion.figures(plant, arguments.repeats, rows),
		)
	)
	frappe.destroy()


def _arguments() -> argparse.Namespace:
	parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
	parser.add_argument("--large", action="store_true", help="complete a run of 500 rows too")
	parser.add_argument("--repeats", type=int, default=3, help="timings per figure; the median is shown")
	return parser.parse_args()


if __name__ == "__main__":
	main()
