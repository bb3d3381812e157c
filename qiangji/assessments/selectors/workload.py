"""How the reviews of an office are shared out: for whoever distributes them, never for a comparison of persons."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Q

from qiangji.accounts.models import User
from qiangji.assessments.models import ReviewAssignment
from qiangji.assessments.reviewing import TO_ACCEPT, TO_RATE, leads_offices, reviewers_at
from qiangji.assessments.selectors.review_queue import waiting_sheets
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.lib.dates import local_day
from qiangji.orgs.reach import Reach


@dataclass(frozen=True)
class Load:
    """What one reviewer, or nobody yet, has in hand: waiting, begun, late, since when; and what is concluded."""

    reviewer: User | None
    is_seated: bool
    waiting: int = 0
    begun: int = 0
    late: int = 0
    oldest: date | None = None
    concluded: int = 0


def workload(reach: Reach, *, at: datetime) -> list[Load]:
    """Return the load of each reviewer of the offices that this person heads, the unassigned first: five statements."""
    heads = leads_offices(reach)
    day = local_day(at)
    found = {
        row["holder"]: row
        for row in waiting_sheets(reach, assigning=True)
        .order_by()
        .values("holder")
        .annotate(
            waiting=Count("pk"),
            begun=Count("pk", filter=Q(state__in=[State.UNDER_ACCEPTANCE, State.UNDER_RATING])),
            late=Count("pk", filter=Q(due__lt=day)),
            oldest=Min("state_at"),
        )
    }
    done = concluded_by(heads)
    seated = {
        key: user
        for by in reviewers_at(heads, at=at).values()
        for people in by.values()
        for key, user in people.items()
    }
    gone = User.objects.in_bulk([key for key in {*found, *done} if key is not None and key not in seated])
    people = sorted((seated | gone).values(), key=lambda one: (one.name, one.pk))
    loads = [_load(one, one.pk in seated, found.get(one.pk, {}), done.get(one.pk, 0)) for one in people]
    return [_load(None, True, found[None], 0), *loads] if None in found else loads


def concluded_by(offices: list[int]) -> dict[int, int]:
    """Count by reviewer the assigned reviews of offices that went on to the next step, in cycles that are not closed."""
    rows = ReviewAssignment.objects.filter(ended_at__isnull=True, sheet__cycle__closed_at__isnull=True)
    done = Q(stage=Stage.ACCEPTANCE, sheet__supervisor__in=offices) & ~Q(
        sheet__state__in=[State.DRAFT, *TO_ACCEPT]
    )
    done |= Q(stage=Stage.RATING, sheet__rating_authority__in=offices) & ~Q(
        sheet__state__in=[State.DRAFT, *TO_ACCEPT, *TO_RATE]
    )
    return dict(rows.filter(done).order_by().values_list("reviewer").annotate(n=Count("pk")))


def _load(reviewer: User | None, is_seated: bool, row: dict, concluded: int) -> Load:
    oldest = row.get("oldest")
    return Load(
        reviewer=reviewer,
        is_seated=is_seated,
        waiting=row.get("waiting", 0),
        begun=row.get("begun", 0),
        late=row.get("late", 0),
        oldest=local_day(oldest) if oldest else None,
        concluded=concluded,
    )
