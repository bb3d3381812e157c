"""Who inspects what: an inspector reaches the sheets of the own team from its first to its last day, and no others (§1)."""

from django.db.models import Exists, OuterRef, Q

from qiangji.assessments.models import Inspection, Sheet, TeamMember
from qiangji.assessments.states import MOVES, State
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.reach import Reach

TO_BEGIN = tuple(move.source for move in MOVES if move.target == State.UNDER_INSPECTION)


def is_inspector(reach: Reach) -> bool:
    """Say whether an inspector's seat is held today; without one no team counts."""
    return RoleName.INSPECTOR in reach.roles


def inspections_of(reach: Reach) -> Q:
    """Return the condition "given to a team of mine that is at work today" on inspections."""
    if not is_inspector(reach):
        return Q(pk__in=[])
    day = reach.day
    mine = TeamMember.objects.filter(user=reach.user, left_date__isnull=True)
    return Q(team__in=mine.values("team"), team__start_date__lte=day, team__end_date__gte=day)


def to_conclude() -> Q:
    """Return the condition "can still be begun or concluded" on inspections.

    A sheet can leave an inspection without its conclusion: its rating is withheld, its result falls. What was noted until
    then is kept, and nobody is asked to go on; where it is inspected anew, that is another inspection.
    """
    later = Inspection.objects.filter(
        sheet=OuterRef("sheet"), started_at__gt=OuterRef("started_at")
    ).order_by()
    begun = Q(~Exists(later), started_at__isnull=False, sheet__state=State.UNDER_INSPECTION)
    ahead = Q(started_at__isnull=True, sheet__state__in=TO_BEGIN)
    return Q(ahead | begun, concluded_at__isnull=True)


def is_assigned(reach: Reach, sheet: Sheet) -> bool:
    """Say whether a sheet is in the hands of a team of mine today. No query for whoever is no inspector."""
    return is_inspector(reach) and Inspection.objects.filter(inspections_of(reach), sheet=sheet).exists()


def is_inspecting(reach: Reach, sheet: Sheet) -> bool:
    """Say whether a team of mine is inspecting this sheet now, in its present round: no other that left it, or never began."""
    if not is_inspector(reach):
        return False
    running = Inspection.objects.filter(inspections_of(reach), to_conclude(), started_at__isnull=False)
    return running.filter(sheet=sheet, round=sheet.round).exists()
