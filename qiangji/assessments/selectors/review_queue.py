"""The reviewers' queue: what an office has to accept and rate, in whose hands, how far, and until when.

Filtered, sorted and counted in the database, a page at a time: the statements do not grow with the sheets that wait.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, FilteredRelation, Q, QuerySet, When

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Cycle, ReviewAssignment, Sheet
from qiangji.assessments.permissions import is_insider
from qiangji.assessments.reviewing import (
    TO_ACCEPT,
    awaited_stage,
    deadline_expression,
    leads_offices,
    of_my_offices,
    office_of,
    reviewers_at,
    stage_expression,
    works_in_offices,
)
from qiangji.assessments.stages import EARLIER, Stage
from qiangji.assessments.states import Position, State
from qiangji.lib.dates import is_past, local_day
from qiangji.lib.typed import typed_line
from qiangji.orgs.reach import Reach
from qiangji.standards.models import Criterion

PER_PAGE = 25
MINE, POOL, ALL = "mine", "pool", "all"
SCOPES = {MINE: "我负责的", POOL: "待认领", ALL: "本部门全部"}
SORTS = {
    "deadline": ("due", "state_at", "organization_path"),
    "-deadline": ("-due", "state_at", "organization_path"),
    "age": ("state_at", "organization_path"),
    "-age": ("-state_at", "organization_path"),
    "name": ("organization_path",),
    "-name": ("-organization_path",),
}
TASKS = {
    State.SUBMITTED: "开始验收",
    State.UNDER_ACCEPTANCE: "验收中",
    State.ACCEPTED: "开始评定",
    State.UNDER_RATING: "评定中",
}


@dataclass(frozen=True)
class QueueFilter:
    """What the filter line holds; ``scope`` empty: one's own, or all for who only distributes."""

    scope: str = ""
    cycle: str = ""
    stage: str = ""
    reviewer: str = ""
    words: str = ""
    late: bool = False
    sort: str = "deadline"
    number: str = "1"

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "QueueFilter":
        """Read a query string; what is unknown is as if it were not there."""
        scope, stage, sort = query.get("scope", ""), query.get("stage", ""), query.get("sort", "deadline")
        return cls(
            scope=scope if scope in SCOPES else "",
            cycle=query.get("cycle", ""),
            stage=stage if stage in (Stage.ACCEPTANCE, Stage.RATING) else "",
            reviewer=query.get("reviewer", ""),
            words=typed_line(query.get("words", ""))[:50],
            late=query.get("late", "") == "1",
            sort=sort if sort in SORTS else "deadline",
            number=query.get("page", "1"),
        )

    def query(self, **changes: str) -> str:
        """Return the query string with some parts changed."""
        parts = {
            "scope": self.scope,
            "cycle": self.cycle,
            "stage": self.stage,
            "reviewer": self.reviewer,
            "words": self.words,
            "late": "1" if self.late else "",
            "sort": self.sort,
        }
        return urlencode({key: value for key, value in (parts | changes).items() if value})


@dataclass(frozen=True)
class Progress:
    """How far a review has come: criteria marked of all to mark, differences, differences without their reason."""

    done: int = 0
    all: int = 0
    differs: int = 0
    bare: int = 0

    @property
    def percent(self) -> int:
        return 100 * self.done // self.all if self.all else 0


@dataclass(frozen=True)
class QueueLine:
    """One sheet that waits for a review."""

    sheet: Sheet
    stage: Stage
    task: str
    deadline: date
    is_late: bool
    days_left: int
    age: int
    progress: Progress
    assignment: ReviewAssignment | None
    is_mine: bool
    is_barred: bool
    may_pass: bool

    @property
    def is_near(self) -> bool:
        return not self.is_late and self.days_left <= 7

    @property
    def may_choose(self) -> bool:
        """The line has something to do in bulk: take it, give it, hand it over."""
        return self.may_pass or (self.assignment is None and not self.is_barred)


