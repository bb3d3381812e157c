"""The button of a duty: where the thing itself is done, offered only to whom that page lets do it."""

from collections.abc import Iterable

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
    here = (organization.public_id,)
    for fact in facts:
        kind = KINDS.get(fact)
        if kind is None or not kind.is_kept_at(organization) or not may_record(kind, organization, reach):
            continue
        if kind.code == TALKS:
            return Action("登记", "ledgers:talks", here)
        if kind.code == SELF_CHECK:
            return Action("确认", "ledgers:self_check", here)
        if not kind.own_table:
            return Action("登记", "ledgers:new", here, (("kind", kind.code),))
    return None


def states_action(reach: Reach, organization: Organization) -> Action | None:
    """Return where an organization's states are recorded."""
    if reach.allows_at(Permission.RECORD_STATES, organization.path):
        return Action("登记", "orgs:states", (organization.public_id,))
    return None


def look_action(reach: Reach, organization: Organization) -> Action | None:
    """Return where an organization's ledgers are looked at, for who reads them and does not keep them."""
    if reach.allows_at(Permission.SEE_LEDGERS, organization.path):
        return Action("查看台账", "ledgers:home", query=(("organization", str(organization.public_id)),))
    return None


def people_action(reach: Reach, organization: Organization, populations: Iterable[str]) -> Action | None:
    """Return where people of these groups are registered: the register of members, or the holders of posts."""
    if set(populations) & IN_THE_REGISTER:
        if reach.allows_at(Permission.MANAGE_MEMBERS, organization.path):
            return Action("登记", "members:list")
    elif reach.allows_at(Permission.MANAGE_POSTS, organization.path):
        return Action("登记", "members:posts", (organization.public_id,))
    return None
