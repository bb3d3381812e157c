"""Who may raise an integrity flag, answer it, decide it: whoever reviews, inspects or supervises, and never an insider."""

from qiangji.assessments.inspecting import is_inspecting
from qiangji.assessments.integrity_states import Move, Side
from qiangji.assessments.models import IntegrityFlag, Sheet
from qiangji.assessments.permissions import acts_from, is_insider, may_read, who_may
from qiangji.assessments.states import Position, State
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.reach import Reach


def stands_above(reach: Reach, sheet: Sheet) -> bool:
    """Say whether this person reviews or supervises the organization, and does not work in it (回避)."""
    overseen_by = tuple(node for node in (sheet.supervisor_id, sheet.rating_authority_id) if node is not None)
    organization = sheet.organization
    return reach.may(
        Permission.ISSUE_DISPATCH, organization.pk, organization.path, overseen_by=overseen_by
    ) and not is_insider(reach, sheet, Position.SUPERVISOR)


def may_raise(reach: Reach, sheet: Sheet) -> bool:
    """Say whether this person may raise a flag now: from above, or as the team that is inspecting the sheet."""
    return sheet.state != State.DRAFT and (stands_above(reach, sheet) or is_inspecting(reach, sheet))


def may_see(reach: Reach, flag: IntegrityFlag) -> bool:
    """Say whether a flag may be opened: by who reads the sheet, by who decides, and by who raised it."""
    return (
        may_read(reach, flag.sheet)
        or stands_above(reach, flag.sheet)
        or (flag.raised_by_id == reach.user.pk and is_inspecting(reach, flag.sheet))
    )


def may_make(reach: Reach, flag: IntegrityFlag, move: Move) -> bool:
    """Say whether a move is this person's."""
    if move.side == Side.OWN:
        return acts_from(reach, flag.sheet, Position.OWN, Permission.FILL_SHEET)
    raised = flag.raised_by_id == reach.user.pk
    if move.side == Side.RAISER:
        return raised and (stands_above(reach, flag.sheet) or is_inspecting(reach, flag.sheet))
    return stands_above(reach, flag.sheet) and (move.side == Side.ABOVE or not raised)


def who_makes(flag: IntegrityFlag, move: Move) -> str:
    """Say in Chinese whose move it is, for the page that refuses."""
    if move.side == Side.OWN:
        return f"“{move.label}”由{who_may(flag.sheet, Position.OWN, Permission.FILL_SHEET)}办理。"
    roles = "、".join(roles_that(Permission.ISSUE_DISPATCH, own=False))
    return f"“{move.label}”由{move.side.label}办理：上级的{roles}；在被考评单位任职的须回避。"


def who_raises() -> str:
    """Say who raises flags."""
    roles = "、".join(roles_that(Permission.ISSUE_DISPATCH, own=False))
    return f"存疑由上级的{roles}，或正在抽查的组提出；在被考评单位任职的须回避。"