@dataclass(frozen=True)
class QueuePage:
    """A page of the queue with what its filter line offers and its buttons can do."""

    lines: list[QueueLine]
    page: Page
    cycles: list[Cycle]
    counts: dict[str, int]
    chosen: QueueFilter
    scope: str
    colleagues: list[User]
    is_lead: bool
    is_reviewer: bool
    scopes: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def query(self) -> str:
        return self.chosen.query()

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return what the filter line holds as fields, so that an act leads back to the same rows."""
        return [*parse_qsl(self.chosen.query()), ("page", self.chosen.number)]

    @property
    def sorts(self) -> dict[str, str]:
        """Return, by column, the query string that sorts by it, or the other way round where it already does."""
        chosen = self.chosen
        return {
            column: chosen.query(sort=f"-{column}" if chosen.sort == column else column)
            for column in ("deadline", "age", "name")
        }


def works_in_reviews(reach: Reach) -> bool:
    """Say whether this person has a queue: reviews somewhere, or distributes reviews."""
    return bool(works_in_offices(reach))


def queue_page(reach: Reach, chosen: QueueFilter, *, at: datetime) -> QueuePage:
    """Read one page of the queue: a fixed number of statements, whatever the number of sheets."""
    day = local_day(at)
    office = waiting_sheets(reach)
    cycles = list(Cycle.objects.filter(pk__in=office.order_by().values("cycle")))
    sheets = narrowed(office, chosen, day)
    counts = sheets.order_by().aggregate(
        mine=Count("pk", filter=Q(holder=reach.user.pk)),
        pool=Count("pk", filter=Q(holder=None)),
        all=Count("pk"),
    )
    reviewers = reviewers_at(works_in_offices(reach), at=at)
    colleagues = {
        key: one for by in reviewers.values() for people in by.values() for key, one in people.items()
    }
    is_reviewer = reach.user.pk in colleagues
    scope = chosen.scope or (MINE if is_reviewer and counts["mine"] else POOL if is_reviewer else ALL)
    sheets = in_scope(sheets, scope, reach)
    if chosen.reviewer:
        sheets = sheets.filter(holder__in=[k for k, u in colleagues.items() if u.username == chosen.reviewer])
    pages = Paginator(sheets.order_by(*SORTS[chosen.sort]), PER_PAGE)
    if not chosen.reviewer:  # counted already
        pages.__dict__["count"] = counts[scope]
    page = pages.get_page(chosen.number)
    return QueuePage(
        lines=lines_of(reach, list(page.object_list), at),
        page=page,
        cycles=cycles,
        counts=counts,
        chosen=chosen,
        scope=scope,
        colleagues=sorted(colleagues.values(), key=lambda one: (one.name, one.pk)),
        is_lead=bool(leads_offices(reach)),
        is_reviewer=is_reviewer,
        scopes=[(key, label, counts[key]) for key, label in SCOPES.items() if key != MINE or is_reviewer],
    )


def waiting_sheets(reach: Reach, *, assigning: bool = False) -> QuerySet[Any]:
    """Return what waits for a review by an office of mine, each with its stage, deadline and present reviewer."""

    def present(stage: Stage) -> FilteredRelation:
        return FilteredRelation(
            "assignments", condition=Q(assignments__ended_at__isnull=True, assignments__stage=stage)
        )

    def of_stage(name: str) -> Case:
        return Case(When(state__in=TO_ACCEPT, then=F(f"accepting__{name}")), default=F(f"rating__{name}"))

    return (
        Sheet.objects.filter(of_my_offices(reach, assigning=assigning))
        .annotate(awaited=stage_expression(), due=deadline_expression())
        .annotate(accepting=present(Stage.ACCEPTANCE), rating=present(Stage.RATING))
        .annotate(in_hand=of_stage("id"), holder=of_stage("reviewer_id"))
    )


def narrowed(sheets: QuerySet[Any], chosen: QueueFilter, day: date) -> QuerySet[Any]:
    """Keep what the filter line asks for, but for whose hands it is in."""
    if chosen.cycle:
        sheets = sheets.filter(cycle__public_id__in=[chosen.cycle] if is_uuid(chosen.cycle) else [])
    if chosen.stage:
        sheets = sheets.filter(awaited=chosen.stage)
    if chosen.words:
        sheets = sheets.filter(
            Q(organization_name__icontains=chosen.words) | Q(organization__code=chosen.words)
        )
    return sheets.filter(due__lt=day) if chosen.late else sheets


def is_uuid(text: str) -> bool:
    """Say whether a text is a public id as addresses write it."""
    return len(text) == 36 and all(one in "0123456789abcdef-" for one in text)


def in_scope(sheets: QuerySet[Any], scope: str, reach: Reach) -> QuerySet[Any]:
    """Keep one's own, or what nobody has in hand."""
    if scope == MINE:
        return sheets.filter(holder=reach.user.pk)
    return sheets.filter(holder=None) if scope == POOL else sheets


