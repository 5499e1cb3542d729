"""The files that make the folder a bench, on which the `bench` command of frappe-bench works."""

import base64
import getpass
import json

from sandbox.host import assets, mariadb, ports
from sandbox.host.environment import VERSION_NAME
from sandbox.host.files import link
from sandbox.host.layout import APPS, BENCH, CONFIG, ENVIRONMENT, LOGS, MARKER, REPOSITORY, RUN, SITES

STAND_IN = REPOSITORY / "sandbox" / "erpnext"
# In the order of installation.
LINKED_APPS = {"erpnext": STAND_IN, "production_orders": REPOSITORY}
APP_NAMES = ("frappe", *LINKED_APPS)

# Sites copied from one snapshot must read the same secrets; nothing in a sandbox is secret.
ENCRYPTION_KEY = base64.urlsafe_b64encode(b"sandbox".ljust(32)).decode()


def make_folders() -> None:
	"""The folders, and the file by which `make clean` knows that the bench is ours to remove."""
	for folder in (BENCH, APPS, SITES, CONFIG / "pids", LOGS, RUN):
		folder.mkdir(parents=True, exist_ok=True)
	MARKER.write_text("Built by `make`; `make clean` removes this folder.\n")


def link_apps() -> None:
	"""Put the apps of the repository beside Frappe and all of them on Python's path."""
	for app, source in LINKED_APPS.items():
		link(APPS / app, source)
		assets.link_public(app)
	path = ENVIRONMENT / "lib" / f"python{VERSION_NAME}" / "site-packages" / "apps.pth"
	path.write_text("".join(f"{APPS / app}\n" for app in APP_NAMES))
	(SITES / "apps.txt").write_text("".join(f"{app}\n" for app in APP_NAMES))


def configure() -> None:
	"""Tell Frappe where the servers listen now."""
	port = ports.remembered()
	config = {
		"db_host": ports.LOOPBACK,
		"db_port": port["mariadb"],
		"redis_cache": f"redis://{ports.LOOPBACK}:{port['redis_cache']}",
		"redis_queue": f"redis://{ports.LOOPBACK}:{port['redis_queue']}",
		"redis_socketio": f"redis://{ports.LOOPBACK}:{port['redis_cache']}",
		"root_login": "root",
		"root_password": mariadb.ROOT_PASSWORD,
		"encryption_key": ENCRYPTION_KEY,
		"allow_tests": 1,
		# The bench command refuses to work as root unless that is the bench's user.
		"frappe_user": getpass.getuser(),
	}
	(SITES / "common_site_config.json").write_text(json.dumps(config, indent="\t") + "\n")
