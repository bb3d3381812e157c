"""How one's marks on a criterion stand beside those of other reviewers: to oneself first, to a head only as a spread.

Nobody else is named, and nothing of others is shown before enough of them have marked that no single one can be told
from the figures. It is no ranking: figures are by criterion, and lead to nothing.
"""

import statistics
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from qiangji.assessments.models import Mark
from qiangji.assessments.reviewing import leads_offices
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import CONCLUDED
from qiangji.lib.numbers import points as exact
from qiangji.orgs.reach import Reach
from qiangji.standards.models import Criterion

# Others' figures need so many other reviewers; the spread for a head so many reviewers with so many marks each.
OTHERS_NEEDED = 3
SPREAD_NEEDED = 5
MARKS_NEEDED = 3
# One's own mean is called far from others' past this part of a criterion's points.
FAR = Decimal("0.25")


@dataclass(frozen=True)
class Choice:
    """What can be compared: one stage of one cycle on one edition."""

    cycle: str
    cycle_title: str
    stage: str
    edition: str
    edition_title: str

    @property
    def key(self) -> str:
        return f"{self.cycle}.{self.stage}.{self.edition}"

    @property
    def label(self) -> str:
        return f"{self.cycle_title} · {self.edition_title} · {Stage(self.stage).label}"


@dataclass(frozen=True)
class Figures:
    """Marks on one criterion: how many, how many of them full, the mean of what was taken off."""

    count: int
    full: int
    mean: Decimal

    @property
    def share(self) -> int:
        """Full marks per cent, rounded."""
        return round(100 * self.full / self.count)


@dataclass(frozen=True)
class Compared:
    """One criterion: one's own figures, and those of others once enough of them have marked."""

    code: str
    title: str
    points: Decimal
    mine: Figures
    others: Figures | None
    reviewers: int

    @property
    def gap(self) -> Decimal:
        """How much more one takes off than others, in points; 0 where there are no others to compare with."""
        return self.mine.mean - self.others.mean if self.others else Decimal(0)

    @property
    def is_far(self) -> bool:
        return self.mine.count >= MARKS_NEEDED and abs(self.gap) > FAR * self.points


@dataclass(frozen=True)
class Spread:
    """One criterion over all reviewers, each one value and none named: share of full marks, mean taken off."""

    code: str
    title: str
    points: Decimal
    reviewers: int
    lowest: int
    median: int
    highest: int


def choices(reach: Reach) -> list[Choice]:
    """Return what can be compared: what one has marked oneself, and as head what one's office has. One query."""
    heads = leads_offices(reach)
    mine = Q(marked_by=reach.user)
    led = Q(stage=Stage.ACCEPTANCE, answer__sheet__supervisor__in=heads)
    led |= Q(stage=Stage.RATING, answer__sheet__rating_authority__in=heads)
    rows = (
        Mark.objects.filter(mine | led, stage__in=[Stage.ACCEPTANCE, Stage.RATING], points__isnull=False)
        .order_by("-answer__sheet__cycle__year", "answer__sheet__cycle__title", "stage")
        .values_list(
            "answer__sheet__cycle__public_id",
            "answer__sheet__cycle__title",
            "stage",
            "answer__sheet__edition__public_id",
            "answer__sheet__edition__title",
            "answer__sheet__cycle__year",
        )
        .distinct()
    )
    return [Choice(str(row[0]), row[1], row[2], str(row[3]), row[4]) for row in rows]


def marks_of(choice: Choice) -> QuerySet[Mark]:
    """Return the marks that can be compared: of criteria with points, without bonus and checklists."""
    return Mark.objects.filter(
        stage=choice.stage,
        points__isnull=False,
        answer__sheet__cycle__public_id=choice.cycle,
        answer__sheet__edition__public_id=choice.edition,
        answer__criterion__points__gt=0,
        answer__criterion__group__section__is_bonus=False,
    ).exclude(answer__criterion__scoring_kind__in=[Criterion.Kind.BONUS, Criterion.Kind.CHECKLIST])


def compared(reach: Reach, choice: Choice) -> list[Compared]:
    """Hold one's own marks against others' concluded ones, the farthest apart first: two statements."""
    mine = Q(marked_by=reach.user)
    concluded = ~mine & Q(answer__sheet__state__in=CONCLUDED[Stage(choice.stage)])
    is_full = Q(points__gte=F("answer__criterion__points"))
    taken = F("answer__criterion__points") - F("points")
    rows: Any = (
        marks_of(choice)
        .filter(mine | concluded)
        .order_by()
        .values("answer__criterion")
        .annotate(
            mine=Count("pk", filter=mine),
            mine_full=Count("pk", filter=mine & is_full),
            mine_taken=Sum(taken, filter=mine),
            others=Count("pk", filter=concluded),
            others_full=Count("pk", filter=concluded & is_full),
            others_taken=Sum(taken, filter=concluded),
            reviewers=Count("marked_by", filter=concluded, distinct=True),
        )
    )
    found = {row["answer__criterion"]: row for row in rows if row["mine"]}
    criteria = Criterion.objects.filter(pk__in=found).order_by("position")
    lines = [_compared(one, found[one.pk]) for one in criteria]
    return sorted(lines, key=lambda line: -abs(line.gap) / line.points)


def _compared(criterion: Criterion, row: dict[str, Any]) -> Compared:
    enough = row["reviewers"] >= OTHERS_NEEDED
    return Compared(
        code=criterion.code,
        title=criterion.title,
        points=exact(criterion.points or Decimal(0)),
        mine=_figures(row["mine"], row["mine_full"], row["mine_taken"]),
        others=_figures(row["others"], row["others_full"], row["others_taken"]) if enough else None,
        reviewers=row["reviewers"],
    )


def _figures(count: int, full: int, taken: Decimal) -> Figures:
    return Figures(count, full, (exact(taken) / count).quantize(Decimal("0.01")))


def spreads(choice: Choice) -> list[Spread]:
    """Return, for a head, how the share of full marks spreads over reviewers, the widest first: two statements.

    A criterion is there once enough reviewers have concluded enough marks on it; nobody is named.
    """
    rows = (
        marks_of(choice)
        .filter(answer__sheet__state__in=CONCLUDED[Stage(choice.stage)])
        .order_by()
        .values_list("answer__criterion", "marked_by")
        .annotate(count=Count("pk"), full=Count("pk", filter=Q(points__gte=F("answer__criterion__points"))))
    )
    shares: dict[int, list[int]] = {}
    for criterion, _, count, full in rows:
        if count >= MARKS_NEEDED:
            shares.setdefault(criterion, []).append(round(100 * full / count))
    enough = {key: found for key, found in shares.items() if len(found) >= SPREAD_NEEDED}
    lines = [
        Spread(
            one.code,
            one.title,
            exact(one.points or Decimal(0)),
            len(found := enough[one.pk]),
            min(found),
            round(statistics.median(found)),
            max(found),
        )
        for one in Criterion.objects.filter(pk__in=enough).order_by("position")
    ]
    return sorted(lines, key=lambda line: line.lowest - line.highest)
