"""The sandbox's own Redis servers: one for the cache, one for the queue; nothing is kept on disk."""

from sandbox.host import packages, ports, processes
from sandbox.host.layout import RUN
from sandbox.host.steps import run

SERVERS = ("redis_cache", "redis_queue")


def start() -> None:
	for server in SERVERS:
		if not processes.find(server):
			_start(server, ports.claim(server))


def flush_cache() -> None:
	_flush("redis_cache")


def flush_queue() -> None:
	_flush("redis_queue")


def _flush(server: str) -> None:
	run(
		"redis-cli",
		"-h",
		ports.LOOPBACK,
		"-p",
		str(ports.remembered()[server]),
		"flushall",
		log="redis-flush",
	)


def _start(server: str, port: int) -> None:
	processes.start(
		server,
		["redis-server", "--port", str(port), "--bind", ports.LOOPBACK, "--save", "", "--appendonly", "no"],
		# One binary serves all Redis programs; which one it is, it reads from the name it is called by.
		executable=packages.find("redis-check-rdb"),
		cwd=RUN,
		is_ready=lambda: ports.answers(port),
	)
