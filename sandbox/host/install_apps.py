"""Run inside the bench: installs apps on its site and finishes the setup without the wizard."""

import os
import sys

import frappe
from frappe.installer import install_app

SETTINGS = {"setup_complete": 1, "language": "en", "time_zone": "Etc/UTC", "enable_telemetry": 0}


def main(apps: list[str]) -> None:
	frappe.init(site=os.environ["SITE"])
	frappe.connect()
	for app in apps:
		install_app(app)
	_make_system_manager()
	frappe.db.set_single_value("System Settings", SETTINGS)
	frappe.db.set_default("desktop:home_page", "workspace")
	frappe.db.commit()


def _make_system_manager() -> None:
	"""The wizard's first user. Without one, Frappe makes the next user a System Manager, whoever that is."""
	frappe.get_doc(
		{
			"doctype": "User",
			"email": "admin@sandbox.example",
			"first_name": "Admin",
			"send_welcome_email": 0,
			"roles": [{"role": "System Manager"}],
		}
	).insert()


if __name__ == "__main__":
	main(sys.argv[1:])
