"""Programs that come from the operating system: found, or installed with apt when we may."""

import os
import shutil

from sandbox.host.steps import StepFailed, run, step

# Program -> Debian package. The server binaries come without the packages that would start system services.
DATABASE = {"mariadbd": "mariadb-server-core", "mariadb-dump": "mariadb-client"}
QUEUE = {"redis-check-rdb": "redis-tools"}
ASSETS = {"node": "nodejs", "npm": "npm"}
BROWSER = {"chromium": "chromium"}

# Not on the path of every user.
SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])


def find(program: str) -> str | None:
	return shutil.which(program, path=SEARCH_PATH)


def require(*groups: dict[str, str]) -> None:
	"""Install what is missing, or say how somebody with the right to can do it."""
	wanted = {program: package for group in groups for program, package in group.items()}
	missing = sorted({package for program, package in wanted.items() if not find(program)})
	if missing:
		install(missing)


def install(packages: list[str]) -> None:
	names = " ".join(packages)
	if os.geteuid() != 0 or not find("apt-get"):
		raise StepFailed(f"Missing on this machine: {names}. As root: apt-get install {names}")
	with step(f"system packages: {names}"):
		_apt("update")
		_apt("install", "-y", "--no-install-recommends", *packages)


def _apt(*arguments: str) -> None:
	run(
		"apt-get",
		"-o",
		"DPkg::Lock::Timeout=300",
		*arguments,
		log=f"apt-{arguments[0]}",
		env={"DEBIAN_FRONTEND": "noninteractive"},
	)
