"""Every way in which a client of Frappe can write a document, each as one call that answers an Outcome."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import requests

from tests.http.cast import body
from tests.support.http import Client

FORM = "/api/method/frappe.desk.form"
CLIENT = "/api/method/frappe.client"
BULK = "/api/method/frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs"
WORKFLOW = "/api/method/frappe.model.workflow"


@dataclass(frozen=True)
class Outcome:
	"""How a call ended. Bulk routes answer 200 and list what failed: that is a refusal without a status."""

	status: int
	code: str
	refused: bool
	text: str


Write = Callable[[Client, str, str, dict[str, Any]], Outcome]
"""(client, doctype, name, values to write)."""
Action = Callable[[Client, str, str], Outcome]
"""(client, doctype, name)."""


def single(response: requests.Response) -> Outcome:
	"""A route for one document: its HTTP status says it."""
	error = response.json().get("error") or {}
	return Outcome(response.status_code, error.get("code", ""), response.status_code >= 400, response.text)


def bulk(response: requests.Response, name: str) -> Outcome:
	"""A route for many documents: the answer names those that failed."""
	answer = response.json()
	said = json.dumps([answer.get("message"), answer.get("_server_messages")])
	failed = response.status_code >= 400 or (name in said and "successfully" not in said)
	return Outcome(response.status_code, "", failed, response.text)


def resource(doctype: str, name: str = "", version: str = "resource") -> str:
	return f"/api/{version}/{doctype}/{name}".rstrip("/")


def v2(doctype: str, name: str = "") -> str:
	return resource(doctype, name, "v2/document") + "/" * bool(name)


def _save_action(doc: Mapping[str, Any]) -> str:
	return ("Save", "Update", "Cancel")[doc["docstatus"]]


def put(client: Client, doctype: str, name: str, values: dict[str, Any]) -> Outcome:
	return single(client.put(resource(doctype, name), **values))


def put_v2(client: Client, doctype: str, name: str, values: dict[str, Any]) -> Outcome:
	return single(client.put(v2(doctype, name), **values))


def set_value(client: Client, doctype: str, name: str, values: dict[str, Any]) -> Outcome:
	return single(client.post(f"{CLIENT}.set_value", doctype=doctype, name=name, fieldname=values))


def save(client: Client, doctype: str, name: str, values: dict[str, Any]) -> Outcome:
	return single(client.post(f"{CLIENT}.save", doc=json.dumps({**body(doctype, name), **values})))


def savedocs(client: Client, doctype: str, name: str, values: dict[str, Any]) -> Outcome:
	doc = {**body(doctype, name), **values}
	return single(client.post(f"{FORM}.save.savedocs", doc=json.dumps(doc), action=_save_action(doc)))


def bulk_update(client: Client, doctype: str, name: str, values: dict[str, Any]) -> Outcome:
	docs = [{"doctype": doctype, "docname": name, **values}]
	return bulk(client.post(f"{CLIENT}.bulk_update", docs=json.dumps(docs)), name)


def bulk_edit(client: Client, doctype: str, name: str, values: dict[str, Any]) -> Outcome:
	return _bulk_action(client, doctype, name, "update", values)


def _bulk_action(client: Client, doctype: str, name: str, action: str, data: Any = None) -> Outcome:
	names = json.dumps([name])
	return bulk(
		client.post(BULK, doctype=doctype, docnames=names, action=action, data=json.dumps(data)), name
	)


WRITES: dict[str, Write] = {
	"PUT resource": put,
	"PUT v2 document": put_v2,
	"client.set_value": set_value,
	"client.save": save,
	"form savedocs": savedocs,
	"client.bulk_update": bulk_update,
	"list bulk edit": bulk_edit,
}


def _docstatus(write: Write, docstatus: int) -> Action:
	return lambda client, doctype, name: write(client, doctype, name, {"docstatus": docstatus})


def _client_submit(client: Client, doctype: str, name: str) -> Outcome:
	return single(client.post(f"{CLIENT}.submit", doc=json.dumps(body(doctype, name))))


def _client_cancel(client: Client, doctype: str, name: str) -> Outcome:
	return single(client.post(f"{CLIENT}.cancel", doctype=doctype, name=name))


def _savedocs_action(action: str) -> Action:
	return lambda client, doctype, name: single(
		client.post(f"{FORM}.save.savedocs", doc=json.dumps(body(doctype, name)), action=action)
	)


def _form_cancel(client: Client, doctype: str, name: str) -> Outcome:
	return single(client.post(f"{FORM}.save.cancel", doctype=doctype, name=name))


def _cancel_linked(client: Client, doctype: str, name: str) -> Outcome:
	docs = json.dumps([{"doctype": doctype, "name": name, "docstatus": 1}])
	return single(client.post(f"{FORM}.linked_with.cancel_all_linked_docs", docs=docs))


def _bulk(action: str) -> Action:
	return lambda client, doctype, name: _bulk_action(client, doctype, name, action)


def _run_method(method: str) -> Action:
	return lambda client, doctype, name: single(client.post(resource(doctype, name), run_method=method))


def _run_doc_method(method: str) -> Action:
	return lambda client, doctype, name: single(
		client.post("/api/method/run_doc_method", docs=json.dumps(body(doctype, name)), method=method)
	)


def _v2_method(method: str) -> Action:
	return lambda client, doctype, name: single(client.post(f"{v2(doctype, name)}method/{method}/"))


def apply_workflow(action: str) -> Action:
	return lambda client, doctype, name: single(
		client.post(f"{WORKFLOW}.apply_workflow", doc=json.dumps(body(doctype, name)), action=action)
	)


def bulk_workflow_approval(action: str) -> Action:
	"""The list view's bulk action; it tells the browser how it ended and not the caller."""
	path = f"{WORKFLOW}.bulk_workflow_approval"
	return lambda client, doctype, name: single(
		client.post(path, docnames=json.dumps([name]), doctype=doctype, action=action)
	)


