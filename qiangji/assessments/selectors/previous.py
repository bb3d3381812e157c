"""What an organization's earlier sheet says about the criteria that live on in this one (以前的考评表).

The earlier sheet is the one of the year before, or, where the authority replaced the table within a year and opened a
second cycle, the one it replaced. Criteria are paired by the decided map of the two editions, by themselves where both
sheets have the same one. Marks of the earlier sheet are shown for reference and are never marks here.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from qiangji.assessments.models import Answer, Evidence, Mark, Sheet
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import CONCLUDED
from qiangji.lib.prepared import Prepared
from qiangji.standards.comparison import Kind, Match
from qiangji.standards.models import CodeMatch, Criterion, Edition, EditionMap
from qiangji.standards.succession import succession

MOST_SOURCES = 5


@dataclass(frozen=True)
class Before:
    """What the earlier sheet has for one criterion; `points` are of the last stage concluded there."""

    answer_id: int
    code: str
    title: str
    has_text: bool
    files: int
    points: Decimal | None


@dataclass(frozen=True)
class Previous:
    """An earlier sheet, its answers by this sheet's criterion, and those whose criterion is gone."""

    public_id: UUID
    year: int
    cycle_title: str
    this_year: int
    edition_id: int
    is_mapped: bool
    answers: dict[int, Before]
    gone: list[Before]

    @property
    def label(self) -> str:
        """How its marks are called beside a row."""
        if self.year == self.this_year:
            return "原表"
        return "上年" if self.year == self.this_year - 1 else f"{self.year}年"

    @property
    def name(self) -> str:
        """How the sheet itself is called."""
        return "原考评表" if self.year == self.this_year else f"{self.year} 年度考评表"


def earlier_sheets(sheet: Sheet) -> QuerySet[Sheet]:
    """Return the organization's sheets before this one, the latest first; trials serve trials only."""
    return _sheets_before(
        sheet.organization_id, sheet.cycle.year, sheet.opened_at, is_trial=sheet.cycle.is_trial
    )


def _sheets_before(organization: int, year: int, opened: datetime, *, is_trial: bool) -> QuerySet[Sheet]:
    found = Sheet.objects.filter(
        Q(cycle__year__lt=year) | Q(cycle__year=year, opened_at__lt=opened), organization=organization
    )
    if not is_trial:
        found = found.filter(cycle__is_trial=False)
    return found.order_by("-cycle__year", "-opened_at", "-pk")


def previous_of(sheet: Sheet, source: Sheet | None = None) -> Previous | None:
    """Return what an earlier sheet holds, by default the latest one; None where there is none: one query."""
    rows = list(_answers_before(source.pk, sheet.edition_id)) if source else _latest_answers_before(sheet)
    if not rows:
        return None
    head = rows[0]
    return Previous(
        public_id=head["sheet__public_id"],
        year=head["sheet__cycle__year"],
        cycle_title=head["sheet__cycle__title"],
        this_year=sheet.cycle.year,
        edition_id=head["sheet__edition_id"],
        is_mapped=head["sheet__edition_id"] == sheet.edition_id or head["is_mapped"],
        answers={row["later_id"]: _before(row) for row in rows if row["later_id"] is not None},
        gone=[_before(row) for row in rows if row["later_id"] is None],
    )


def _before(row: Any) -> Before:
    return Before(
        answer_id=row["pk"],
        code=row["criterion__code"],
        title=row["criterion__title"],
        has_text=row["has_text"],
        files=row["files"],
        points=row["points"],
    )


def _answers_before(which: Any, edition: int) -> QuerySet[Any, Any]:
    """Return what a sheet (its key, or a subquery) says of the criteria that an edition continues."""
    matches = CodeMatch.objects.filter(
        map__earlier=OuterRef("sheet__edition"), map__later=edition, earlier=OuterRef("criterion")
    )
    maps = EditionMap.objects.filter(earlier=OuterRef("sheet__edition"), later=edition)
    return (
        Answer.objects.filter(sheet=which)
        .annotate(
            has_text=~Q(text=""),
            files=Coalesce(Subquery(_files_of()), 0),
            points=Subquery(_last_points()),
            is_mapped=Exists(maps),
            later_id=Case(
                When(sheet__edition=edition, then=F("criterion_id")),
                default=Subquery(matches.values("later")[:1]),
                output_field=IntegerField(),
            ),
        )
        .order_by("criterion__position")
        .values(
            "pk",
            "criterion__code",
            "criterion__title",
            "has_text",
            "files",
            "points",
            "is_mapped",
            "later_id",
            "sheet__public_id",
            "sheet__edition_id",
            "sheet__cycle__year",
            "sheet__cycle__title",
        )
    )


def _latest_answers_before(sheet: Sheet) -> list[Any]:
    return LATEST[sheet.cycle.is_trial](
        organization=sheet.organization_id,
        year=sheet.cycle.year,
        opened=sheet.opened_at,
        edition=sheet.edition_id,
    )


def usable_files(**where: Any) -> QuerySet[Evidence]:
    """Keep evidence that is attached and whose bytes are still there."""
    return Evidence.objects.filter(detached_at__isnull=True, content__swept_at__isnull=True, **where)


def _files_of() -> Any:
    rows = usable_files(answer=OuterRef("pk")).order_by().values("answer")
    return rows.annotate(found=Count("pk")).values("found")


