"""The list of sheets: filtered in the database, a page at a time, with totals only where they may be seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q, QuerySet, Sum

from qiangji.assessments.models import Cycle, Mark, Sheet, SheetTransition
from qiangji.assessments.permissions import may_read
from qiangji.assessments.reviewing import awaited_stage
from qiangji.assessments.selectors.returns import earliest_due
from qiangji.assessments.selectors.sheet_page import readable_stages
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.lib.dates import is_past
from qiangji.lib.numbers import points
from qiangji.lib.typed import typed_line
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach

PER_PAGE = 50
SORTS = {
    "name": ("organization_path",),
    "-name": ("-organization_path",),
    "state": ("state", "organization_path"),
    "-state": ("-state", "organization_path"),
    "deadline": ("cycle__self_deadline_date", "organization_path"),
    "-deadline": ("-cycle__self_deadline_date", "organization_path"),
}


@dataclass(frozen=True)
class SheetFilter:
    """What the filter line holds."""

    cycle: str = ""
    state: str = ""
    kind: str = ""
    words: str = ""
    sort: str = "name"
    number: str = "1"

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "SheetFilter":
        """Read a query string; what is unknown is as if it were not there."""
        state, kind, sort = query.get("state", ""), query.get("kind", ""), query.get("sort", "name")
        return cls(
            cycle=query.get("cycle", ""),
            state=state if state in State.values else "",
            kind=kind if kind in Organization.Kind.values else "",
            words=typed_line(query.get("words", ""))[:50],
            sort=sort if sort in SORTS else "name",
            number=query.get("page", "1"),
        )

    def query(self, **changes: str) -> str:
        """Return the query string with some parts changed."""
        parts = {
            "cycle": self.cycle,
            "state": self.state,
            "kind": self.kind,
            "words": self.words,
            "sort": self.sort,
        }
        return urlencode({key: value for key, value in (parts | changes).items() if value})


@dataclass(frozen=True)
class SheetLine:
    """One line of the list; ``totals`` by stage, empty where the content may not be opened yet.

    ``lateness`` says what is overdue, or was done after its deadline. ``out_until``: the nearest day until which single criteria are out for amendment.
    """

    sheet: Sheet
    totals: dict[str, Decimal]
    is_open: bool
    lateness: tuple[str, ...]
    out_until: date | None = None
    is_overdue: bool = False

    @property
    def self_deadline(self) -> date:
        return self.sheet.deadline_of(Stage.SELF)

    @property
    def self_total(self) -> Decimal | None:
        return self.totals.get(Stage.SELF)

    @property
    def acceptance_total(self) -> Decimal | None:
        return self.totals.get(Stage.ACCEPTANCE)

    @property
    def rating_total(self) -> Decimal | None:
        return self.totals.get(Stage.RATING)


@dataclass(frozen=True)
class SheetListPage:
    """A page of the list with what its filter line offers."""

    lines: list[SheetLine]
    page: Page
    cycles: list[Cycle]
    counts: dict[str, int]
    chosen: SheetFilter

    @property
    def query(self) -> str:
        return self.chosen.query()

    def sorted_by(self, column: str) -> str:
        """Return the query string that sorts by a column, or the other way round where it already does."""
        return self.chosen.query(sort=f"-{column}" if self.chosen.sort == column else column)

    @property
    def sort_name(self) -> str:
        return self.sorted_by("name")

    @property
    def sort_state(self) -> str:
        return self.sorted_by("state")

    @property
    def sort_deadline(self) -> str:
        return self.sorted_by("deadline")

    @property
    def states(self) -> list[tuple[str, str, int]]:
        return [(state.value, state.label, self.counts.get(state.value, 0)) for state in State]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [
            (Organization.Kind.HOSPITAL.value, "院级党组织"),
            (Organization.Kind.BRANCH.value, "内设党支部"),
        ]


def list_page(reach: Reach, chosen: SheetFilter, *, at: datetime) -> SheetListPage:
    """Read one page of sheets: a fixed number of statements, whatever the number of sheets."""
    visible = Sheet.objects.visible_to(reach)
    cycles = list(Cycle.objects.filter(pk__in=visible.order_by().values("cycle")).select_related("owner"))
    current = next((cycle for cycle in cycles if str(cycle.public_id) == chosen.cycle), None)
    if current is None and cycles and chosen.cycle != "all":
        current = cycles[0]
    sheets = visible.filter(cycle=current) if current else visible
    if chosen.kind:
        sheets = sheets.filter(organization_kind=chosen.kind)
    if chosen.words:
        sheets = sheets.filter(
            Q(organization_name__icontains=chosen.words) | Q(organization__code=chosen.words)
        )
    counts = dict(sheets.order_by().values_list("state").annotate(n=Count("pk")))
    if chosen.state:
        sheets = sheets.filter(state=chosen.state)
    sheets = sheets.select_related("cycle", "organization", "supervisor", "rating_authority")
    sheets = sheets.annotate(out_until=earliest_due())
    page = Paginator(sheets.order_by(*SORTS[chosen.sort]), PER_PAGE).get_page(chosen.number)
    return SheetListPage(_lines(reach, list(page.object_list), at), page, cycles, counts, chosen)


def _lines(reach: Reach, sheets: list[Sheet], at: datetime) -> list[SheetLine]:
    reach.learn([sheet.organization.path for sheet in sheets])
    readable = {sheet.pk: may_read(reach, sheet) for sheet in sheets}
    moved = _concluded_at(sheets)
    sums = _sums(Mark.objects.filter(answer__sheet__in=[pk for pk, is_open in readable.items() if is_open]))
    lines = []
    for sheet in sheets:
        shown = readable_stages(sheet, is_reviewer=False) if readable[sheet.pk] else []
        totals = {stage: value for stage, value in sums.get(sheet.pk, {}).items() if stage in shown}
        late = lateness(sheet, moved.get(sheet.pk, {}), at=at)
        until: date | None = getattr(sheet, "out_until", None) if readable[sheet.pk] else None
        overdue = until is not None and is_past(until, at=at)
        lines.append(SheetLine(sheet, totals, readable[sheet.pk], late, until, overdue))
    return lines


OVERDUE = {Stage.SELF: "逾期", Stage.ACCEPTANCE: "验收逾期", Stage.RATING: "评定逾期"}
DONE_LATE = {
    "submit": (Stage.SELF, "迟交"),
    "conclude_acceptance": (Stage.ACCEPTANCE, "验收迟于期限"),
    "conclude_rating": (Stage.RATING, "评定迟于期限"),
}


def lateness(sheet: Sheet, moved: Mapping[str, datetime], *, at: datetime) -> tuple[str, ...]:
    """Say what of a sheet is overdue now, and what was done after its deadline; ``moved``: when each verb was last done.

    While a sheet is filled again nothing is held against it but its present deadline.
    """
    found = []
    awaited = Stage.SELF if sheet.state == State.DRAFT else awaited_stage(sheet)
    if awaited is not None and is_past(sheet.deadline_of(awaited), at=at):
        found.append(OVERDUE[awaited])
    if sheet.state == State.DRAFT:
        return tuple(found)
    for verb, (stage, words) in DONE_LATE.items():
        if stage != awaited and verb in moved and is_past(sheet.deadline_of(stage), at=moved[verb]):
            found.append(words)
    return tuple(found)


def _concluded_at(sheets: list[Sheet]) -> dict[int, dict[str, datetime]]:
    """Return, by sheet, when each stage was last concluded: one statement."""
    rows = SheetTransition.objects.filter(sheet__in=sheets, verb__in=DONE_LATE).order_by()
    found: dict[int, dict[str, datetime]] = {}
    for sheet, verb, last in rows.values_list("sheet", "verb").annotate(last=Max("moved_at")):
        found.setdefault(sheet, {})[verb] = last
    return found


def _sums(marks: QuerySet[Mark]) -> dict[int, dict[str, Decimal]]:
    sums: dict[int, dict[str, Decimal]] = {}
    rows = marks.order_by().values_list("answer__sheet_id", "stage").annotate(total=Sum("points"))
    for sheet, stage, total in rows:
        if total is not None:
            sums.setdefault(sheet, {})[stage] = points(total)
    return sums
