"""Rejected units by reason and by what becomes of them."""

from decimal import Decimal

from production_orders.domain.rejects import REWORK, SCRAP, Reject, quantity, reasons

BENT, DIRTY = Reject(Decimal("1.5"), "bent"), Reject(Decimal(2), "dirty", REWORK)


def test_a_reject_is_scrap_unless_somebody_says_otherwise():
	assert BENT.disposition == SCRAP


def test_rejects_add_up_by_disposition():
	rejects = [BENT, DIRTY, BENT]
	assert (quantity(rejects, SCRAP), quantity(rejects, REWORK)) == (3, 2)


def test_nothing_rejected_is_zero():
	assert quantity([], SCRAP) == 0


def test_every_reason_is_said_once_in_the_order_given():
	assert reasons([DIRTY, BENT, Reject(Decimal(1)), DIRTY]) == "dirty; bent"
