"""What makes recording quick: templates, and plans whose days become drafts for a person to confirm."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.services import record as note_event
from qiangji.ledgers.exceptions import LedgersError, Problem
from qiangji.ledgers.inputs import RecordInput
from qiangji.ledgers.models import Record, RecordTemplate, RecurringPlan
from qiangji.ledgers.prefill import canonical_values, check_kinds, hosts_of, input_from
from qiangji.ledgers.recurrence import days_between
from qiangji.ledgers.services.records import save_records
from qiangji.lib.dates import local_day
from qiangji.orgs.models import Organization

DAY = timedelta(days=1)
YEAR = timedelta(days=366)
NAME_LIMIT = 60
TITLE_LIMIT = 120
BATCH = 1000


@transaction.atomic
def save_template(
    *,
    organization: Organization,
    name: str,
    kinds: Iterable[str],
    values: Mapping[str, Any],
    for_subordinates: bool = False,
    by: User | None,
    at: datetime,
    template: RecordTemplate | None = None,
) -> RecordTemplate:
    """Keep a template, new or changed. Raises LedgersError beside the field that is wrong."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_LIMIT:
        raise LedgersError(problems=[Problem("name", f"请填写模板名称，最多 {NAME_LIMIT} 字。")])
    codes = check_kinds(organization, kinds, below=for_subordinates)
    same = RecordTemplate.objects.filter(organization=organization, name=name, retired_at__isnull=True)
    if template is not None:
        same = same.exclude(pk=template.pk)
    if same.exists():
        raise LedgersError(problems=[Problem("name", f"本组织已有名为“{name}”的模板，请换一个名称。")])
    row = template or RecordTemplate(organization=organization, created_by=by, created_at=at)
    row.name, row.kinds, row.for_subordinates = name, codes, for_subordinates
    row.values = canonical_values(codes, values)
    row.save()
    log("template.saved", "record_template", row, {"kinds": codes}, by, at)
    return row


@transaction.atomic
def retire_template(*, template: RecordTemplate, by: User | None, at: datetime) -> RecordTemplate:
    """Stop offering a template; records made from it stay."""
    template.retired_at = at
    template.save(update_fields=["retired_at"])
    log("template.retired", "record_template", template, {}, by, at)
    return template


@transaction.atomic
def save_plan(
    *,
    organization: Organization,
    title: str,
    kinds: Iterable[str],
    values: Mapping[str, Any],
    every: str,
    start_date: date,
    day: int | None = None,
    week: int | None = None,
    weekday: int | None = None,
    end_date: date | None = None,
    by: User | None,
    at: datetime,
    plan: RecurringPlan | None = None,
) -> RecurringPlan:
    """Keep a day that comes again, new or changed; drafts that were made already stay as they are.

    Raises LedgersError beside the field that is wrong.
    """
    title = " ".join(title.split())
    problems = problems_of_plan(title, every, day, week, weekday, start_date, end_date, local_day(at))
    if problems:
        raise LedgersError(problems=problems)
    codes = check_kinds(organization, kinds)
    row = plan or RecurringPlan(organization=organization, created_by=by, created_at=at)
    row.title, row.kinds, row.values = title, codes, canonical_values(codes, values)
    row.every, row.day, row.week, row.weekday = every, day, week, weekday
    row.start_date, row.end_date = start_date, end_date
    row.save()
    log("plan.saved", "recurring_plan", row, {"kinds": codes, "every": every}, by, at)
    return row


def problems_of_plan(
    title: str,
    every: str,
    day: int | None,
    week: int | None,
    weekday: int | None,
    start_date: date,
    end_date: date | None,
    today: date,
) -> list[Problem]:
    """Name what is wrong with a rule."""
    problems = []
    if not title or len(title) > TITLE_LIMIT:
        problems.append(Problem("title", f"请填写主题，最多 {TITLE_LIMIT} 字。"))
    if every not in RecurringPlan.Every.values:
        problems.append(Problem("every", "周期只能是每月或每季度。"))
    by_day = day is not None and 1 <= day <= 31 and week is None and weekday is None
    by_week = day is None and week in range(1, 6) and weekday in range(1, 8)
    if not by_day and not by_week:
        problems.append(Problem("day", "请选择几日，或者第几个星期几，二者选一。"))
    if start_date < today - YEAR:
        problems.append(Problem("start_date", "起始日期早于一年前，会补出大量待确认记录，请改近一些。"))
    if end_date is not None and end_date < start_date:
        problems.append(Problem("end_date", "截止日期早于起始日期，请核对。"))
    return problems


@transaction.atomic
def end_plan(*, plan: RecurringPlan, end_date: date, by: User | None, at: datetime) -> RecurringPlan:
    """Let a plan end with a day. Raises LedgersError for a day before its start."""
    if end_date < plan.start_date:
        raise LedgersError("截止日期早于起始日期，请核对。")
    plan.end_date = end_date
    plan.save(update_fields=["end_date"])
    log("plan.ended", "recurring_plan", plan, {"end_date": end_date.isoformat()}, by, at)
    return plan


def log(verb: str, obj_type: str, row: Any, data: dict[str, Any], by: User | None, at: datetime) -> None:
    """Write the audit event of a template or a plan."""
    organization = {"organization": row.organization.code}
    note_event(verb=verb, obj_type=obj_type, obj_id=row.public_id, data=organization | data, by=by, at=at)


@transaction.atomic
def make_due_drafts(*, until: date, by: User | None = None, at: datetime) -> int:
    """Make the drafts of all plans for the days up to ``until`` and return how many are new.

    Safe to run twice: each plan remembers how far it got, and a draft's natural key is its plan and day, so that what a
    person confirmed or withdrew is left alone.
    """
    plans = list(
        RecurringPlan.objects.select_for_update(of=("self",)).select_related("organization").order_by("pk")
    )
    hosts = hosts_of(plan.values for plan in plans)
    rows: list[tuple[Organization, RecordInput]] = []
    moved = []
    for plan in plans:
        rows += drafts_of(plan, until, hosts)
        if plan.made_until is None or plan.made_until < until:
            plan.made_until = until
            moved.append(plan)
    rows = without_known(rows)
    saved = save_records(rows=rows, by=by, at=at)
    RecurringPlan.objects.bulk_update(moved, ["made_until"], batch_size=BATCH)
    return saved.created


def drafts_of(
    plan: RecurringPlan, until: date, hosts: Mapping[str, Any]
) -> list[tuple[Organization, RecordInput]]:
    """Return the drafts of one plan that are not made yet, while its organization exists."""
    start = max(plan.start_date, plan.made_until + DAY) if plan.made_until else plan.start_date
    end = min(day for day in (until, plan.end_date, plan.organization.end_date) if day)
    days = days_between(start, end, every=plan.every, day=plan.day, week=plan.week, weekday=plan.weekday)
    return [
        (
            plan.organization,
            input_from(
                plan.kinds,
                {"title": plan.title} | plan.values,
                day,
                hosts,
                source=Record.Source.PLAN,
                natural_key=f"plan:{plan.public_id}:{day.isoformat()}",
            ),
        )
        for day in days
    ]


def without_known(rows: list[tuple[Organization, RecordInput]]) -> list[tuple[Organization, RecordInput]]:
    """Leave out drafts that were made before."""
    keys = [data.natural_key for _, data in rows]
    known: set[str] = set()
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        known |= set(Record.objects.filter(natural_key__in=batch).values_list("natural_key", flat=True))
    return [row for row in rows if row[1].natural_key not in known]
