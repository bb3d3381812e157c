"""Declaring a ledger complete 台账齐全申明, with the nil statement where nothing happened: nothing recorded is not proof."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event, record
from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.models import Declaration, DuesPayment, HeartTalk, Record, RecordKind
from qiangji.ledgers.nil_statements import OBJECT
from qiangji.ledgers.recorders import Recorder, recorder_of
from qiangji.ledgers.vocabulary import LedgerKind, kind_of
from qiangji.lib.dates import local_day
from qiangji.orgs.models import Organization
from qiangji.orgs.services.facts import note_changes

BATCH = 1000
Happened = dict[tuple[int, str, str], list[date]]


@dataclass(frozen=True)
class DeclarationInput:
    """A ledger of an organization is complete from one day to another; ``is_nil``: nothing happened."""

    organization: Organization
    kind: str
    start_date: date
    end_date: date
    is_nil: bool = False


def declare(
    *,
    organization: Organization,
    kind: str,
    start_date: date,
    end_date: date,
    is_nil: bool = False,
    by: User | None,
    at: datetime,
) -> Declaration:
    """Declare one ledger complete. Raises LedgersError as ``declare_many`` does."""
    row = DeclarationInput(organization, kind, start_date, end_date, is_nil)
    return declare_many(rows=[row], by=by, at=at)[0]


@transaction.atomic
def declare_many(*, rows: Sequence[DeclarationInput], by: User | None, at: datetime) -> list[Declaration]:
    """Declare many ledgers complete, with a number of statements that does not grow with them.

    Refuses (LedgersError) a period that has not ended, drafts that wait to be confirmed, a nil statement that records
    contradict, completeness of an empty ledger without the nil statement, the same statement twice, and kinds that
    another role answers for.
    """
    recorder = recorder_of(by, at)
    for row in rows:
        check(row, recorder, at)
    days = happened(rows) if rows else {}
    for row in rows:
        check_against_records(row, days)
    made = [
        Declaration(
            organization=row.organization,
            kind=row.kind,
            start_date=row.start_date,
            end_date=row.end_date,
            is_nil=row.is_nil,
            declared_by=by,
            declared_at=at,
        )
        for row in rows
    ]
    try:
        with transaction.atomic():
            Declaration.objects.bulk_create(made, batch_size=BATCH)
    except IntegrityError as error:
        raise LedgersError("这份台账在同一期间已经申明过，请刷新查看；如需更改，请先撤回原申明。") from error
    Event.objects.bulk_create([made_event(one, by, at) for one in made], batch_size=BATCH)
    note(made, at)
    return made


def made_event(row: Declaration, by: User | None, at: datetime) -> Event:
    """Build the event of a new declaration."""
    data = {
        "organization": row.organization.code,
        "kind": row.kind,
        "start_date": row.start_date.isoformat(),
        "end_date": row.end_date.isoformat(),
        "is_nil": row.is_nil,
    }
    return event(
        verb="declaration.made", obj_type=OBJECT, obj_id=row.public_id, data=data, by=by, at=at, sequence=1
    )


@transaction.atomic
def withdraw_declaration(*, declaration: Declaration, by: User, at: datetime) -> Declaration:
    """Take a declaration back; it stays readable. Raises LedgersError when it has been."""
    stored = Declaration.objects.select_for_update().get(pk=declaration.pk)
    if stored.withdrawn_at is not None:
        raise LedgersError("这项申明已经撤回，请刷新查看。")
    stored.withdrawn_by, stored.withdrawn_at = by, at
    stored.save(update_fields=["withdrawn_by", "withdrawn_at"])
    record(
        verb="declaration.withdrawn",
        obj_type=OBJECT,
        obj_id=stored.public_id,
        data={"kind": stored.kind},
        by=by,
        at=at,
        sequence=2,
    )
    note([stored], at)
    return stored


def note(rows: Iterable[Declaration], at: datetime) -> None:
    note_changes(
        changes=[(f"declaration.{row.kind}", row.organization_id, row.start_date) for row in rows], at=at
    )


def check(row: DeclarationInput, recorder: Recorder, at: datetime) -> None:
    """Refuse what can be told without the records."""
    kind = kind_of(row.kind)
    if not kind.is_kept_at(row.organization):
        raise LedgersError(f"“{kind.title}”不由{row.organization.get_kind_display()}登记，不需要申明。")
    if row.end_date < row.start_date:
        raise LedgersError("申明期间的止日早于起日，请核对。")
    if row.end_date > local_day(at):
        raise LedgersError(f"期间到 {row.end_date} 才结束，请在结束当日或之后申明。")
    problems = recorder.problems(row.organization, [kind])
    if problems:
        raise LedgersError(problems[0].message.replace("登记，", "登记和申明，"))


def check_against_records(row: DeclarationInput, days: Happened) -> None:
    """Refuse a statement that the records of its period contradict."""
    kind = kind_of(row.kind)
    found = Counter(
        state
        for state in (Record.State.CONFIRMED, Record.State.DRAFT)
        for day in days.get((row.organization.pk, row.kind, state), ())
        if row.start_date <= day <= row.end_date
    )
    drafts, entries = found[Record.State.DRAFT], found[Record.State.CONFIRMED]
    where = f"{row.organization.short_name} {row.start_date} 至 {row.end_date}"
    if drafts:
        raise LedgersError(f"{where}还有 {drafts} 条“{kind.title}”待确认，请先确认或撤回，再申明齐全。")
    if row.is_nil and entries:
        raise LedgersError(
            f"{where}已登记 {entries} 条“{kind.title}”，不能申明无此类事项；登记有误的请先撤回。"
        )
    if not row.is_nil and not entries:
        raise LedgersError(f"{where}没有登记“{kind.title}”。确实没有的，请申明“无此类事项”；有的，请先登记。")


def happened(rows: Sequence[DeclarationInput]) -> Happened:
    """Return the days of what is recorded by organization, kind and state: a statement per table concerned."""
    kinds = {row.kind: kind_of(row.kind) for row in rows}
    organizations = {row.organization.pk for row in rows}
    start, end = min(row.start_date for row in rows), max(row.end_date for row in rows)
    days: Happened = {}
    for organization, kind, state, day in found_in_tables(kinds, organizations, start, end):
        days.setdefault((organization, kind, state), []).append(day)
    return days


def found_in_tables(
    kinds: dict[str, LedgerKind], organizations: set[int], start: date, end: date
) -> Iterable[tuple[int, str, str, date]]:
    """Yield (organization, kind, state, day) of everything recorded in a window."""
    if any(not kind.own_table for kind in kinds.values()):
        yield from RecordKind.objects.filter(
            kind__in=kinds,
            record__organization__in=organizations,
            record__date__gte=start,
            record__date__lte=end,
        ).values_list("record__organization", "kind", "record__state", "record__date")
    if "heart_talk" in kinds:
        talks = HeartTalk.objects.filter(
            organization__in=organizations, withdrawn_at__isnull=True, date__gte=start, date__lte=end
        )
        for organization, day in talks.values_list("organization", "date"):
            yield organization, "heart_talk", Record.State.CONFIRMED, day
    if "dues" in kinds:
        dues = DuesPayment.objects.filter(
            organization__in=organizations, month__gte=start.replace(day=1), month__lte=end
        )
        for organization, month in dues.values_list("organization", "month").distinct():
            yield organization, "dues", Record.State.CONFIRMED, max(month, start)
