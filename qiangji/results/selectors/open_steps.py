"""How much of a cycle's last steps is left, as counts for a desk: recognition, what follows from results, filing.

The pages of these steps compute who exactly it is, from scores; here the database counts rows, so that all numbers cost one
statement whatever the size of a province. What rests on scores alone (lagging branches of a hospital without a result)
and what is only offered (述职评议考核, 通报表扬) is not counted.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat

from qiangji.assessments.models import Sheet
from qiangji.assessments.selectors.draws import at_its_end
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.assessments.vetoes import holding_answers
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.rectification.states import PENDING
from qiangji.results.models import (
    BranchReassessment,
    BranchStanding,
    Consequence,
    Filing,
    Reassessment,
    Result,
    Revocation,
    Summary,
)
from qiangji.results.selectors.due import SHORT, TWICE

Kind = Consequence.Kind
HOSPITALS = Q(organization_kind=Organization.Kind.HOSPITAL, organization__is_public=True)


class What(StrEnum):
    """What is counted: sheets that wait for a result (first, after mending, looked at again), and who was told nothing."""

    FIRST = "first"
    MENDED = "mended"
    RECHECKED = "rechecked"
    ORGANIZATIONS = "organizations"
    ABSENT = "absent"
    BRANCHES = "branches"


@dataclass(frozen=True)
class Step:
    """One count of a cycle; ``until`` is the day of a re-assessment, which has its own."""

    cycle_id: int
    what: What
    until: date | None
    many: int


def open_steps(cycles: Collection[int], *, over: Collection[int] = ()) -> list[Step]:
    """Return what is left of recognition and its consequences in cycles: one statement for all.

    ``over`` are those whose last review deadline is over, and in which who never applied is told to mend.
    """
    counts = [
        to_recognize(cycles),
        organizations_to_follow(cycles),
        branches_to_follow(cycles),
        *([absent_to_follow(over)] if over else []),
    ]
    rows = counts[0].union(*counts[1:], all=True)
    return [Step(cycle, What(what), until, many) for cycle, what, until, many in rows]


def _counted(rows: QuerySet, cycle: str, what: Any, until: Any = None) -> QuerySet:
    """Return counts by cycle with what they count, alike in all columns."""
    until = until if until is not None else Value(None, output_field=DateField())
    named = rows.order_by().annotate(what=what, until=until)
    return named.values_list(cycle, "what", "until").annotate(many=Count("pk"))


def _named(what: What) -> Value:
    return Value(what.value, output_field=CharField())


def to_recognize(cycles: Collection[int]) -> QuerySet:
    """Return how many sheets wait for recognition, by what they come from; one that a condition holds waits for others."""
    results = Result.objects.filter(sheet=OuterRef("pk")).order_by()
    withheld = results.newest().filter(outcome=Result.Outcome.WITHHELD)
    proposed = Revocation.objects.filter(sheet=OuterRef("pk"), state=Revocation.State.PROPOSED).order_by()
    mending = Reassessment.objects.filter(sheet=OuterRef("pk"), new_result__isnull=True).order_by()
    looked = Q(state=State.INSPECTED) & ~Exists(proposed)
    waits = ((at_its_end() | looked) & ~Exists(_holding())) | (Q(state=State.WITHHELD) & ~Exists(withheld))
    what = Case(
        When(Exists(mending), then=_named(What.MENDED)),
        When(Q(state=State.INSPECTED) & Exists(results), then=_named(What.RECHECKED)),
        default=_named(What.FIRST),
    )
    until = Case(When(Exists(mending), then=F("own_deadline_date")), default=None, output_field=DateField())
    return _counted(Sheet.objects.filter(HOSPITALS, waits, cycle__in=cycles), "cycle", what, until)


def _holding() -> QuerySet:
    """Return the answers that hold a hospital's own sheet or one of its branches', as ``findings`` says."""
    top = OuterRef("organization_path")
    return holding_answers().filter(
        sheet__final_stage=Stage.ACCEPTANCE,
        sheet__cycle=OuterRef("cycle"),
        sheet__organization_path__gte=top,
        sheet__organization_path__lt=Concat(top, Value(paths.LAST)),
    )


def organizations_to_follow(cycles: Collection[int]) -> QuerySet:
    """Return for how many organizations short of the standard something was not opened."""
    before = Result.objects.newest().filter(
        organization=OuterRef("organization"), cycle__year=OuterRef("cycle__year") - 1, cycle__is_trial=False,
        outcome__in=SHORT,
    )  # fmt: skip
    lacks = Q(outcome=Result.Outcome.BELOW) & ~Exists(_answering(Kind.TIME_LIMITED))
    twice = Q(pk__in=[])
    for kind in TWICE:
        twice |= Q(~Exists(_answering(kind)))
    rows = _standing(cycles).filter(outcome__in=SHORT).filter(lacks | (Exists(before.order_by()) & twice))
    return _counted(rows, "cycle", _named(What.ORGANIZATIONS))


def _standing(cycles: Collection[int]) -> QuerySet:
    """Return the results that count in cycles that are open, and those decided since one was closed."""
    since = Q(cycle__closed_at__isnull=True) | Q(decided_at__gt=F("cycle__closed_at"))
    return Result.objects.newest().filter(since, cycle__in=cycles).order_by()


def _answering(kind: str) -> QuerySet:
    """Return what was opened of a kind and answers for the standing of a result: as ``still_due`` says."""
    rows = Consequence.objects.filter(
        kind=kind, sheet=OuterRef("sheet"), organization=OuterRef("organization"), withdrawn_at__isnull=True
    ).order_by()
    if kind not in (Kind.TIME_LIMITED, Kind.KEY_REMEDY):
        return rows
    # Another outcome begins a standing anew, and so does the end of a re-assessment.
    other = Q(sequence__gte=OuterRef("result__sequence")) & ~Q(outcome=OuterRef(OuterRef("outcome")))
    again = Q(sequence__gt=OuterRef("result__sequence"), ends_reassessment__isnull=False)
    anew = Result.objects.filter(other | again, sheet=OuterRef("sheet")).order_by()
    answers = Q(result__isnull=False) & ~Exists(anew)
    return rows.filter(Q(rectification__state__in=PENDING) | answers)


def branches_to_follow(cycles: Collection[int]) -> QuerySet:
    """Return how many lagging branches were told nothing since they came to lag."""
    opened_on = Coalesce(OuterRef("result__sequence"), 0)
    recovered = BranchStanding.objects.filter(
        organization=OuterRef("organization"), is_lagging=False, result__sheet=OuterRef("sheet"),
        result__sequence__gt=opened_on,
    ).order_by()  # fmt: skip
    again = BranchReassessment.objects.filter(rectification=OuterRef("rectification")).order_by()
    counted = (
        at_its_end("rectification__sheet__")
        & Exists(again)
        & Q(rectification__sheet__state_at__lt=OuterRef("result__decided_at"))
    )
    answers = ~counted & ~Exists(recovered)
    told = Consequence.objects.filter(
        Q(rectification__state__in=PENDING) | answers, kind=Kind.KEY_BRANCH, sheet=OuterRef("result__sheet"),
        organization=OuterRef("organization"), withdrawn_at__isnull=True,
    )  # fmt: skip
    rows = BranchStanding.objects.filter(
        ~Exists(told.order_by()), is_lagging=True, result__in=_standing(cycles).values("pk")
    )
    return _counted(rows, "result__cycle", _named(What.BRANCHES))


def absent_to_follow(cycles: Collection[int]) -> QuerySet:
    """Return how many hospitals never applied and were told nothing."""
    told = Consequence.objects.filter(
        sheet=OuterRef("pk"), organization=OuterRef("organization"), withdrawn_at__isnull=True,
        kind=Kind.TIME_LIMITED,
    )  # fmt: skip
    decided = Result.objects.filter(sheet=OuterRef("pk"))
    rows = Sheet.objects.filter(
        HOSPITALS, ~Exists(told.order_by()), ~Exists(decided.order_by()), cycle__in=cycles, state=State.DRAFT
    )
    return _counted(rows, "cycle", _named(What.ABSENT))


def filings_to_see_to(seats: Collection[int]) -> QuerySet[Filing]:
    """Return the filings that wait for a receipt of these nodes, and the newest of their own that came back.

    Who gives the receipt is the node above the region today (``may_receive``), wherever it was handed in. One that came
    back is seen to once a newer one was handed in; one that is only frozen still has to be.
    """
    newer = Summary.objects.filter(
        cycle=OuterRef("summary__cycle"), region=OuterRef("summary__region"),
        sequence__gt=OuterRef("summary__sequence"), filing__isnull=False,
    )  # fmt: skip
    waits = Q(receipt__isnull=True, summary__region__parent__in=seats)
    came_back = Q(receipt__is_accepted=False, summary__region__in=seats) & ~Exists(newer.order_by())
    rows = Filing.objects.filter(waits | came_back)
    return rows.select_related("summary__region", "summary__cycle", "receipt").order_by("filed_at", "pk")
