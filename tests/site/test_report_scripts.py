"""The Desk gets every report's script with the files that it shares with others written out in it."""

import frappe
from frappe.desk.query_report import get_script


def test_nothing_is_left_to_include(site):
	reports = frappe.get_all("Report", {"module": "Production Orders"}, pluck="name")
	assert len(reports) == 7
	for report in reports:
		script = get_script(report)["script"]
		assert f'frappe.query_reports["{report}"]' in script
		assert 'frappe.provide("production_orders.filters");' in script
		assert "{%" not in script
