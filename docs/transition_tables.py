"""Writes the transition tables of `domain/lifecycle.py` into docs/architecture.md: python3 docs/transition_tables.py"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from production_orders.domain.lifecycle import DOCSTATUS, TABLES, Table  # noqa: E402

DOCUMENT = ROOT / "docs" / "architecture.md"
BEGIN = "<!-- transition tables: begin, written by docs/transition_tables.py -->\n"
END = "<!-- transition tables: end -->\n"


def render() -> str:
	return "\n".join(_section(doctype, table) for doctype, table in TABLES.items())


def _section(doctype: str, table: Table) -> str:
	docstatus = DOCSTATUS.get(doctype, {})
	rows = [
		f"| {status} | {docstatus.get(status, '')} | {_moves(moves) or 'final'} |"
		for status, moves in table.items()
	]
	return "\n".join(
		[f"**{doctype}**", "", "| status | docstatus | may become |", "|---|---|---|", *rows, ""]
	)


def _moves(moves: dict[str, str]) -> str:
	return ", ".join(f"{target} ({action})" for target, action in moves.items())


def written_into(text: str) -> str:
	"""`text` with the tables between the two marks replaced by today's."""
	before, _, rest = text.partition(BEGIN)
	_, _, after = rest.partition(END)
	return f"{before}{BEGIN}{render()}{END}{after}"


if __name__ == "__main__":
	DOCUMENT.write_text(written_into(DOCUMENT.read_text()))
