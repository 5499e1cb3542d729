"""Good arguments of every method, and for each of them what no method may take."""

from typing import Any

LONG = "x" * 10_000
LONG_IN_URL = "x" * 1_000
"""What a web server still takes in an address."""
BAD_NAMES = ["", "   ", LONG, 7, True, [], {}, ["x"], {"x": 1}]
BAD_REASONS = ["", "   ", LONG, 7, True, [], {}]
BAD_KEYS = ["", "x" * 141, 7, [], {}]
NOT_NUMBERS = ["abc", "", "1,000", True, False, [], {}, [1], "NaN", "Infinity", float("nan"), float("inf")]
BAD_QUANTITIES = [*NOT_NUMBERS, -1, "-1", "1e30", 1e30, "9" * 10_000, "0.0000000001"]
BAD_POSITIVE_QUANTITIES = [*BAD_QUANTITIES, 0, "0"]
BAD_MINUTES = [*NOT_NUMBERS, -1, 0, 100_001]
BAD_FLAGS = ["maybe", 7, [], {}, LONG]
BAD_LISTS = ["not json", "[", "{}", 7, True, {}, [1], ["x"], [[]], [{}], [{"unknown": 1}], '"x"']
BAD_NAME_LISTS = ["not json", "[", "{}", 7, True, {}, [1], [[]], [{}], [""], [LONG]]
BAD_TIMES = ["yesterday", "2026-13-01 00:00:00", [], {}, LONG]

ITEM_ROWS = [
	[{"item_code": "BICYCLE"}, {"item_code": "BICYCLE", "qty": "abc"}],
	[{"item_code": "BICYCLE", "qty": -1}],
	[{"item_code": "BICYCLE", "qty": float("nan")}],
	[{"item_code": [], "qty": 1}],
	[{"item_code": "BICYCLE", "qty": 1, "unknown": 1}],
]
BAD_LABOUR = [
	[{"minutes": -1}],
	[{"minutes": "abc"}],
	[{"minutes": 1, "hour_rate": -1}],
	[{"minutes": 1, "activity": "Sleep"}],
]
BAD_REJECTS = [
	[{"qty": 1}],
	[{"qty": 0, "reason": "bent"}],
	[{"qty": "NaN", "reason": "bent"}],
	[{"qty": 1, "reason": LONG}],
	[{"qty": 1, "reason": "bent", "disposition": "Sell"}],
]
BAD_DOWNTIME = [[{"minutes": 1}], [{"reason": "lunch", "minutes": -1}], [{"reason": LONG, "minutes": 1}]]

