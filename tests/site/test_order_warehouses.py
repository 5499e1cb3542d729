"""Where an order may stage its materials and keep its rejects: a usable warehouse of its company, apart from others."""

import pytest

from production_orders import errors
from tests.support.orders import confirmed


def refused(scratch, **warehouses) -> dict[str, str]:
	"""{field: problem} of an order that cannot be saved with these."""
	with pytest.raises(errors.InvalidInput) as refusal:
		scratch.simple_order(stock=0, **warehouses)
	return {detail["field"]: detail["problem"] for detail in refusal.value.details}


@pytest.mark.parametrize("field", ["rework_warehouse", "wip_warehouse"])
@pytest.mark.parametrize("kind", ["group", "disabled", "elsewhere"])
def test_a_warehouse_that_cannot_take_the_companys_stock_is_refused(scratch, plants, field, kind):
	warehouse = {
		"group": lambda: scratch.warehouse("Group", is_group=1),
		"disabled": lambda: scratch.warehouse("Old", disabled=1),
		"elsewhere": lambda: plants["paint"].fg_warehouse,
	}[kind]()
	problems = refused(scratch, **{field: warehouse})
	assert list(problems) == [field]
	assert warehouse in problems[field]


@pytest.mark.parametrize(
	("field", "other"),
	[
		("rework_warehouse", "fg_warehouse"),
		("rework_warehouse", "scrap_warehouse"),
		("wip_warehouse", "source_warehouse"),
	],
)
def test_what_must_be_told_apart_has_warehouses_of_its_own(scratch, field, other):
	warehouse = getattr(scratch.plant, other)
	problems = refused(scratch, **{field: warehouse})
	assert list(problems) == [field]
	assert "must be different warehouses" in problems[field]
	assert warehouse in problems[field]


def test_both_problems_of_one_order_come_together(scratch):
	plant = scratch.plant
	problems = refused(scratch, rework_warehouse=plant.fg_warehouse, wip_warehouse=plant.source_warehouse)
	assert list(problems) == ["rework_warehouse", "wip_warehouse"]


def test_an_order_keeps_warehouses_of_its_own_and_decides_on_them_before_it_is_confirmed(scratch):
	order = scratch.simple_order()
	order.rework_warehouse = scratch.warehouse("Rework")
	order.wip_warehouse = scratch.warehouse("Line")
	order.save()
	confirmed(order)
	order.reload()
	order.rework_warehouse = scratch.warehouse("Another")
	with pytest.raises(errors.ReadOnly) as refusal:
		order.save()
	assert [detail["field"] for detail in refusal.value.details] == ["rework_warehouse"]
