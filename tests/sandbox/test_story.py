"""The story that `make demo` plays is true, on whatever host the suite runs."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import frappe
import pytest

from tests.support.http import ROOT, Server


@pytest.fixture
def users(server: Server, tmp_path: Path):
	"""The file that tells the story who plays in it; what it leaves in the plants is mended after."""
	file = tmp_path / "users.json"
	people = {
		name: {key: asdict(user) for key, user in plant.users.items()}
		for name, plant in server.plants.items()
	}
	file.write_text(json.dumps(people))
	yield file
	frappe.db.rollback()
	for plant in server.plants.values():
		plant.restore()
	frappe.db.commit()


def test_every_sentence_of_the_story_is_true(server: Server, users: Path):
	told = subprocess.run(
		[sys.executable, "-m", "sandbox.demo", "--url", server.base_url, "--users", users],
		cwd=ROOT,
		env=os.environ.copy(),
		capture_output=True,
		text=True,
		check=False,
	)
	assert told.returncode == 0, told.stdout[-3000:] + told.stderr
	assert "every ✓ was checked" in told.stdout