def lines_of(reach: Reach, sheets: list[Any], at: datetime) -> list[QueueLine]:
    """Return the lines of one page, with their progress and who has them in hand."""
    day = local_day(at)
    keys = [sheet.pk for sheet in sheets]
    full = Sheet.objects.select_related("organization", "cycle", "edition").in_bulk(keys)
    rows = ReviewAssignment.objects.select_related("reviewer", "assigned_by")
    assignments = rows.in_bulk([key for one in sheets if (key := one.in_hand)])
    heads = set(leads_offices(reach))
    progress = progress_of([full[key] for key in keys])
    lines = []
    for found in sheets:
        sheet, stage = full[found.pk], awaited_stage(found)
        assert stage is not None  # only sheets that wait are read
        row = assignments.get(found.in_hand)
        position = Position.SUPERVISOR if stage == Stage.ACCEPTANCE else Position.RATING_AUTHORITY
        deadline = sheet.deadline_of(stage)
        is_mine = row is not None and row.reviewer_id == reach.user.pk
        lines.append(
            QueueLine(
                sheet=sheet,
                stage=stage,
                task=TASKS[State(sheet.state)],
                deadline=deadline,
                is_late=is_past(deadline, at=at),
                days_left=(deadline - day).days,
                age=(day - local_day(sheet.state_at)).days,
                progress=progress.get(sheet.pk, Progress()),
                assignment=row,
                is_mine=is_mine,
                is_barred=is_insider(reach, sheet, position),
                may_pass=is_mine or office_of(sheet, stage) in heads,
            )
        )
    return lines


def progress_of(sheets: list[Sheet]) -> dict[int, Progress]:
    """Count marks, differences and missing reasons of sheets under review: one statement for each stage that occurs."""
    found: dict[int, Progress] = {}
    for stage, state in ((Stage.ACCEPTANCE, State.UNDER_ACCEPTANCE), (Stage.RATING, State.UNDER_RATING)):
        keys = [sheet.pk for sheet in sheets if sheet.state == state]
        if keys:
            found |= {row.pop("sheet"): Progress(**row) for row in _counted(keys, stage)}
    return found


def _counted(sheets: list[int], stage: Stage) -> Iterable[dict[str, Any]]:
    differs = Q(mine__points__isnull=False, before__points__isnull=False) & ~Q(
        mine__points=F("before__points")
    )
    answers = Answer.objects.filter(sheet__in=sheets).exclude(
        criterion__scoring_kind=Criterion.Kind.CHECKLIST
    )
    rows: Any = (
        answers.annotate(
            mine=FilteredRelation("marks", condition=Q(marks__stage=stage)),
            before=FilteredRelation("marks", condition=Q(marks__stage=EARLIER[stage])),
        )
        .order_by()
        .values("sheet")
        .annotate(
            all=Count("pk"),
            done=Count("mine__points"),
            differs=Count("pk", filter=differs),
            bare=Count("pk", filter=differs & Q(mine__remark="")),
        )
    )
    return rows


def history_of_assignments(sheet: Sheet) -> list[ReviewAssignment]:
    """Return in whose hands a sheet was and is, in order of time."""
    rows = ReviewAssignment.objects.filter(sheet=sheet)
    return list(rows.select_related("reviewer", "assigned_by", "ended_by").order_by("assigned_at", "pk"))
