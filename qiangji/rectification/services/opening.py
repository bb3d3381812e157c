"""Opening rectifications, one or many, each with its plan filled from what lost points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Mark
from qiangji.assessments.selectors.scores import is_inspected, standing_stage
from qiangji.assessments.stages import Stage
from qiangji.audit import services as audit
from qiangji.audit.models import Event
from qiangji.lib.dates import local_day
from qiangji.lib.numbers import plain
from qiangji.orgs.models import Organization
from qiangji.rectification.exceptions import Refused
from qiangji.rectification.models import Item, Rectification, Step
from qiangji.rectification.states import State
from qiangji.standards.models import Criterion

OBJECT = "rectification"
GAP_LIMIT = 500


@dataclass(frozen=True)
class NewOrder:
    """One rectification to open: whose, in which of the three words, on what it rests, by whom, until when."""

    organization: Organization
    kind: str
    basis: str
    ordered_by: Organization
    deadline_date: date
    sheet_id: int | None = None


@transaction.atomic
def open_rectifications(*, orders: Sequence[NewOrder], by: User | None, at: datetime) -> list[Rectification]:
    """Open rectifications and fill their plans from the criteria that lost points: a fixed number of statements.

    Raises Refused for a deadline that is over, an empty basis, or an organization that would order itself; a sheet that
    has an open one of the kind already is refused by the database.
    """
    day = local_day(at)
    for order in orders:
        if order.deadline_date <= day:
            raise Refused(f"{order.organization.short_name}的整改期限须晚于今天。")
        if not order.basis.strip():
            raise Refused("请写明整改的依据。")
        if order.ordered_by.pk == order.organization.pk:
            raise Refused(f"{order.organization.short_name}不能责令自己整改。")
    rows = Rectification.objects.bulk_create(
        Rectification(
            organization=order.organization,
            kind=order.kind,
            sheet_id=order.sheet_id,
            basis=order.basis.strip()[:GAP_LIMIT],
            ordered_by=order.ordered_by,
            deadline_date=order.deadline_date,
            opened_by=by,
            opened_at=at,
            state_at=at,
        )
        for order in orders
    )
    Step.objects.bulk_create(
        Step(rectification=row, sequence=1, verb="open", to_state=State.OPENED, taken_by=by, taken_at=at)
        for row in rows
    )
    _fill_plans(rows)
    Event.objects.bulk_create(
        audit.event(
            verb="rectification.opened",
            obj_type=OBJECT,
            obj_id=row.public_id,
            data={
                "kind": row.kind,
                "organization": row.organization.code,
                "deadline": row.deadline_date.isoformat(),
            },
            by=by,
            at=at,
            sequence=1,
        )
        for row in rows
    )
    return rows


def _fill_plans(rows: Sequence[Rectification]) -> None:
    """Write one item for each criterion whose mark that counts is not full, in the order of the table."""
    with_sheet = {row.sheet_id: row for row in rows if row.sheet_id is not None}
    items: list[Item] = []
    places: dict[int, int] = {}
    for lost in lost_points(list(with_sheet)):
        row = with_sheet[lost.sheet_id]
        places[row.pk] = places.get(row.pk, 0) + 1
        items.append(
            Item(
                rectification=row,
                position=places[row.pk],
                criterion_id=lost.criterion_id,
                gap=lost.words[:GAP_LIMIT],
                points_lost=lost.points,
            )
        )
    Item.objects.bulk_create(items, batch_size=1000)


@dataclass(frozen=True)
class Lost:
    """A criterion that did not get all its points: how many it lost, and what the reviewer noted."""

    sheet_id: int
    criterion_id: int
    code: str
    title: str
    points: Decimal
    remark: str

    @property
    def words(self) -> str:
        """The gap in words, as it stands in a plan."""
        noted = f"（{self.remark}）" if self.remark else ""
        return f"{self.code} {self.title}，失 {plain(self.points)} 分{noted}"


def lost_points(sheets: Sequence[int]) -> list[Lost]:
    """Return what lost points on sheets, by the marks that count, in the order of tree and table: one statement."""
    stage = standing_stage("sheet__")
    counted = Mark.objects.filter(answer=OuterRef("pk"), stage=OuterRef("counted"))
    checked = Mark.objects.filter(answer=OuterRef("pk"), stage=Stage.INSPECTION, points__isnull=False)
    rows = (
        Answer.objects.filter(sheet__in=sheets)
        .exclude(criterion__scoring_kind__in=[Criterion.Kind.BONUS, Criterion.Kind.CHECKLIST])
        .annotate(
            counted=stage,
            inspected=is_inspected("sheet__"),
            given=Subquery(counted.values("points")[:1]),
            remark=Subquery(counted.values("remark")[:1]),
            checked=Subquery(checked.values("points")[:1]),
            checked_remark=Subquery(checked.values("remark")[:1]),
            full=F("criterion__points"),
        )
        .order_by("sheet__organization_path", "criterion__position")
    )
    columns = (
        "sheet_id", "criterion_id", "criterion__code", "criterion__title", "full",
        "inspected", "given", "remark", "checked", "checked_remark",
    )  # fmt: skip
    found = []
    for sheet, criterion, code, title, full, inspected, given, remark, checked, noted in rows.values_list(
        *columns
    ):
        points, words = (checked, noted) if inspected and checked is not None else (given, remark)
        if full is not None and points is not None and points < full:
            found.append(Lost(sheet, criterion, code, title, full - points, words or ""))
    return found
