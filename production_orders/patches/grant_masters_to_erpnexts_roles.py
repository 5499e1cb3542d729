"""ERPNext's Manufacturing Manager and User can do with orders what our roles can, without any other role."""

from production_orders import role_permissions
from production_orders.permissions import ERPNEXTS_ROLES


def execute() -> None:
	role_permissions.grant(ERPNEXTS_ROLES)
