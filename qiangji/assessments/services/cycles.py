"""Setting up a cycle and opening it: one sheet for each organization, with an empty answer per criterion."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, Refused
from qiangji.assessments.models import Answer, Cycle, CycleEdition, Sheet
from qiangji.assessments.stages import Stage
from qiangji.audit import services as audit
from qiangji.audit.models import Event
from qiangji.lib.bulk import insert_rows
from qiangji.lib.dates import local_day
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.orgs.selectors import supervisor_of
from qiangji.standards.models import Criterion, Edition

BATCH = 5000
YEARS_AROUND = 5
# The days of a cycle in their order: the facts' period, the last days of the stages, the end.
DAYS = (
    "period_start_date", "period_end_date", "self_deadline_date", "acceptance_deadline_date", "rating_deadline_date",
    "closing_date",
)  # fmt: skip


@dataclass(frozen=True)
class EditionChoice:
    """Which edition a kind of organization is measured by, and whose marks are final for it."""

    organization_kind: str
    edition: Edition
    final_stage: str


@transaction.atomic
def create_cycle(
    *,
    owner: Organization,
    year: int,
    title: str,
    plan_number: str,
    period: tuple[date, date],
    deadlines: tuple[date, date, date],
    closing_date: date,
    pass_line: Decimal,
    branch_share: Decimal,
    editions: list[EditionChoice],
    is_trial: bool = False,
    objection_days: int | None = None,
    answer_days: int | None = None,
    by: User | None,
    at: datetime,
) -> Cycle:
    """Set up a cycle without opening it. ``deadlines``: last days of self-assessment, acceptance, rating.

    ``objection_days``, ``answer_days``: within how many days corrections and appeals are filed and answered; None: no limit.

    Raises Refused for no edition at all, for a draft or unscored edition outside a trial, for dates out of order or
    years away.
    """
    check_editions(editions, is_trial=is_trial)
    check_dates(year, period, deadlines, closing_date)
    cycle = Cycle.objects.create(
        owner=owner,
        year=year,
        title=title,
        plan_number=plan_number,
        pass_line=pass_line,
        branch_share=branch_share,
        is_trial=is_trial,
        objection_days=objection_days,
        answer_days=answer_days,
        **dict(zip(DAYS, (*period, *deadlines, closing_date), strict=True)),
    )
    choose(cycle, editions)
    audit.record(
        verb="cycle.created",
        obj_type="cycle",
        obj_id=cycle.public_id,
        data={"year": year, "owner": owner.code, "editions": [choice.edition.ref for choice in editions]},
        by=by,
        at=at,
    )
    return cycle


def check_editions(editions: list[EditionChoice], *, is_trial: bool) -> None:
    """Refuse no edition at all, and a draft or unscored one outside a trial."""
    if not editions:
        raise Refused("至少要为一类组织选定标准。")
    drafts = [choice.edition for choice in editions if not choice.edition.is_published]
    if drafts and not is_trial:
        raise Refused(f"“{drafts[0]}”还是草稿，只能用于试评；请先发布，或把本周期设为试评。")
    unscored = [choice.edition for choice in editions if choice.edition.total_points == 0]
    if unscored and not is_trial:
        raise Refused(
            f"“{unscored[0]}”只核对、不计分，不能和达标线相比；请另选计分的标准，或把本周期设为试评。"
        )


def check_dates(
    year: int, period: tuple[date, date], deadlines: tuple[date, date, date], closing_date: date
) -> None:
    """Refuse dates out of order, or years away from the cycle's year."""
    if not (period[0] < period[1] and deadlines[0] <= deadlines[1] <= deadlines[2] <= closing_date):
        raise Refused("日期先后不对：自评截止 ≤ 验收截止 ≤ 评定截止 ≤ 周期关闭，事实起始日早于截止日。")
    for day in (*period, *deadlines, closing_date):
        if abs(day.year - year) > YEARS_AROUND:
            raise Refused(f"日期 {day} 与年度 {year} 相差超过 {YEARS_AROUND} 年，请核对年份。")


def choose(cycle: Cycle, editions: list[EditionChoice]) -> None:
    """Store which edition measures each kind."""
    CycleEdition.objects.bulk_create(
        CycleEdition(
            cycle=cycle,
            organization_kind=choice.organization_kind,
            edition=choice.edition,
            final_stage=choice.final_stage,
        )
        for choice in editions
    )


@dataclass(frozen=True)
class Opened:
    """What a step of opening made, and how many organizations still wait for their sheet."""

    made: int
    left: int


def open_cycle(*, cycle: Cycle, by: User | None, at: datetime) -> int:
    """Open a cycle: a sheet for every public organization of its kinds below its owner; return how many.

    Safe to run again: organizations that have a sheet keep it, new ones get theirs. Raises Refused, naming them, where
    organizations have nobody who accepts or rates them; then no sheet is opened. Raises Locked once it is closed.
    """
    return open_step(cycle=cycle, most=None, by=by, at=at).made


