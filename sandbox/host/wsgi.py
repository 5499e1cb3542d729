"""A bench's web application: Frappe, with assets and files delivered as a front web server would.

`SITE` names the one site it shows; without it the site is the request's host."""

import os

import frappe.app
from frappe.middlewares import StaticDataMiddleware
from werkzeug.middleware.shared_data import SharedDataMiddleware

frappe.app._site = os.environ.get("SITE")

application = StaticDataMiddleware(
	SharedDataMiddleware(frappe.app.application, {"/assets": os.path.abspath("assets")}),
	{"/files": os.path.abspath(".")},
)
