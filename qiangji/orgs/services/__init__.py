"""What people do to the tree, to the relations beside it and to roles: the only writers of these tables."""

from qiangji.orgs.services.accounts import hand_out_account
from qiangji.orgs.services.organizations import (
    NewOrganization,
    create_organization,
    create_organizations,
    move_organization,
    rename_organization,
)
from qiangji.orgs.services.oversight import end_oversight, set_oversight, set_oversights
from qiangji.orgs.services.roles import NewRole, assign_role, assign_roles, end_role

__all__ = [
    "NewOrganization",
    "NewRole",
    "assign_role",
    "assign_roles",
    "create_organization",
    "create_organizations",
    "end_oversight",
    "end_role",
    "hand_out_account",
    "move_organization",
    "rename_organization",
    "set_oversight",
    "set_oversights",
]
