"""Who may do what with a sheet: the role, the position from which it is held, and the sheet's state together."""

from enum import StrEnum

from qiangji.assessments.exceptions import Locked
from qiangji.assessments.inspecting import is_assigned, is_inspecting
from qiangji.assessments.models import Sheet
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import FINAL_STATE, WRITABLE, Move, Position, State, move_from
from qiangji.assessments.vetoes import asked_before, held_by_vetoes
from qiangji.lib.dates import day_text, local_day
from qiangji.orgs import paths
from qiangji.orgs.authorization import ROLES, Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach

# The stages whose reviewer may send single criteria back.
WAITS_FOR_AMENDMENT = (Stage.ACCEPTANCE, Stage.RATING)


def review_permission(sheet: Sheet) -> Permission:
    """Return the permission that accepting or rating this kind of sheet takes."""
    if sheet.organization_kind == Organization.Kind.HOSPITAL:
        return Permission.REVIEW_HOSPITAL_SHEET
    return Permission.REVIEW_BRANCH_SHEET


def permission_for(sheet: Sheet, position: Position) -> Permission:
    """Return the permission that writing marks from a position takes; a recognizer moves sheets and writes none."""
    if position == Position.OWN:
        return Permission.FILL_SHEET
    if position == Position.RECOGNIZER:
        return Permission.RECOGNIZE_RESULTS
    return review_permission(sheet)


def holds_at(reach: Reach, node: int | None, permission: Permission, *, own: bool) -> bool:
    """Say whether a role held exactly at a node allows something there (own) or downward from there."""
    return any(
        held.organization_id == node and ROLES[held.role].allows(permission, own=own) for held in reach.held
    )


def acts_from(reach: Reach, sheet: Sheet, position: Position, permission: Permission) -> bool:
    """Say whether this person acts on the sheet from a position with a permission."""
    if position == Position.OWN:
        return holds_at(reach, sheet.organization_id, permission, own=True)
    if position == Position.RECOGNIZER:
        return holds_at(reach, sheet.cycle.recognizing_id, permission, own=True)
    if position == Position.INSPECTION_TEAM:
        return is_inspecting(reach, sheet)
    node = sheet.supervisor_id if position == Position.SUPERVISOR else sheet.rating_authority_id
    if node is None or is_insider(reach, sheet, position):
        return False
    return holds_at(reach, node, permission, own=False)


def is_insider(reach: Reach, sheet: Sheet, position: Position) -> bool:
    """Say whether this person works in what would be reviewed: then a colleague reviews it (回避).

    At a hospital every seat counts; inside a hospital only who fills the sheet, since the hospital reviews its own
    branches. Whoever rates a branch from outside has no seat at its hospital either.
    """
    is_hospital = sheet.organization_kind == Organization.Kind.HOSPITAL
    outside = position == Position.RATING_AUTHORITY and sheet.supervisor_id != sheet.rating_authority_id
    return any(
        paths.covers(sheet.organization.path, held.path)
        if is_hospital
        else (
            held.organization_id == sheet.organization_id
            and ROLES[held.role].allows(Permission.FILL_SHEET, own=True)
        )
        or (outside and held.organization_id == sheet.supervisor_id)
        for held in reach.held
    )


def reaches(reach: Reach, sheet: Sheet) -> bool:
    """Say of one loaded sheet what ``Sheet.objects.visible_to`` says of many; a test holds the two together."""
    seats = {held.organization_id for held in reach.held}
    return (
        sheet.supervisor_id in seats
        or sheet.rating_authority_id in seats
        or reach.covers(sheet.organization.path)
        or reach.covers(sheet.organization_path)
        or is_assigned(reach, sheet)
    )


def may_read(reach: Reach, sheet: Sheet) -> bool:
    """Say whether the sheet's content may be opened: one's own at any time, a subordinate's once submitted (§5)."""
    overseen_by = tuple(node for node in (sheet.supervisor_id, sheet.rating_authority_id) if node is not None)
    if holds_at(reach, sheet.organization_id, Permission.SEE_LIVE_SHEET, own=True):
        return True
    if sheet.state == State.DRAFT:
        return False
    if is_assigned(reach, sheet):
        return True
    return reach.may(
        Permission.SEE_SUBMITTED_SHEET,
        sheet.organization_id,
        sheet.organization.path,
        overseen_by=overseen_by,
    )


class Basis(StrEnum):
    """Of which rows a person may see what the proposal rests on."""

    ALL = "all"
    LATE = "late"  # of those only where the facts by now say otherwise than what was declared
    NONE = ""


def sees_basis(reach: Reach, sheet: Sheet) -> Basis:
    """Return what this person sees of the facts behind the proposals (domain §5, §8).

    While the sheet is filled, those who fill it. Once it is handed in, whoever of the organization reads it at any time;
    and whoever reviews it, where a difference arose after the signature. Superiors see nothing before.
    """
    if sheet.state == State.DRAFT:
        return Basis.ALL if may_fill(reach, sheet) else Basis.NONE
    if holds_at(reach, sheet.organization_id, Permission.SEE_LIVE_SHEET, own=True):
        return Basis.ALL
    reviewing = (Position.SUPERVISOR, Position.RATING_AUTHORITY, Position.INSPECTION_TEAM)
    permission = review_permission(sheet)
    reviews = any(acts_from(reach, sheet, position, permission) for position in reviewing)
    return Basis.LATE if reviews else Basis.NONE


