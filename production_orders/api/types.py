"""The shapes of input: what JSON or a form may say, parsed strictly before any rule runs."""

import json
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Annotated, Any, Literal

from frappe.utils import convert_utc_to_system_timezone
from pydantic import (
	AfterValidator,
	BaseModel,
	BeforeValidator,
	ConfigDict,
	Field,
	PlainSerializer,
	constr,
)

from production_orders.domain.quantity import canonical

Name = constr(strip_whitespace=True, min_length=1, max_length=140)
Reason = constr(strip_whitespace=True, min_length=1, max_length=1000)
Key = constr(min_length=1, max_length=140)
SerialNos = constr(max_length=10_000)


def _number(value: Any) -> Any:
	if isinstance(value, bool):
		raise ValueError("a number is expected, not true or false")
	return value


def _from_json(value: Any) -> Any:
	"""Lists come as JSON bodies or as JSON text in a form."""
	return json.loads(value) if isinstance(value, str) else value


EXACT = {"max_digits": 18, "decimal_places": 9, "allow_inf_nan": False}
_AS_WRITTEN = PlainSerializer(canonical, when_used="json")
Quantity = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, **EXACT), _AS_WRITTEN]
"""Zero or more, in the stock UOM."""
PositiveQuantity = Annotated[Decimal, BeforeValidator(_number), Field(gt=0, **EXACT), _AS_WRITTEN]
Minutes = Annotated[float, BeforeValidator(_number), Field(ge=0, le=100_000, allow_inf_nan=False)]
PositiveMinutes = Annotated[float, BeforeValidator(_number), Field(gt=0, le=100_000, allow_inf_nan=False)]
Rate = Annotated[float, Field(ge=0, le=10**8, allow_inf_nan=False), BeforeValidator(_number)]
"""Per hour; the most minutes at the highest rate still fit an amount's twelve digits.

Pydantic before 2.1 takes an optional number's limits before its validators only.
"""


def _iso(value: Any) -> Any:
	"""Not by pydantic, which takes a bare number for seconds since 1970."""
	return date.fromisoformat(value) if isinstance(value, str) else value


Day = Annotated[date, BeforeValidator(_iso), Field(strict=True)]


class Row(BaseModel):
	"""One row of a list argument."""

	model_config = ConfigDict(extra="forbid")


class Consumption(Row):
	"""What a run took of one item, possibly of one batch."""

	item_code: Name
	qty: Quantity
	warehouse: Name | None = None
	batch_no: Name | None = None
	serial_nos: SerialNos | None = None
	replaces: Name | None = None
	"""The material that it stands in for, one to one in their stock UOM."""
	for_serial_no: Name | None = None
	"""The one piece of the run that this went into."""


Activity = Literal["Run", "Setup"]


class Output(Row):
	"""What came out of one co- or by-product, possibly into one batch."""

	item_code: Name
	qty: Quantity
	warehouse: Name | None = None
	batch_no: Name | None = None
	serial_nos: SerialNos | None = None


class Labour(Row):
	employee: Name | None = None
	activity: Activity = "Run"
	minutes: Minutes
	hour_rate: Rate | None = None
	"""The lock's when left out."""


class Downtime(Row):
	reason: Reason
	minutes: Minutes
	workstation: Name | None = None


class Reject(Row):
	qty: PositiveQuantity
	reason: Reason
	disposition: Literal["Scrap", "Rework"] = "Scrap"


class Return(Row):
	"""Material that earlier runs took and that came back, of the batch or the pieces that they took."""

	item_code: Name
	qty: PositiveQuantity
	warehouse: Name | None = None
	batch_no: Name | None = None
	serial_nos: SerialNos | None = None


class Material(Row):
	"""One material to give back; all of its open reservation when `qty` is left out."""

	item_code: Name
	warehouse: Name | None = None
	qty: PositiveQuantity | None = None


class MaterialName(Row):
	"""One material as an order lists it; in every warehouse when none is given."""

	item_code: Name
	warehouse: Name | None = None


Names = Annotated[list[Name], BeforeValidator(_from_json), Field(max_length=5000)]
Returns = Annotated[list[Return], BeforeValidator(_from_json), Field(max_length=5000)]
Consumptions = Annotated[list[Consumption], BeforeValidator(_from_json), Field(max_length=5000)]
Outputs = Annotated[list[Output], BeforeValidator(_from_json), Field(max_length=200)]
Labours = Annotated[list[Labour], BeforeValidator(_from_json), Field(max_length=200)]
Downtimes = Annotated[list[Downtime], BeforeValidator(_from_json), Field(max_length=200)]
Rejects = Annotated[list[Reject], BeforeValidator(_from_json), Field(max_length=200)]
MaterialNames = Annotated[list[MaterialName], BeforeValidator(_from_json), Field(max_length=5000)]
Materials = Annotated[list[Material], BeforeValidator(_from_json), Field(max_length=5000)]


def _site_time(value: datetime) -> datetime:
	"""A moment with a time zone as the site's own clock shows it."""
	if value.tzinfo is None:
		return value
	try:
		utc = value.astimezone(timezone.utc).replace(tzinfo=None)
		return convert_utc_to_system_timezone(utc).replace(tzinfo=None)
	except OverflowError:
		raise ValueError("no calendar has this moment") from None


PostingDatetime = Annotated[datetime, AfterValidator(_site_time)]