SUBMITS: dict[str, Action] = {
	"PUT docstatus 1": _docstatus(put, 1),
	"PUT v2 docstatus 1": _docstatus(put_v2, 1),
	"client.submit": _client_submit,
	"form savedocs Submit": _savedocs_action("Submit"),
	"list bulk submit": _bulk("submit"),
	"resource?run_method=submit": _run_method("submit"),
	"run_doc_method submit": _run_doc_method("submit"),
	"v2 method submit": _v2_method("submit"),
}

CANCELS: dict[str, Action] = {
	"PUT docstatus 2": _docstatus(put, 2),
	"PUT v2 docstatus 2": _docstatus(put_v2, 2),
	"client.cancel": _client_cancel,
	"form cancel": _form_cancel,
	"form savedocs Cancel": _savedocs_action("Cancel"),
	"form cancel_all_linked_docs": _cancel_linked,
	"list bulk cancel": _bulk("cancel"),
	"resource?run_method=cancel": _run_method("cancel"),
	"run_doc_method cancel": _run_doc_method("cancel"),
	"v2 method cancel": _v2_method("cancel"),
}


def _delete(client: Client, doctype: str, name: str) -> Outcome:
	return single(client.delete(resource(doctype, name)))


def _delete_v2(client: Client, doctype: str, name: str) -> Outcome:
	return single(client.delete(v2(doctype, name)))


def _client_delete(client: Client, doctype: str, name: str) -> Outcome:
	return single(client.post(f"{CLIENT}.delete", doctype=doctype, name=name))


def _delete_items(client: Client, doctype: str, name: str) -> Outcome:
	path = "/api/method/frappe.desk.reportview.delete_items"
	return bulk(client.post(path, items=json.dumps([name]), doctype=doctype), name)


DELETES: dict[str, Action] = {
	"DELETE resource": _delete,
	"DELETE v2 document": _delete_v2,
	"client.delete": _client_delete,
	"list delete_items": _delete_items,
}


def _client_rename(client: Client, doctype: str, name: str) -> Outcome:
	return single(
		client.post(f"{CLIENT}.rename_doc", doctype=doctype, old_name=name, new_name=f"{name}-renamed")
	)


def _update_title(client: Client, doctype: str, name: str) -> Outcome:
	path = "/api/method/frappe.model.rename_doc.update_document_title"
	return single(client.post(path, doctype=doctype, docname=name, name=f"{name}-renamed"))


def _doc_rename(client: Client, doctype: str, name: str) -> Outcome:
	docs = json.dumps(body(doctype, name))
	args = json.dumps({"name": f"{name}-renamed"})
	return single(client.post("/api/method/run_doc_method", docs=docs, method="rename", args=args))


RENAMES: dict[str, Action] = {
	"client.rename_doc": _client_rename,
	"update_document_title": _update_title,
	"run_doc_method rename": _doc_rename,
}


def _amended(doctype: str, name: str) -> dict[str, Any]:
	doc = {key: value for key, value in body(doctype, name).items() if key not in ("name", "modified")}
	return {**doc, "docstatus": 0, "status": None, "amended_from": name}


def _amend_resource(client: Client, doctype: str, name: str) -> Outcome:
	return single(client.post(resource(doctype), **_amended(doctype, name)))


def _amend_insert(client: Client, doctype: str, name: str) -> Outcome:
	return single(client.post(f"{CLIENT}.insert", doc=json.dumps(_amended(doctype, name))))


def _amend_form(client: Client, doctype: str, name: str) -> Outcome:
	doc = {**_amended(doctype, name), "__islocal": 1, "__unsaved": 1, "name": "new-document-1"}
	return single(client.post(f"{FORM}.save.savedocs", doc=json.dumps(doc), action="Save"))


AMENDS: dict[str, Action] = {
	"POST resource": _amend_resource,
	"client.insert": _amend_insert,
	"form savedocs": _amend_form,
}


def _of_this_host(routes: dict[str, Any]) -> dict[str, Any]:
	"""Early hosts of version 15 have no /api/v2 and let no client run a document's own methods."""
	is_early = find_spec("frappe.api").submodule_search_locations is None
	return {
		name: route for name, route in routes.items() if not (is_early and ("v2" in name or "run_" in name))
	}


WRITES, SUBMITS, CANCELS, DELETES, RENAMES = map(_of_this_host, (WRITES, SUBMITS, CANCELS, DELETES, RENAMES))
