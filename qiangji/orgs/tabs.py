"""The row of tabs over the pages of one organization: only those that this person may open."""

from dataclasses import dataclass

from django.urls import reverse

from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.placing import AUTHORITIES
from qiangji.orgs.reach import Reach
from qiangji.orgs.state_kinds import kinds_of

Kind = Organization.Kind


@dataclass(frozen=True)
class Tab:
    """One tab: its title, its address, and whether one is on it."""

    name: str
    title: str
    address: str
    current: bool


def tabs_of(reach: Reach, organization: Organization, current: str) -> list[Tab]:
    """Return the tabs of an organization's pages for this person, in their fixed order."""
    reads_facts = reach.allows_at(Permission.SEE_LEDGERS, organization.path)
    reads_names = reach.allows_at(Permission.SEE_MEMBERS, organization.path)
    offered = [
        ("detail", "概况", "orgs:detail", True),
        ("states", "基本情况", "orgs:states", reads_facts and bool(kinds_of(organization.kind))),
        ("departments", "科室", "orgs:departments", reads_names and organization.kind == Kind.HOSPITAL),
        ("posts", "班子与职务", "members:posts", reads_names),
        ("terms", "任期", "orgs:terms", organization.kind != Kind.PARTY_GROUP),
        ("structure", "组织设置体检", "web:structure", may_check(reach, organization)),
    ]
    tabs = [
        Tab(name, title, reverse(address, args=[organization.public_id]), current=name == current)
        for name, title, address, shown in offered
        if shown
    ]
    return tabs if len(tabs) > 1 else []


def may_check(reach: Reach, organization: Organization) -> bool:
    """Say whether a person may read the check of structure: inside the hospital, or as an authority that sees counts."""
    if organization.kind in AUTHORITIES:
        return reach.may(
            Permission.SEE_SUBMITTED_SHEET, organization.pk, organization.path
        ) or reach.allows_at(Permission.SEE_LEDGERS, organization.path)
    return organization.kind != Kind.PARTY_GROUP and reach.allows_at(
        Permission.SEE_LEDGERS, organization.path
    )