def is_closed(sheet: Sheet) -> bool:
    """Say whether the sheet's cycle is closed: then only corrections, appeals and later re-checks write in it.

    A sheet that is assessed again after mending has its own day, and is written until it is decided; a branch's, which is
    not decided, until its final stage is concluded and no condition for a veto holds it any more (one statement).
    """
    if sheet.cycle.closed_at is None:
        return False
    if sheet.own_deadline_date is None:
        return True
    is_hospital = sheet.organization_kind == Organization.Kind.HOSPITAL
    if is_hospital or sheet.state != FINAL_STATE[Stage(sheet.final_stage)]:
        return False
    return not held_by_vetoes(Sheet.objects.filter(pk=sheet.pk))


def why_closed(sheet: Sheet) -> str:
    """Say why nothing is written in a closed cycle, and what still can be done."""
    closed_at = sheet.cycle.closed_at
    day = day_text(local_day(closed_at)) if closed_at else ""
    return f"本考核周期已于{day}关闭，内容锁定；确有差错的，请通过“更正、申诉”提出。"


def check_open(sheet: Sheet) -> None:
    """Refuse to write in a closed cycle. Raises Locked."""
    if is_closed(sheet):
        raise Locked(why_closed(sheet))


def may_fill(reach: Reach, sheet: Sheet) -> bool:
    """Say whether texts, self marks and evidence may be written now."""
    if is_closed(sheet):
        return False
    return sheet.state == State.DRAFT and acts_from(reach, sheet, Position.OWN, Permission.FILL_SHEET)


def writable_stage(reach: Reach, sheet: Sheet) -> Stage | None:
    """Return the stage whose marks this person may write now, or None."""
    entry = WRITABLE.get(State(sheet.state))
    if entry is None:
        return None
    stage, position = entry
    if is_closed(sheet) and stage != Stage.INSPECTION:  # who holds a title is looked at again in later years
        return None
    permission = permission_for(sheet, position)
    return stage if acts_from(reach, sheet, position, permission) else None


def may_return_criteria(reach: Reach, sheet: Sheet) -> bool:
    """Say whether this person sends single criteria back for amendment now: whoever is accepting or rating the sheet."""
    return writable_stage(reach, sheet) in WAITS_FOR_AMENDMENT


def who_returns(sheet: Sheet) -> str:
    """Say in Chinese who sends single criteria back, for the page that refuses."""
    stage = sheet.writable_stage
    position = Position.RATING_AUTHORITY if stage == Stage.RATING else Position.SUPERVISOR
    return f"正在验收或评定的{who_may(sheet, position, review_permission(sheet))}"


def may_move(reach: Reach, sheet: Sheet, move: Move) -> bool:
    """Say whether this person may make a move of the state table; a closed cycle leaves those of recognition only."""
    if move.act is None and is_closed(sheet):
        return False
    permission = (
        Permission.SIGN_SHEET if move.position == Position.OWN else permission_for(sheet, move.position)
    )
    return acts_from(reach, sheet, move.position, permission)


def may_answer_anew(reach: Reach, sheet: Sheet) -> bool:
    """Say whether this person answers for a sheet whose final acceptance is concluded: who could conclude it."""
    move = move_from(State.UNDER_ACCEPTANCE, asked_before(sheet))
    return move is not None and may_move(reach, sheet, move)


def who_answers(sheet: Sheet) -> str:
    """Say in Chinese who answers for a sheet whose acceptance is final, for the page that refuses."""
    return f"不予评定的情形由{who_may(sheet, Position.SUPERVISOR, review_permission(sheet))}核对。"


def who_may(sheet: Sheet, position: Position, permission: Permission) -> str:
    """Say in Chinese who may, for the page that refuses."""
    if position == Position.INSPECTION_TEAM:
        return "负责这家单位的抽查组成员"
    if position == Position.RECOGNIZER:
        recognizer = sheet.cycle.recognizer or sheet.cycle.owner
        return f"{recognizer.name}的{'、'.join(roles_that(permission, own=True))}"
    if position == Position.OWN:
        place, own = sheet.organization_name, True
    else:
        authority = sheet.supervisor if position == Position.SUPERVISOR else sheet.rating_authority
        place, own = (authority.name if authority else "（未设定单位）"), False
    recused = "" if own else "（在被考评单位任职的须回避）"
    return f"{place}的{'、'.join(roles_that(permission, own=own))}{recused}"


def why_unreadable(sheet: Sheet) -> str:
    """Say why a sheet in reach cannot be opened, and who can."""
    if sheet.state == State.DRAFT:
        return (
            f"{sheet.organization_name}的考评表正在填报，提交之前只有本组织的人员可以打开。"
            f"可以打开的有：{'、'.join(roles_that(Permission.SEE_LIVE_SHEET, own=True))}。"
        )
    inside = roles_that(Permission.SEE_SUBMITTED_SHEET, own=True)
    above = roles_that(Permission.SEE_SUBMITTED_SHEET, own=False)
    readers = dict.fromkeys([*inside, *above])
    return f"您的岗位不能查看这张考评表。可以查看的有：{'、'.join(readers)}。"