def _last_points() -> Any:
    """The points of the last stage that the earlier sheet's state says is concluded."""
    concluded = (
        Q(stage=Stage.SELF)
        | Q(stage=Stage.ACCEPTANCE, answer__sheet__state__in=CONCLUDED[Stage.ACCEPTANCE])
        | Q(stage=Stage.RATING, answer__sheet__state__in=CONCLUDED[Stage.RATING])
    )
    late_first = Case(
        When(stage=Stage.RATING, then=Value(0)),
        When(stage=Stage.ACCEPTANCE, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return Mark.objects.filter(concluded, answer=OuterRef("pk")).order_by(late_first).values("points")[:1]


def _latest_before(
    organization: int, year: int, opened: datetime, edition: int, *, is_trial: bool
) -> QuerySet[Any, Any]:
    latest = _sheets_before(organization, year, opened, is_trial=is_trial).values("pk")[:1]
    return _answers_before(Subquery(latest), edition)


# Every page of a sheet that is being filled asks this; its text is long, and made once.
LATEST = {
    is_trial: Prepared(
        partial(_latest_before, is_trial=is_trial), organization=int, year=int, opened=datetime, edition=int
    )
    for is_trial in (False, True)
}


# ---- what would be carried over -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CarryRow:
    """One criterion of this sheet: what could come from the earlier one, and what stands in the way."""

    criterion: Criterion
    before: Before | None
    text: str
    files: int
    has_text_here: bool
    match: Match | None = None

    @property
    def carries_text(self) -> bool:
        return bool(self.text.strip()) and not self.has_text_here

    @property
    def carries(self) -> bool:
        return self.carries_text or self.files > 0

    @property
    def change(self) -> str:
        """What changed in the criterion itself since, "" where nothing did."""
        if self.match is None or not self.match.lives_on or self.match.kind == Kind.SAME:
            return ""
        also = "、文字有变" if self.match.kind == Kind.CHANGED_POINTS and self.match.is_reworded else ""
        return self.match.kind.label + also

    @property
    def why_not(self) -> str:
        """Why nothing is carried to this criterion."""
        if self.before is None:
            return "新增条目，没有可带入的内容"
        if not self.before.has_text and not self.before.files:
            return "原来没有填写"
        return "本表已填写，不覆盖"


@dataclass(frozen=True)
class CarryPlan:
    """What an earlier sheet would bring: row by row, and what stays behind."""

    previous: Previous
    rows: list[CarryRow]

    @property
    def carried(self) -> list[CarryRow]:
        return [row for row in self.rows if row.carries]

    @property
    def kept_out(self) -> list[CarryRow]:
        return [row for row in self.rows if not row.carries]

    @property
    def gone(self) -> list[Before]:
        """What has content but no criterion here."""
        return [before for before in self.previous.gone if before.has_text or before.files]

    @property
    def texts(self) -> int:
        return sum(row.carries_text for row in self.rows)

    @property
    def files(self) -> int:
        return sum(row.files for row in self.rows)


def carry_plan(sheet: Sheet, previous: Previous) -> CarryPlan:
    """Return what would be carried to each criterion of a sheet, with the texts to read before."""
    texts = dict(
        Answer.objects.filter(pk__in=[before.answer_id for before in previous.answers.values()])
        .exclude(text="")
        .values_list("pk", "text")
    )
    answers = list(answers_here(sheet))
    sources = {
        answer.pk: previous.answers[answer.criterion_id].answer_id
        for answer in answers
        if answer.criterion_id in previous.answers
    }
    files = Counter(target for target, _ in files_to_carry(sources))
    matches = matches_between(previous, sheet)
    rows = [
        CarryRow(
            criterion=answer.criterion,
            before=previous.answers.get(answer.criterion_id),
            text=texts.get(sources.get(answer.pk, 0), ""),
            files=files[answer.pk],
            has_text_here=bool(answer.text.strip()),
            match=matches.get(answer.criterion.code),
        )
        for answer in answers
    ]
    return CarryPlan(previous, rows)


def files_to_carry(sources: Mapping[int, int]) -> list[tuple[int, Evidence]]:
    """Return which files would go to which answer, from a map of answers here to answers there: two queries.

    An answer that has files takes none, and none takes back what was once taken off it.
    """
    held: dict[int, set[int]] = {}
    filled = set()
    ever = Evidence.objects.filter(answer__in=sources)
    for answer, content, detached_at in ever.values_list("answer_id", "content_id", "detached_at"):
        held.setdefault(answer, set()).add(content)
        if detached_at is None:
            filled.add(answer)
    targets = {source: target for target, source in sources.items() if target not in filled}
    rows = usable_files(answer__in=targets).select_related("content").order_by("attached_at", "pk")
    found = []
    for row in rows:
        target = targets[row.answer_id]
        if row.content_id not in held.setdefault(target, set()):
            held[target].add(row.content_id)
            found.append((target, row))
    return found


def answers_here(sheet: Sheet) -> QuerySet[Answer]:
    """Return a sheet's answers in the order of the table."""
    return Answer.objects.filter(sheet=sheet).select_related("criterion").order_by("criterion__position")


def matches_between(previous: Previous, sheet: Sheet) -> dict[str, Match]:
    """Return how each criterion changed since the earlier edition; nothing where the edition is the same."""
    if previous.edition_id == sheet.edition_id or not previous.is_mapped:
        return {}
    earlier = Edition.objects.select_related("standard").get(pk=previous.edition_id)
    found = succession(earlier, sheet.edition).comparison.matches
    return {match.later.code: match for match in found if match.later}
