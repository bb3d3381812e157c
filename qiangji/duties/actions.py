"""The button of a duty: where the thing itself is done, offered only to whom that page lets do it."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from qiangji.duties.lines import Action
from qiangji.ledgers.recorders import may_record
from qiangji.ledgers.vocabulary import KINDS
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach

IN_THE_REGISTER = frozenset({"members", "full_members"})
TALKS, SELF_CHECK = "heart_talk", "branch_self_check"


def ledger_action(reach: Reach, organization: Organization, facts: Iterable[str]) -> Action | None:
    """Return where the first of these kinds is recorded that this person may record there; None where there is none."""
    for fact in facts:
        kind = KINDS.get(fact)
        if kind is None or not kind.is_kept_at(organization) or not may_record(kind, organization, reach):
            continue
        if kind.code == TALKS:
            return Action("登记", reverse("ledgers:talks", args=[organization.public_id]))
        if kind.code == SELF_CHECK:
            return Action("确认", reverse("ledgers:self_check", args=[organization.public_id]))
        if not kind.own_table:
            query = urlencode({"kind": kind.code})
            return Action("登记", f"{reverse('ledgers:new', args=[organization.public_id])}?{query}")
    return None


def states_action(reach: Reach, organization: Organization) -> Action | None:
    """Return where an organization's states are recorded."""
    if reach.allows_at(Permission.RECORD_STATES, organization.path):
        return Action("登记", reverse("orgs:states", args=[organization.public_id]))
    return None


def look_action(reach: Reach, organization: Organization) -> Action | None:
    """Return where an organization's ledgers are looked at, for who reads them and does not keep them."""
    if reach.allows_at(Permission.SEE_LEDGERS, organization.path):
        query = urlencode({"organization": organization.public_id})
        return Action("查看台账", f"{reverse('ledgers:home')}?{query}")
    return None


def people_action(reach: Reach, organization: Organization, populations: Iterable[str]) -> Action | None:
    """Return where people of these groups are registered: the register of members, or the holders of posts."""
    if set(populations) & IN_THE_REGISTER:
        if reach.allows_at(Permission.MANAGE_MEMBERS, organization.path):
            return Action("登记", reverse("members:list"))
    elif reach.allows_at(Permission.MANAGE_POSTS, organization.path):
        return Action("登记", reverse("members:posts", args=[organization.public_id]))
    return None
