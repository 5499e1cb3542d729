"""A part of the sandbox is built once, and never reused half-built."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.host import parts
from sandbox.host.parts import Part, ensure


@pytest.fixture
def make_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Part]:
	monkeypatch.setattr(parts, "STAMPS", tmp_path / "stamps")
	source = tmp_path / "source"
	source.write_text("one")
	output = tmp_path / "output"

	def build() -> None:
		output.mkdir()
		(output / "built-from").write_text(source.read_text())

	def make(**changes: object) -> Part:
		values = {
			"name": "thing",
			"title": "a thing",
			"made_from": lambda: (source,),
			"outputs": (output,),
			"build": build,
		}
		return Part(**{**values, **changes})

	return make


def test_a_finished_part_is_left_alone(make_part: Callable[..., Part]) -> None:
	ensure(make_part())
	builds: list[str] = []
	ensure(make_part(build=lambda: builds.append("again")))
	assert builds == []


def test_a_part_is_made_anew_when_a_source_changes(
	make_part: Callable[..., Part], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
	ensure(make_part())
	(tmp_path / "source").write_text("two")
	ensure(make_part())
	assert (tmp_path / "output" / "built-from").read_text() == "two"
	assert "thing: out of date, made anew" in capsys.readouterr().out


def test_a_part_is_made_anew_when_its_output_is_gone(
	make_part: Callable[..., Part], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
	ensure(make_part())
	(tmp_path / "output" / "built-from").unlink()
	(tmp_path / "output").rmdir()
	ensure(make_part())
	assert (tmp_path / "output" / "built-from").read_text() == "one"
	assert "thing: incomplete, made anew" in capsys.readouterr().out


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_a_half_built_part_is_thrown_away_and_said_so(
	make_part: Callable[..., Part],
	tmp_path: Path,
	capsys: pytest.CaptureFixture[str],
	stop: type[BaseException],
) -> None:
	def stop_half_way() -> None:
		(tmp_path / "output").mkdir()
		(tmp_path / "output" / "half").touch()
		raise stop

	with pytest.raises(stop):
		ensure(make_part(build=stop_half_way))
	assert not make_part().is_built()

	ensure(make_part())
	assert [file.name for file in (tmp_path / "output").iterdir()] == ["built-from"]
	assert "thing: half-built, made anew" in capsys.readouterr().out


def test_a_part_stopped_before_it_had_an_output_is_said_to_be_half_built(
	make_part: Callable[..., Part], capsys: pytest.CaptureFixture[str]
) -> None:
	def stop_at_once() -> None:
		raise KeyboardInterrupt

	with pytest.raises(KeyboardInterrupt):
		ensure(make_part(build=stop_at_once))
	ensure(make_part())
	assert "thing: half-built, made anew" in capsys.readouterr().out


def test_a_part_follows_the_part_it_is_made_from(make_part: Callable[..., Part], tmp_path: Path) -> None:
	follower = make_part(name="follower", made_from=lambda: (make_part(),))
	before = follower.fingerprint()
	(tmp_path / "source").write_text("two")
	assert follower.fingerprint() != before


def test_a_renamed_source_counts_as_a_change(tmp_path: Path) -> None:
	first, second = tmp_path / "first", tmp_path / "second"
	first.write_text("same")
	second.write_text("same")
	assert parts.fingerprint([first]) != parts.fingerprint([second])
