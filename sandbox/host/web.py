"""The demo's web server and its worker for background jobs."""

from sandbox.host import ports, processes, redis
from sandbox.host.layout import DEMO_SITE, ENVIRONMENT, PYTHON, REPOSITORY, SITES

WEB = "web"
WORKER = "worker"
QUEUES = "short,default,long"


def start() -> None:
	_start_web(ports.claim(WEB))
	# Jobs left by a former site must not run on this one.
	redis.flush_queue()
	_start_worker()


def stop() -> None:
	processes.stop(WEB)
	processes.stop(WORKER)


def address() -> str:
	return f"http://{ports.LOOPBACK}:{ports.remembered()[WEB]}"


def _start_web(port: int) -> None:
	processes.start(
		WEB,
		[
			ENVIRONMENT / "bin" / "gunicorn",
			"sandbox.host.wsgi:application",
			f"--pythonpath={REPOSITORY}",
			f"--bind={ports.LOOPBACK}:{port}",
			"--workers=2",
			"--threads=4",
			"--timeout=120",
			"--preload",
		],
		cwd=SITES,
		env={"SITE": DEMO_SITE},
		is_ready=lambda: ports.answers(port),
	)


def _start_worker() -> None:
	processes.start(
		WORKER,
		[PYTHON, "-m", "frappe.utils.bench_helper", "frappe", "worker", "--queue", QUEUES],
		cwd=SITES,
		is_ready=lambda: True,
	)