START = {
	"batch_no": ["", LONG_IN_URL, "not both"],
	"serial_no": ["", LONG_IN_URL, "not both"],
	"run": ["", "   ", LONG_IN_URL],
}
METHODS: dict[str, tuple[dict[str, Any], dict[str, list[Any]]]] = {
	# method: (good arguments, {argument: bad values})
	"orders.preview": (
		{"item_code": "product", "qty": 1, "source_warehouse": "Stores - BW", "company": "Bicycle Works"},
		{
			"item_code": ["", "   ", LONG_IN_URL],
			"qty": ["abc", "0", "-1", "NaN", "Infinity", "1e30", "9" * 1_000],
		},
	),
	"orders.make_from_sales_order": (
		{"sales_order": "sold"},
		{"sales_order": BAD_NAMES, "items": BAD_NAME_LISTS, "idempotency_key": BAD_KEYS},
	),
	"orders.make_from_material_request": (
		{"material_request": "requested"},
		{"material_request": BAD_NAMES, "items": BAD_NAME_LISTS, "idempotency_key": BAD_KEYS},
	),
	"orders.refresh_bom": ({"order": "draft"}, {"order": BAD_NAMES}),
	"orders.confirm": (
		{"order": "draft"},
		{"order": BAD_NAMES, "on_shortage": ["Perhaps", "", 7, [], {}, LONG], "idempotency_key": BAD_KEYS},
	),
	"orders.relock": (
		{"order": "confirmed", "reason": "no"},
		{"order": BAD_NAMES, "reason": BAD_REASONS, "idempotency_key": BAD_KEYS},
	),
	"orders.preview_relock": ({"order": "confirmed"}, {"order": ["", "   ", LONG_IN_URL]}),
	"orders.cancel": ({"order": "confirmed", "reason": "no"}, {"order": BAD_NAMES, "reason": BAD_REASONS}),
	"orders.complete": (
		{"order": "in progress"},
		{
			"order": BAD_NAMES,
			"produced_qty": BAD_POSITIVE_QUANTITIES,
			"close_short": BAD_FLAGS,
			"reason": BAD_REASONS,
		},
	),
	"orders.allowed_actions": ({"order": "draft"}, {"order": ["", "   ", LONG_IN_URL]}),
	"reservations.get": ({"order": "draft"}, {"order": ["", "   ", LONG_IN_URL]}),
	"reservations.reserve": ({"order": "confirmed"}, {"order": BAD_NAMES, "idempotency_key": BAD_KEYS}),
	"reservations.release": (
		{"order": "confirmed", "reason": "no"},
		{
			"order": BAD_NAMES,
			"reason": BAD_REASONS,
			"materials": [*BAD_LISTS, [{"item_code": "x", "qty": 0}], [{"item_code": "x", "qty": "NaN"}]],
		},
	),
	"reservations.move": (
		{"from_order": "confirmed", "to_order": "in progress", "item_code": "x", "qty": 1, "reason": "no"},
		{
			"from_order": BAD_NAMES,
			"to_order": BAD_NAMES,
			"item_code": BAD_NAMES,
			"qty": BAD_POSITIVE_QUANTITIES,
			"reason": BAD_REASONS,
			"warehouse": BAD_NAMES,
			"idempotency_key": BAD_KEYS,
		},
	),
	"reservations.request_supply": (
		{"order": "confirmed"},
		{
			"order": BAD_NAMES,
			"materials": [*BAD_LISTS, [{"item_code": "x", "qty": 1}], [{"item_code": LONG}]],
			"idempotency_key": BAD_KEYS,
		},
	),
	"materials.alternatives": ({"order": "draft"}, {"order": ["", "   ", LONG_IN_URL]}),
	"materials.stage": (
		{"order": "confirmed"},
		{
			"order": BAD_NAMES,
			"materials": [*BAD_LISTS, [{"item_code": "x", "qty": 0}], [{"item_code": "x", "qty": "NaN"}]],
			"idempotency_key": BAD_KEYS,
		},
	),
	"materials.return_staged": (
		{"order": "confirmed", "reason": "no"},
		{
			"order": BAD_NAMES,
			"reason": BAD_REASONS,
			"materials": [*BAD_LISTS, [{"item_code": "x", "qty": -1}], [{"item_code": "x", "lot": "y"}]],
			"idempotency_key": BAD_KEYS,
		},
	),
	"runs.start": (
		{"order": "confirmed", "qty": 1},
		{
			"order": BAD_NAMES,
			"qty": BAD_POSITIVE_QUANTITIES,
			"workstation": BAD_NAMES,
			"operator": BAD_NAMES,
			"run": BAD_NAMES,
			"rework": BAD_FLAGS,
		},
	),
	"runs.hand_over": (
		{"run": "running", "operator": "nobody@test.example"},
		{"run": BAD_NAMES, "operator": [*BAD_NAMES, "nobody@test.example"], "reason": BAD_REASONS},
	),
	"runs.log_labour": (
		{"run": "running", "minutes": 5},
		{
			"run": BAD_NAMES,
			"minutes": BAD_MINUTES,
			"employee": BAD_NAMES,
			"activity": ["Sleep", "", 7, [], {}],
			"hour_rate": [*NOT_NUMBERS, -1, 10**9],
			"idempotency_key": BAD_KEYS,
		},
	),
	"runs.log_downtime": (
		{"run": "running", "reason": "no air", "minutes": 5},
		{
			"run": BAD_NAMES,
			"reason": BAD_REASONS,
			"minutes": BAD_MINUTES,
			"workstation": BAD_NAMES,
			"idempotency_key": BAD_KEYS,
		},
	),
	"runs.pause": ({"run": "running", "reason": "no"}, {"run": BAD_NAMES, "reason": BAD_REASONS}),
	"runs.resume": ({"run": "running"}, {"run": BAD_NAMES}),
	"runs.abort": ({"run": "running", "reason": "no"}, {"run": BAD_NAMES, "reason": BAD_REASONS}),
	"runs.complete": (
		{"run": "running", "produced_qty": 1},
		{
			"run": BAD_NAMES,
			"produced_qty": BAD_QUANTITIES,
			"rejected_qty": BAD_QUANTITIES,
			"loss_qty": BAD_QUANTITIES,
			"reject_reason": BAD_REASONS,
			"rejects": [*BAD_LISTS, *BAD_REJECTS],
			"consumption": [*BAD_LISTS, *ITEM_ROWS],
			"returns": [*BAD_LISTS, *ITEM_ROWS, [{"item_code": "BICYCLE", "qty": 0}]],
			"outputs": [*BAD_LISTS, *ITEM_ROWS],
			"labour": [*BAD_LISTS, *BAD_LABOUR],
			"downtime": [*BAD_LISTS, *BAD_DOWNTIME],
			"batch_no": BAD_NAMES,
			"serial_nos": [LONG + "x", 7, [], {}],
			"posting_datetime": BAD_TIMES,
		},
	),
	"runs.reverse": ({"run": "running", "reason": "no"}, {"run": BAD_NAMES, "reason": BAD_REASONS}),
	"runs.plan": (
		{"run": "running", "produced_qty": 1},
		{"run": ["", LONG_IN_URL], "produced_qty": ["abc", "-1", "NaN"]},
	),
	"runs.allowed_actions": ({"run": "running"}, {"run": ["", "   ", LONG_IN_URL]}),
	"availability.atp": (
		{"item_code": "material"},
		{
			"item_code": ["", "   ", LONG_IN_URL],
			"warehouse": ["", LONG_IN_URL],
			"company": ["", LONG_IN_URL],
			"date": ["", "yesterday", "2026-13-01", "2001-01-01", "7", "99999999999", LONG_IN_URL],
		},
	),
	"availability.promise": (
		{"item_code": "product", "qty": 1, "company": "Bicycle Works"},
		{
			"item_code": ["", "   ", LONG_IN_URL],
			"qty": ["abc", "0", "-1", "NaN", "Infinity", "1e30", "9" * 1_000, "0.5", "9" * 18],
			"warehouse": ["", LONG_IN_URL, "Stores - PW"],
			"bom_no": ["", LONG_IN_URL],
			"company": ["", LONG_IN_URL],
		},
	),
	"locks.diff": (
		{"a": "lock", "b": "lock"},
		{"a": ["", "   ", LONG_IN_URL], "b": ["", "   ", LONG_IN_URL]},
	),
	"locks.where_used": (
		{"bom_no": "bom"},
		{"bom_no": ["", "   ", LONG_IN_URL], "item_code": ["", LONG_IN_URL, "not both"]},
	),
	"trace.upstream": ({"run": "running"}, START),
	"trace.downstream": ({"run": "running"}, START),
	"trace.mass_balance": ({"run": "running"}, {"run": ["", "   ", LONG_IN_URL]}),
	"history.events": ({"order": "draft"}, {"order": ["", "   ", LONG_IN_URL]}),
	"history.verify": ({"order": "draft"}, {"order": ["", "   ", LONG_IN_URL]}),
	"history.export": ({"order": "draft"}, {"order": ["", "   ", LONG_IN_URL]}),
}