@transaction.atomic
def open_step(*, cycle: Cycle, most: int | None, by: User | None, at: datetime) -> Opened:
    """Open so many sheets of a cycle as one whole; the next step goes on where this one ended, whenever it comes.

    Raises as ``open_cycle``: before the first sheet of a step, everybody who still waits is looked at.
    """
    day = local_day(at)
    # Whoever opens at the same time waits, and then finds what is left to open.
    cycle = (
        Cycle.objects.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=cycle.pk)
    )
    if cycle.closed_at is not None:
        raise Locked("本考核周期已关闭，不能再建考评表。")
    sheets: list[Sheet] = []
    for choice in cycle.editions.select_related("edition").order_by("pk"):
        sheets += _sheets(cycle, choice, list(without_sheet(cycle, choice, on=day)), day, at)
    orphans = [sheet.organization_name for sheet in sheets if _lacks_reviewer(sheet)]
    if orphans:
        named = "、".join(orphans[:10]) + ("等" if len(orphans) > 10 else "")
        raise Refused(
            f"{named}共 {len(orphans)} 个组织没有主管部门，请先在“组织”中设定主管关系，再开启周期。"
        )
    now = sheets if most is None else sheets[:most]
    _store(now, by=by, at=at)
    if cycle.opened_at is None:
        cycle.opened_at = at
        cycle.save(update_fields=["opened_at"])
    audit.record(
        verb="cycle.opened",
        obj_type="cycle",
        obj_id=cycle.public_id,
        data={"sheets": len(now), "left": len(sheets) - len(now)},
        by=by,
        at=at,
    )
    return Opened(len(now), len(sheets) - len(now))


def without_sheet(cycle: Cycle, choice: CycleEdition, *, on: date) -> QuerySet[Organization]:
    """Return the public organizations of a kind below a cycle's owner that have no sheet in it."""
    return (
        Organization.objects.on(on)
        .filter(paths.below(cycle.owner.path), kind=choice.organization_kind, is_public=True)
        .exclude(sheets__cycle=cycle)
    )


def _sheets(
    cycle: Cycle, choice: CycleEdition, organizations: list[Organization], day: date, at: datetime
) -> Iterator[Sheet]:
    """Make a sheet for each organization that is not a private hospital's: those have none (domain §1).

    Who accepts a sheet also rates it, but for what stands inside a hospital: its hospital accepts, the hospital's
    supervisor rates.
    """
    acceptors = supervisor_of(organizations, on=day)
    hospitals = {row.pk: row for row in acceptors.values() if row.kind == Organization.Kind.HOSPITAL}
    above = supervisor_of(hospitals.values(), on=day)
    for organization in organizations:
        acceptor = acceptors.get(organization.pk)
        if acceptor is not None and acceptor.pk in hospitals and not acceptor.is_public:
            continue
        rates = above.get(acceptor.pk) if acceptor and acceptor.pk in hospitals else acceptor
        yield Sheet(
            cycle=cycle,
            organization=organization,
            edition=choice.edition,
            organization_name=organization.name,
            organization_path=organization.path,
            organization_kind=organization.kind,
            supervisor=acceptor,
            rating_authority=rates if choice.final_stage == Stage.RATING else None,
            final_stage=choice.final_stage,
            opened_at=at,
            state_at=at,
        )


def _lacks_reviewer(sheet: Sheet) -> bool:
    if sheet.supervisor_id is None:
        return True
    return sheet.final_stage == Stage.RATING and sheet.rating_authority_id is None


def _store(sheets: list[Sheet], *, by: User | None, at: datetime) -> None:
    """Write sheets, their answers and their events in bulk."""
    stored = Sheet.objects.bulk_create(sheets, batch_size=500)
    criteria: dict[int, list[int]] = {}
    for edition in {sheet.edition_id for sheet in stored}:
        in_order = Criterion.objects.filter(edition=edition).order_by("position")
        criteria[edition] = list(in_order.values_list("pk", flat=True))
    answers = (
        Answer(sheet=sheet, criterion_id=criterion)
        for sheet in stored
        for criterion in criteria[sheet.edition_id]
    )
    while batch := list(islice(answers, BATCH)):
        insert_rows(batch)
    Event.objects.bulk_create(
        [
            audit.event(
                verb="sheet.opened",
                obj_type="sheet",
                obj_id=sheet.public_id,
                data={"edition": sheet.edition_id, "organization": sheet.organization_id},
                by=by,
                at=at,
                sequence=1,
            )
            for sheet in stored
        ],
        batch_size=1000,
    )
