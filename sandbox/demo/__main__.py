"""Plays the story against a running site, after `python -m fixtures.load` has put the plants there:

python -m sandbox.demo --url http://127.0.0.1:8000 --site demo.localhost --users users.json

Every argument may come from the environment: BASE_URL, SITE and BENCH (users file: $BENCH/demo-users.json).
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import requests

from . import (
	step1_preview,
	step2_confirm,
	step3_engineering,
	step4_protection,
	step5_runs,
	step6_close,
	step7_paint,
)
from .client import Refused, log_in
from .story import Broken, Plant, Story
from .text import Headline

STEPS = (
	step1_preview,
	step2_confirm,
	step3_engineering,
	step4_protection,
	step5_runs,
	step6_close,
	step7_paint,
)


def main() -> int:
	story = _story(_arguments())
	started = time.monotonic()
	try:
		for number, step in enumerate(STEPS, start=1):
			with Headline(number, step.__doc__ or ""):
				step.tell(story)
	except (Broken, Refused, requests.RequestException) as error:
		print(f"\nThe story broke: {error}", file=sys.stderr)
		return 1
	print(f"\nThe whole story took {time.monotonic() - started:.1f} s; every ✓ was checked.")
	return 0


def _arguments() -> argparse.Namespace:
	parser = argparse.ArgumentParser(
		prog="python -m sandbox.demo",
		description=__doc__,
		formatter_class=argparse.RawDescriptionHelpFormatter,
	)
	parser.add_argument("--url", default=os.environ.get("BASE_URL"))
	parser.add_argument("--site", default=os.environ.get("SITE"))
	parser.add_argument("--users", type=Path, default=Path(os.environ.get("BENCH", ".")) / "demo-users.json")
	arguments = parser.parse_args()
	if not arguments.url:
		parser.error("say where the site is served: --url or BASE_URL")
	if not arguments.users.exists():
		parser.error(f"{arguments.users} is missing: run `python -m fixtures.load {arguments.users}` first")
	return arguments


def _story(arguments: argparse.Namespace) -> Story:
	people = {
		plant: {key: log_in(arguments.url, arguments.site, user) for key, user in users.items()}
		for plant, users in json.loads(arguments.users.read_text()).items()
	}
	return Story(
		bicycle=Plant("Bicycle Works", "BW", people["bicycle"]),
		paint=Plant("Paint Works", "PW", people["paint"]),
	)


if __name__ == "__main__":
	sys.exit(main())
