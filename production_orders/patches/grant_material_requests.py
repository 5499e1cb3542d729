"""Planners read the Material Requests that their plans make, on sites of the time before planning, too."""

from production_orders import role_permissions


def execute() -> None:
	role_permissions.grant_reading("Material Request")
