"""Questions that every page of the register asks: which member, and may this person do that about them?"""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from qiangji.members.exceptions import MembersError
from qiangji.members.models import BranchMembership, Member
from qiangji.members.querysets import holds
from qiangji.orgs import paths
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import request_reach
from qiangji.orgs.selectors import hospital_of
from qiangji.orgs.views.access import refusal


def visible_member(request: HttpRequest, public_id: UUID) -> tuple[Member, BranchMembership]:
    """Return a member whose branch today is in reach, with that branch; 404 for any other."""
    reach = request_reach(request)
    rows = Member.objects.visible_to(reach).select_related("person__user")
    member = get_object_or_404(rows, public_id=public_id)
    branch = member.branches.filter(holds(reach.day)).select_related("organization", "group").first()
    if branch is None:
        raise MembersError("该党员的组织关系刚刚变动，请返回名册刷新。")
    return member, branch


def require_here(reach: Reach, permission: Permission, organization: Organization) -> None:
    """Refuse (PermissionDenied) who lacks a permission at an organization of the own Party line."""
    if not reach.allows_at(permission, organization.path):
        raise refusal(permission, f"“{organization.short_name}”或其上级院级党组织")


def hospital_around(organization: Organization) -> Organization:
    """Return the hospital-level organization that a branch is or stands in; the node itself above hospitals."""
    return hospital_of(organization) or organization


def branches_of(hospital: Organization, day: date) -> QuerySet[Organization]:
    """Return the branches of a hospital that keep members on a day; the hospital itself where it is a branch."""
    rows = Organization.objects.on(day).filter(paths.below(hospital.path))
    kinds = [Organization.Kind.BRANCH]
    if hospital.form == Organization.Form.BRANCH:
        kinds.append(Organization.Kind.HOSPITAL)
    return rows.filter(kind__in=kinds).order_by("path")


def groups_of(hospital: Organization, day: date) -> QuerySet[Organization]:
    """Return the Party groups of a hospital on a day."""
    rows = Organization.objects.on(day).filter(paths.below(hospital.path))
    return rows.filter(kind=Organization.Kind.PARTY_GROUP).select_related("parent").order_by("path")
