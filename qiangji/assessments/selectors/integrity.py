"""Integrity flags as pages show them: on the sheet's rows, in the list of those that one may read."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from qiangji.assessments.inspecting import inspections_of, is_inspector
from qiangji.assessments.integrity_states import FOUND, OPEN, STANDING
from qiangji.assessments.models import Inspection, IntegrityFlag, Sheet, Submission
from qiangji.orgs.authorization import ROLES, Permission
from qiangji.orgs.reach import Reach

VIEWS = {"open": ("待说明、待认定", OPEN), "found": ("认定不实", FOUND)}


def any_doubted() -> Exists:
    """Say of a submission whether anything of its sheet stands in doubt: a page without any reads none."""
    return Exists(IntegrityFlag.objects.filter(sheet=OuterRef("sheet"), state__in=STANDING))


def standing_flags(sheet: Sheet, submission: Submission | None) -> dict[int, list[IntegrityFlag]]:
    """Return, by answer, what stands in doubt or was found false: one statement, none where nothing does."""
    found: dict[int, list[IntegrityFlag]] = {}
    if not getattr(submission, "doubted", False):
        return found
    rows = sheet.integrity_flags.filter(state__in=STANDING).select_related("evidence", "answer__criterion")
    for row in rows.order_by("pk"):
        found.setdefault(row.answer_id, []).append(row)
    return found


def may_list(reach: Reach) -> bool:
    """Say whether any role of this person reads sheets anywhere."""
    return is_inspector(reach) or any(
        reach.may_somewhere(one) for one in (Permission.SEE_SUBMITTED_SHEET, Permission.SEE_LIVE_SHEET)
    )


def readable_flags(reach: Reach) -> QuerySet[IntegrityFlag]:
    """Return the flags of sheets that this person reads: the own, those below or overseen, those one inspects."""
    readers = tuple(
        held for held in reach.held if ROLES[held.role].allows(Permission.SEE_SUBMITTED_SHEET, own=False)
    )
    below = Reach(user=reach.user, day=reach.day, held=readers).condition("sheet__organization__path")
    own = Q(sheet__organization__in=reach.nodes_with(Permission.SEE_LIVE_SHEET, own=True))
    given = Inspection.objects.filter(inspections_of(reach)).values("sheet")
    rows = IntegrityFlag.objects.filter(sheet__in=Sheet.objects.visible_to(reach).order_by())
    return rows.filter(below | own | Q(sheet__in=given))
