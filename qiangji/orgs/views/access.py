"""Questions that every page of this app asks: which organization, and may this person do that to it."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from qiangji.orgs import paths
from qiangji.orgs.authorization import ROLES, Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import request_reach


def visible_organization(request: HttpRequest, public_id: UUID) -> Organization:
    """Return an organization in reach, with its parent; 404 for any other."""
    rows = Organization.objects.visible_to(request_reach(request)).select_related("parent")
    return get_object_or_404(rows, public_id=public_id)


def refusal(permission: Permission, where: str) -> PermissionDenied:
    """Return the refusal that says who may."""
    who = "、".join(roles_that(permission, own=False))
    return PermissionDenied(f"{permission}：请由{where}的{who}办理。")


def manages(reach: Reach, permission: Permission, organization: Organization) -> bool:
    """Say whether a person administers an organization, from there or from above in the tree.

    Supervision and guidance give no right to administer: those who oversee a hospital do not hand out its accounts.
    """
    return any(
        paths.covers(held.path, organization.path)
        and ROLES[held.role].allows(permission, own=held.organization_id == organization.pk)
        for held in reach.held
    )


def require(reach: Reach, permission: Permission, organization: Organization) -> None:
    """Refuse (PermissionDenied) who may not administer this organization."""
    if not manages(reach, permission, organization):
        raise refusal(permission, f"“{organization.short_name}”或其上级")


def manages_from_above(reach: Reach, permission: Permission, organization: Organization) -> bool:
    """Say whether a person administers an organization from above it: nobody chooses the own supervisor or place."""
    above = organization.parent
    return above is not None and manages(reach, permission, above)


def require_from_above(reach: Reach, permission: Permission, organization: Organization) -> None:
    """Refuse (PermissionDenied) who does not administer this organization from above."""
    if not manages_from_above(reach, permission, organization):
        raise refusal(permission, f"“{organization.short_name}”的上级")
