"""A bench's web application: Frappe, with assets and files delivered as a front web server would.

`SITE` names the one site it shows; without it the site is the request's host."""

import os

import frappe.app
from frappe.middlewares import StaticDataMiddleware
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.shared_data import SharedDataMiddleware

frappe.app._site = os.environ.get("SITE")

# There is no realtime server: the Desk is told so at once, not with Frappe's whole page for what is not found.
frappe_without_realtime = DispatcherMiddleware(frappe.app.application, {"/socket.io": NotFound()})

application = StaticDataMiddleware(
	SharedDataMiddleware(frappe_without_realtime, {"/assets": os.path.abspath("assets")}),
	{"/files": os.path.abspath(".")},
)
