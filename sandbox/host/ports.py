"""Loopback ports: chosen once for this clone, remembered, and chosen again only when somebody else took one."""

import json
import random
import socket
from pathlib import Path

from sandbox.host.files import write_whole
from sandbox.host.layout import BENCH

LOOPBACK = "127.0.0.1"
# Below the range from which the kernel hands out ports to outgoing connections.
CANDIDATES = range(20000, 30000)


def remembered(file: Path = BENCH / "ports.json") -> dict[str, int]:
	return json.loads(file.read_text()) if file.exists() else {}


def claim(service: str, file: Path = BENCH / "ports.json") -> int:
	"""The port a service that is not running may bind now."""
	ports = remembered(file)
	if service not in ports or not is_free(ports[service]):
		ports[service] = _choose(set(ports.values()))
		write_whole(file, json.dumps(ports, indent="\t") + "\n")
	return ports[service]


def is_free(port: int) -> bool:
	with socket.socket() as probe:
		probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		try:
			probe.bind((LOOPBACK, port))
		except OSError:
			return False
	return True


def answers(port: int) -> bool:
	with socket.socket() as probe:
		probe.settimeout(1)
		return probe.connect_ex((LOOPBACK, port)) == 0


def _choose(taken: set[int]) -> int:
	return next(
		port for port in random.sample(CANDIDATES, len(CANDIDATES)) if port not in taken and is_free(port)
	)
