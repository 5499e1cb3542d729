"""A record can be checked by anybody: plain JSON, one text per value, its own hash."""

import json
import subprocess
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain import record

PARTS = st.one_of(
	st.none(),
	st.booleans(),
	st.integers(min_value=-(2**53), max_value=2**53),
	st.floats(allow_nan=False, allow_infinity=False),
	st.text(),
)
CONTENT = st.dictionaries(
	st.text(),
	st.recursive(PARTS, lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts)),
	max_size=5,
).filter(lambda content: not content.keys() & {"format", "sha256"})


def test_every_value_has_one_text():
	content = {
		"qty": 2.50,
		"rate": Decimal("0.350"),
		"count": 3,
		"nothing": None,
		"at": datetime(2026, 3, 1, 8, 0, 0, 5),
		"on": date(2026, 3, 1),
		"from": time(8, 30),
		"for": timedelta(hours=9),
		"rows": ({"qty": 1e21},),
	}
	assert record.plain(content) == {
		"qty": "2.5",
		"rate": "0.35",
		"count": 3,
		"nothing": None,
		"at": "2026-03-01 08:00:00.000005",
		"on": "2026-03-01",
		"from": "08:30:00",
		"for": "9:00:00",
		"rows": [{"qty": "1000000000000000000000"}],
	}


def test_the_first_record_is_signed_as_it_always_was():
	signed = record.sign({"order": {"name": "PRO-1", "qty": 10.0}})
	assert list(signed) == ["format", "order", "sha256"]
	assert signed["sha256"] == "00c67f91b5c9c2d6b3f5dd62897619f1f94e9576ef8e7bddc4019d5ef4d9d0c2"


@given(CONTENT)
def test_a_record_survives_being_written_and_read(content):
	read = json.loads(json.dumps(record.sign(content)))
	assert record.is_as_signed(read)


@given(CONTENT, st.text())
def test_any_change_is_seen(content, changed):
	signed = record.sign({"order": "as it was", **content})
	for key in signed:
		assert not record.is_as_signed({**signed, key: "bent" + changed})
	assert not record.is_as_signed({**signed, "added by somebody else": changed})


def test_the_guide_says_how_anybody_checks_a_record(tmp_path):
	"""The command of the user guide, on a text with everything that is easily escaped in two ways."""
	signed = record.sign({"order": {"notes": 'ü\x7f\x1f\n"\\/\u2028 😀', "qty": 2.5}})
	(tmp_path / "record.json").write_text(json.dumps(signed, ensure_ascii=False, indent=2))
	assert check(tmp_path) == "True"
	(tmp_path / "record.json").write_text(json.dumps({**signed, "order": {}}))
	assert check(tmp_path) == "False"


def check(folder: Path) -> str:
	guide = (Path(__file__).parents[2] / "docs" / "user-guide.md").read_text()
	command = next(line for line in guide.splitlines() if "hashlib" in line)
	run = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=True)
	return run.stdout.strip()
