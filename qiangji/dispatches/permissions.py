"""Who may do what with a task: its organization answers, the body that issued it decides and follows up."""

from qiangji.dispatches.models import Task
from qiangji.dispatches.states import Side
from qiangji.orgs.authorization import ROLES, Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.recusal import works_in

READERS = (Permission.SEE_SUBMITTED_SHEET, Permission.ANSWER_DISPATCH, Permission.ISSUE_DISPATCH)


def acts(reach: Reach, row: Task, side: Side) -> bool:
    """Say whether this person acts on one side of a task; who works in what is asked decides nothing about it (回避)."""
    if side == Side.OWN:
        return holds(reach, Permission.ANSWER_DISPATCH, row.organization_id, own=True)
    return holds(reach, Permission.ISSUE_DISPATCH, row.issuer_id, own=False) and not is_insider(
        reach, row.organization
    )


def holds(reach: Reach, permission: Permission, node: int, *, own: bool) -> bool:
    """Say whether a role held exactly at a node allows something there (own), or downward from there."""
    return any(
        held.organization_id == node and ROLES[held.role].allows(permission, own=own) for held in reach.held
    )


def is_insider(reach: Reach, organization: Organization) -> bool:
    """Say whether this person works in an organization: every seat of a hospital, elsewhere who answers for it."""
    return works_in(reach, organization, Permission.ANSWER_DISPATCH)


def issues(reach: Reach) -> bool:
    """Say whether this person issues for any body."""
    return bool(reach.nodes_with(Permission.ISSUE_DISPATCH, own=False))


def may_list(reach: Reach) -> bool:
    """Say whether any role of this person reads tasks anywhere."""
    return any(reach.may_somewhere(permission) for permission in READERS)


def may_read(reach: Reach, row: Task) -> bool:
    """Say whether one may be opened: by who reads a submitted sheet of the organization, and by who acts on it."""
    organization = row.organization
    return (
        reach.may(Permission.SEE_SUBMITTED_SHEET, organization.pk, organization.path)
        or acts(reach, row, Side.OWN)
        or holds(reach, Permission.ISSUE_DISPATCH, row.issuer_id, own=False)
    )


def who_may(row: Task, side: Side) -> str:
    """Say in Chinese who may, for the page that refuses."""
    if side == Side.OWN:
        return f"{row.organization.name}的{'、'.join(roles_that(Permission.ANSWER_DISPATCH, own=True))}"
    return f"{row.issuer.name}的{'、'.join(roles_that(Permission.ISSUE_DISPATCH, own=False))}"


def who_issues() -> str:
    """Say who issues, for the page that refuses."""
    return f"督导事项由上级单位的{'、'.join(roles_that(Permission.ISSUE_DISPATCH, own=False))}下达。"


def why_unreadable() -> str:
    """Say who may open one."""
    inside = roles_that(Permission.SEE_SUBMITTED_SHEET, own=True)
    above = roles_that(Permission.SEE_SUBMITTED_SHEET, own=False)
    return f"您的岗位不能查看督导事项。可以查看的有：{'、'.join(dict.fromkeys([*inside, *above]))}。"
