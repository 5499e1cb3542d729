"""Files that are there whole or not at all, however early somebody presses Ctrl-C; links that stay when right."""

from pathlib import Path


def write_whole(file: Path, text: str) -> None:
	file.parent.mkdir(parents=True, exist_ok=True)
	unfinished = file.with_name(f"{file.name}.unfinished")
	unfinished.write_text(text)
	unfinished.rename(file)


def link(path: Path, target: Path) -> None:
	if not (path.is_symlink() and path.readlink() == target):
		path.unlink(missing_ok=True)
		path.symlink_to(target)
