"""Who may do what with a rectification: who rectifies acts at the own node, who ordered it acts from there."""

from qiangji.orgs.authorization import ROLES, Permission, roles_that
from qiangji.orgs.reach import Reach
from qiangji.orgs.recusal import works_in
from qiangji.rectification.models import Rectification
from qiangji.rectification.states import Side


def acts(reach: Reach, row: Rectification, side: Side) -> bool:
    """Say whether this person acts on one side; who works in what rectifies decides nothing about it (回避)."""
    if side == Side.ORDERER and works_in(reach, row.organization, Permission.MANAGE_RECTIFICATION):
        return False
    return holds(reach, row, side)


def is_acted_for(reach: Reach, row: Rectification) -> bool:
    """Say whether the hospital acts for a branch that was abolished since it was ordered: nobody there can any more."""
    ended = row.organization.end_date
    return row.kind == Rectification.Kind.KEY_BRANCH and ended is not None and ended < reach.day


def holds(reach: Reach, row: Rectification, side: Side) -> bool:
    """Say whether this person's seat belongs to one side of a rectification."""
    is_own_side = side == Side.OWN and not is_acted_for(reach, row)
    node = row.organization_id if is_own_side else row.ordered_by_id
    permission = Permission.MANAGE_RECTIFICATION if side == Side.OWN else Permission.ORDER_RECTIFICATION
    return any(
        held.organization_id == node and ROLES[held.role].allows(permission, own=side == Side.OWN)
        for held in reach.held
    )


def may_read(reach: Reach, row: Rectification) -> bool:
    """Say whether one may be opened: by who reads a submitted sheet of the organization, and by who acts on it."""
    organization = row.organization
    return (
        reach.may(Permission.SEE_SUBMITTED_SHEET, organization.pk, organization.path)
        or acts(reach, row, Side.OWN)
        or holds(reach, row, Side.ORDERER)
    )


def may_see_names(reach: Reach, row: Rectification) -> bool:
    """Say whether the leader's name may be shown: only inside the hospital (privacy boundary)."""
    return reach.allows_at(Permission.SEE_MEMBERS, row.organization.path)


def who_may(reach: Reach, row: Rectification, side: Side) -> str:
    """Say in Chinese who may, for the page that refuses."""
    if side == Side.OWN:
        roles = roles_that(Permission.MANAGE_RECTIFICATION, own=True)
        node = row.ordered_by if is_acted_for(reach, row) else row.organization
        return f"{node.name}的{'、'.join(roles)}"
    roles = roles_that(Permission.ORDER_RECTIFICATION, own=False)
    return f"{row.ordered_by.name}的{'、'.join(roles)}（在整改单位任职的须回避）"


def why_unreadable() -> str:
    """Say who may open a rectification."""
    inside = roles_that(Permission.SEE_SUBMITTED_SHEET, own=True)
    above = roles_that(Permission.SEE_SUBMITTED_SHEET, own=False)
    return f"您的岗位不能查看整改。可以查看的有：{'、'.join(dict.fromkeys([*inside, *above]))}。"
