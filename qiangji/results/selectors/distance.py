"""How far an organization is from the standard, for itself only, and what would close the gap with the least."""

from dataclasses import dataclass
from decimal import Decimal

from qiangji.assessments.models import Answer, Mark, Sheet
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.results.selectors.findings import Finding
from qiangji.scoring.recognition import needed
from qiangji.standards.models import Criterion


@dataclass(frozen=True)
class Gap:
    """One criterion that could bring more: how much it has, how much it could have."""

    code: str
    title: str
    has: Decimal
    full: Decimal
    is_open: bool

    @property
    def lost(self) -> Decimal:
        return self.full - self.has


@dataclass(frozen=True)
class Nearest:
    """One branch that is not above the line, and by how much; no score while its sheet was not handed in, or withheld."""

    name: str
    score: Decimal | None
    lacks: Decimal | None
    is_withheld: bool = False


@dataclass(frozen=True)
class Distance:
    """Where an organization stands to the line, and the shortest list of criteria that would bring it above."""

    score: Decimal
    line: Decimal
    open_count: int
    gaps: tuple[Gap, ...]
    cheapest: tuple[Gap, ...]
    branches_all: int
    branches_above: int
    branches_needed: int
    nearest: tuple[Nearest, ...]

    @property
    def is_above(self) -> bool:
        return self.score > self.line

    @property
    def lacks(self) -> Decimal:
        """By how much the score falls short; being exactly at the line lacks the least step, not nothing."""
        return max(Decimal(0), self.line - self.score)

    @property
    def branches_short(self) -> int:
        return max(0, self.branches_needed - self.branches_above)


def distance_of(sheet: Sheet, found: Finding) -> Distance:
    """Return the distance by the organization's own marks while it fills, by the marks that count afterwards."""
    gaps, own_score = gaps_of(sheet)
    score = own_score if sheet.state == State.DRAFT or found.score is None else found.score
    lost = sorted((gap for gap in gaps if gap.lost > 0), key=lambda gap: (-gap.lost, gap.code))
    below = [unit for unit in found.units if unit.score is None or unit.score <= found.rules.line]
    below.sort(key=lambda unit: (unit.score is None, -(unit.score or 0), unit.code))
    above = len(found.units) - len(below)
    return Distance(
        score=score,
        line=found.rules.line,
        open_count=sum(gap.is_open for gap in gaps),
        gaps=tuple(lost),
        cheapest=cheapest(lost, score, found.rules.line),
        branches_all=len(found.units),
        branches_above=above,
        branches_needed=needed(found.rules.share, len(found.units)),
        nearest=tuple(
            Nearest(
                unit.name,
                unit.score,
                found.rules.line - unit.score if unit.score is not None else None,
                unit.is_withheld,
            )  # fmt: skip
            for unit in below
        ),
    )


def cheapest(lost: list[Gap], score: Decimal, line: Decimal) -> tuple[Gap, ...]:
    """Return the fewest criteria that, brought to full marks, carry a score above the line; nothing if none can.

    >>> gap = lambda code, lost: Gap(code, "", Decimal(0), Decimal(lost), False)
    >>> [one.code for one in cheapest([gap("a", 3), gap("b", 1)], Decimal(88), Decimal(90))]
    ['a']
    >>> [one.code for one in cheapest([gap("a", 1)], Decimal(88), Decimal(90))]
    []
    """
    chosen: list[Gap] = []
    for gap in lost:
        if score > line:
            break
        chosen.append(gap)
        score += gap.lost
    return tuple(chosen) if score > line else ()


def gaps_of(sheet: Sheet) -> tuple[list[Gap], Decimal]:
    """Return every criterion that has full marks, with its self mark as far as there is one, and the sum of all self marks.

    Bonus marks have no full marks to fall short of, and count in the sum as they do in the score. Two statements.
    """
    marks = dict(
        Mark.objects.filter(answer__sheet=sheet, stage=Stage.SELF).values_list("answer_id", "points")
    )
    rows = (
        Answer.objects.filter(sheet=sheet)
        .exclude(criterion__scoring_kind__in=[Criterion.Kind.BONUS, Criterion.Kind.CHECKLIST])
        .select_related("criterion")
        .order_by("criterion__position")
    )
    found = []
    for answer in rows:
        points, full = marks.get(answer.pk), answer.criterion.points
        if full is not None:
            found.append(
                Gap(answer.criterion.code, answer.criterion.title, points or Decimal(0), full, points is None)
            )
    return found, sum((points for points in marks.values() if points is not None), Decimal(0))
