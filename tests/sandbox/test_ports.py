"""Ports are remembered per clone and given up only to somebody else."""

import socket
from pathlib import Path

from sandbox.host import ports


def test_a_claimed_port_is_remembered(tmp_path: Path) -> None:
	file = tmp_path / "ports.json"
	port = ports.claim("web", file)
	assert port in ports.CANDIDATES
	assert ports.claim("web", file) == port
	assert ports.remembered(file) == {"web": port}


def test_services_of_one_sandbox_never_share_a_port(tmp_path: Path) -> None:
	file = tmp_path / "ports.json"
	services = [f"service-{number}" for number in range(20)]
	assert len({ports.claim(service, file) for service in services}) == len(services)


def test_a_port_somebody_else_took_is_chosen_again(tmp_path: Path) -> None:
	file = tmp_path / "ports.json"
	taken = ports.claim("web", file)
	other = ports.claim("mariadb", file)
	with socket.socket() as foreign:
		foreign.bind((ports.LOOPBACK, taken))
		foreign.listen()
		assert ports.answers(taken)
		chosen = ports.claim("web", file)
	assert chosen != taken
	assert ports.remembered(file) == {"web": chosen, "mariadb": other}


def test_a_free_port_does_not_answer(tmp_path: Path) -> None:
	assert not ports.answers(ports.claim("web", tmp_path / "ports.json"))
