"""The fields and options this app adds to ERPNext's DocTypes; install and uninstall read the same tables."""

CUSTOM_FIELDS = {
	"Item": [
		{
			"fieldname": "supply_policy",
			"label": "Supply Policy",
			"fieldtype": "Select",
			"options": "\nMake to Stock\nBuild on Demand\nStock Only",
			"insert_after": "default_bom",
			"description": "How production orders supply this component when it has a BOM; empty means Make to Stock",
		},
	],
	"Item Default": [
		{
			"fieldname": "supply_policy",
			"label": "Supply Policy",
			"fieldtype": "Select",
			"options": "\nMake to Stock\nBuild on Demand\nStock Only",
			"insert_after": "default_warehouse",
			"description": "How production orders of this company supply the item; empty means as the item says",
		},
	],
	"Material Request Item": [
		{
			"fieldname": "production_order",
			"label": "Production Order",
			"fieldtype": "Link",
			"options": "Production Order",
			"insert_after": "sales_order",
			"read_only": 1,
			"no_copy": 1,
			"search_index": 1,
		},
	],
	"BOM Item": [
		{
			"fieldname": "waste_percentage",
			"label": "Waste %",
			"fieldtype": "Percent",
			"insert_after": "stock_qty",
			"non_negative": 1,
			"description": "Added to the quantity that production orders require",
		},
	],
	"BOM Scrap Item": [
		{
			"fieldname": "cost_share",
			"label": "Cost Share %",
			"fieldtype": "Percent",
			"insert_after": "rate",
			"non_negative": 1,
			"in_list_view": 1,
			"description": "Share of the cost that a co-product takes in production orders; a by-product, with none, is worth its own rate",
		},
	],
	"Stock Entry": [
		{
			"fieldname": "production_order",
			"label": "Production Order",
			"fieldtype": "Link",
			"options": "Production Order",
			"insert_after": "work_order",
			"read_only": 1,
			"no_copy": 1,
			"search_index": 1,
		},
		{
			"fieldname": "production_run",
			"label": "Production Run",
			"fieldtype": "Link",
			"options": "Production Run",
			"insert_after": "production_order",
			"read_only": 1,
			"no_copy": 1,
			"search_index": 1,
		},
	],
}

VOUCHER_TYPE = ("Stock Reservation Entry", "voucher_type", "Production Order")
"""(DocType, Select field, option): lets ERPNext's ledger hold stock for a production order."""
