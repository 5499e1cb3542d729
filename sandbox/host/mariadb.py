"""The sandbox's own MariaDB server, on its own data folder."""

import getpass
import subprocess
from pathlib import Path

from sandbox.host import packages, ports, processes
from sandbox.host.layout import DATABASE, LOGS
from sandbox.host.parts import Part
from sandbox.host.steps import StepFailed, failure_report, run

SERVER = "mariadb"
ROOT_PASSWORD = "sandbox"


def start() -> None:
	if not processes.find(SERVER):
		_start(ports.claim(SERVER))


def stop() -> None:
	processes.stop(SERVER)


def execute(sql: str) -> None:
	"""Run statements as root."""
	_client("mariadb", "--execute", sql)


def load(database: str, dump: Path) -> None:
	with dump.open("rb") as source:
		_client("mariadb", database, stdin=source)


def dump(database: str, target: Path) -> None:
	_client("mariadb-dump", "--single-transaction", f"--result-file={target}", database)


def _client(program: str, *arguments: str, stdin: object = subprocess.DEVNULL) -> None:
	port = ports.remembered()[SERVER]
	login = ("--no-defaults", f"--host={ports.LOOPBACK}", f"--port={port}", "--user=root")
	log = LOGS / f"{program}.log"
	with log.open("wb") as output:
		finished = subprocess.run(
			[packages.find(program), *login, f"--password={ROOT_PASSWORD}", *arguments],
			stdin=stdin,
			stdout=output,
			stderr=subprocess.STDOUT,
			check=False,
		)
	if finished.returncode:
		raise StepFailed(failure_report(f"{program} ended with {finished.returncode}", log))


def _start(port: int) -> None:
	processes.start(
		SERVER,
		[
			packages.find("mariadbd"),
			"--no-defaults",
			f"--user={getpass.getuser()}",
			f"--datadir={DATABASE}",
			# Relative to the data folder: a full path may be longer than a socket's name can be.
			"--socket=mariadb.sock",
			f"--port={port}",
			f"--bind-address={ports.LOOPBACK}",
			"--skip-name-resolve",
			"--character-set-server=utf8mb4",
			"--collation-server=utf8mb4_unicode_ci",
			"--max-allowed-packet=256M",
			"--innodb-buffer-pool-size=512M",
			# A killed server loses nothing; a power cut may, and then the sandbox is built anew.
			"--innodb-flush-method=nosync",
		],
		cwd=DATABASE,
		is_ready=lambda: ports.answers(port),
	)


def _create() -> None:
	DATABASE.mkdir()
	passwords = LOGS / "mariadb-passwords.sql"
	passwords.write_text(
		"FLUSH PRIVILEGES;\n"
		f"ALTER USER root@localhost IDENTIFIED BY '{ROOT_PASSWORD}';\n"
		f"ALTER USER root@'{ports.LOOPBACK}' IDENTIFIED BY '{ROOT_PASSWORD}';\n"
	)
	run(
		"mariadb-install-db",
		"--no-defaults",
		f"--user={getpass.getuser()}",
		f"--datadir={DATABASE}",
		"--auth-root-authentication-method=normal",
		# Also where the machine cannot look up its own name.
		"--force",
		"--skip-test-db",
		f"--extra-file={passwords}",
		log="mariadb-install",
	)


DATABASE_PART = Part(
	name="database",
	title="MariaDB's data folder",
	made_from=lambda: (ROOT_PASSWORD,),
	outputs=(DATABASE,),
	build=_create,
)
