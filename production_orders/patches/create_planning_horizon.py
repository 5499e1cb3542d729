"""Sites of the time before planning get the horizon that a new site begins with."""

from production_orders.install import create_planning_horizon


def execute() -> None:
	create_planning_horizon()
