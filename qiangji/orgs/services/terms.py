"""Terms 任期 of committees and discipline committees: begun by an election, moved only by a recorded approval, ended.

The last day of a term of years is the day of the calendar on which it began: elected on 20 May 2021 for five years, it
falls due with 20 May 2026; where the month has no such day, with the month's last day (Civil Code, articles 201–202).
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event, record
from qiangji.lib.dates import local_day
from qiangji.orgs import paths
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.facts_selectors import due_of, with_due
from qiangji.orgs.models import Body, Organization, Oversight, Term, TermExtension
from qiangji.orgs.services.facts import note_changes
from qiangji.orgs.services.posts import PLACES
from qiangji.orgs.services.states import lock

DAY = timedelta(days=1)
BATCH = 500
OBJECT = "term"
FACT = "term"
MOST_YEARS = 5


@dataclass(frozen=True)
class NewTerm:
    """A term as it is known from documents, running or over."""

    organization: Organization
    body: str
    number: int
    years: int
    start_date: date
    elected_by: str
    document: str = ""
    due_date: date | None = None
    end_date: date | None = None


def due_after(start_date: date, years: int) -> date:
    """Return the last day of a term of years.

    >>> due_after(date(2021, 5, 20), 5), due_after(date(2024, 2, 29), 3)
    (datetime.date(2026, 5, 20), datetime.date(2027, 2, 28))
    """
    year = start_date.year + years
    return date(year, start_date.month, min(start_date.day, monthrange(year, start_date.month)[1]))


@transaction.atomic
def record_terms(*, rows: Sequence[NewTerm], by: User | None, at: datetime) -> list[Term]:
    """Record terms as documents tell them, past ones too: a constant number of statements per five hundred.

    Refuses (OrganizationError) what ``check_new`` refuses, a number given twice, and days that overlap another term.
    """
    lock({row.organization.pk for row in rows})
    for row in rows:
        check_new(row, at)
    refuse_overlaps(rows)
    terms = Term.objects.bulk_create(
        [
            Term(
                organization=row.organization,
                body=row.body,
                number=row.number,
                years=row.years,
                start_date=row.start_date,
                due_date=row.due_date or due_after(row.start_date, row.years),
                end_date=row.end_date,
                elected_by=row.elected_by,
                document=row.document.strip(),
            )
            for row in rows
        ],
        batch_size=BATCH,
    )
    Event.objects.bulk_create([started_event(term, by, at) for term in terms], batch_size=BATCH)
    note_changes(changes=[(FACT, term.organization_id, term.start_date) for term in terms], at=at)
    return terms


def started_event(term: Term, by: User | None, at: datetime) -> Event:
    """Return the first event of a term."""
    data = {
        "organization": term.organization.code,
        "body": term.body,
        "number": term.number,
        "years": term.years,
        "start_date": term.start_date.isoformat(),
        "due_date": term.due_date.isoformat(),
        "end_date": term.end_date.isoformat() if term.end_date else None,
        "elected_by": term.elected_by,
        "document": term.document,
    }
    return event(
        verb="term.started", obj_type=OBJECT, obj_id=term.public_id, data=data, by=by, at=at, sequence=1
    )


def check_new(row: NewTerm, at: datetime) -> None:
    """Refuse a term that its body, its length or its days do not allow."""
    name = f"“{row.organization.short_name}”{Body(row.body).label}"
    if row.body not in (Body.COMMITTEE, Body.DISCIPLINE) or row.organization.kind not in PLACES[row.body]:
        raise OrganizationError(f"{name}没有任期，任期只登记党组织委员会和纪律检查委员会的。")
    if not 1 <= row.years <= MOST_YEARS:
        raise OrganizationError(f"{name}：任期须为 1 至 {MOST_YEARS} 年，现在填的是 {row.years} 年。")
    if row.number < 1:
        raise OrganizationError(f"{name}：届次从 1 开始。")
    if row.start_date > local_day(at):
        raise OrganizationError(f"{name}：产生日期 {row.start_date} 晚于今天，请在选举当日或之后登记。")
    if row.due_date is not None and row.due_date <= row.start_date:
        raise OrganizationError(f"{name}：届满日期须晚于产生日期 {row.start_date}。")
    if row.end_date is not None and not row.start_date <= row.end_date <= local_day(at):
        raise OrganizationError(f"{name}：结束日期须在产生日期 {row.start_date} 与今天之间。")


def refuse_overlaps(rows: Sequence[NewTerm]) -> None:
    """Refuse a number used twice and terms of one body that share a day, among the new ones and the stored."""
    keys = sorted({row.organization.pk for row in rows})
    known: dict[tuple[int, str], list[tuple[int, date, date | None]]] = {}
    for start in range(0, len(keys), BATCH):
        for term in Term.objects.filter(organization__in=keys[start : start + BATCH]):
            spell = (term.number, term.start_date, term.end_date)
            known.setdefault((term.organization_id, term.body), []).append(spell)
    for row in rows:
        others = known.setdefault((row.organization.pk, row.body), [])
        name = f"“{row.organization.short_name}”{Body(row.body).label}"
        for number, begun, ended in others:
            if number == row.number:
                raise OrganizationError(f"{name}第 {number} 届已登记，请核对届次。")
            if begun <= (row.end_date or date.max) and row.start_date <= (ended or date.max):
                raise OrganizationError(
                    f"{name}第 {row.number} 届与第 {number} 届（{begun} 起）的日期重叠，请核对日期。"
                )
        others.append((row.number, row.start_date, row.end_date))


@transaction.atomic
def start_term(
    *,
    organization: Organization,
    body: str,
    years: int,
    start_date: date,
    elected_by: str,
    document: str = "",
    number: int | None = None,
    due_date: date | None = None,
    by: User | None,
    at: datetime,
) -> Term:
    """Begin a body's next term on the day it was elected; the term so far ends the day before.

    ``number`` is the next one unless given. Refuses (OrganizationError) what ``record_terms`` refuses, and an election
    before the month in which the term so far falls due, unless a superior's approval of the earlier day is recorded.
    """
    lock({organization.pk})
    stored = Term.objects.filter(organization=organization, body=body)
    present = with_due(stored.filter(end_date__isnull=True)).first()
    if present is not None:
        check_succession(present, start_date)
        close(present, start_date - DAY, by=by, at=at)
    if number is None:
        number = (stored.aggregate(last=Max("number"))["last"] or 0) + 1
    new = NewTerm(organization, body, number, years, start_date, elected_by, document, due_date)
    return record_terms(rows=[new], by=by, at=at)[0]


def check_succession(present: Term, start_date: date) -> None:
    """Refuse an election that comes before its time without an approval, or before the present term began."""
    due = due_of(present)
    if start_date <= present.start_date:
        raise OrganizationError(f"产生日期须晚于现任期的产生日期 {present.start_date}。")
    if (start_date.year, start_date.month) < (due.year, due.month):
        raise OrganizationError(
            f"第 {present.number} 届到 {due} 才届满，提前换届须经上级批准：请先登记批复，再登记新一届。"
        )


def close(term: Term, end_date: date, *, by: User | None, at: datetime) -> None:
    """Write down that a term ended with a day."""
    term.end_date = end_date
    term.save(update_fields=["end_date"])
    data = {"end_date": end_date.isoformat()}
    record(verb="term.ended", obj_type=OBJECT, obj_id=term.public_id, data=data, by=by, at=at)
    note_changes(changes=[(FACT, term.organization_id, end_date + DAY)], at=at)


@transaction.atomic
def extend_term(
    *,
    term: Term,
    due_date: date,
    document: str,
    approved_by: Organization,
    approved_date: date,
    by: User | None,
    at: datetime,
) -> TermExtension:
    """Record that a superior approved another day on which a term falls due, later or earlier (延期、提前换届).

    Refuses (OrganizationError) a term that is over, an unchanged day or one not after the term began, a missing
    document, an approval from nobody above or overseeing the organization, and one dated in the future.
    """
    lock({term.organization_id})
    row = with_due(Term.objects.select_related("organization").filter(pk=term.pk)).get()
    due = due_of(row)
    if row.end_date is not None:
        raise OrganizationError(f"第 {row.number} 届已于 {row.end_date} 结束，不能再延期或提前。")
    if not document.strip():
        raise OrganizationError("延期或提前换届须有上级批复，请填批复文号。")
    if due_date <= row.start_date or due_date == due:
        raise OrganizationError(f"批准的届满日期须晚于产生日期 {row.start_date}，并与现在的 {due} 不同。")
    if not row.start_date <= approved_date <= local_day(at):
        raise OrganizationError(f"批准日期须在产生日期 {row.start_date} 与今天之间。")
    if not stands_above(approved_by, row.organization, approved_date):
        raise OrganizationError(
            f"“{approved_by.short_name}”不是“{row.organization.short_name}”的上级或主管单位，请另选批准单位。"
        )
    extension = TermExtension.objects.create(
        term=row,
        due_date=due_date,
        document=document.strip(),
        approved_by=approved_by,
        approved_date=approved_date,
        recorded_at=at,
    )
    data = {
        "from": due.isoformat(),
        "to": due_date.isoformat(),
        "document": extension.document,
        "approved_by": approved_by.code,
        "approved_date": approved_date.isoformat(),
    }
    record(verb="term.extended", obj_type=OBJECT, obj_id=row.public_id, data=data, by=by, at=at)
    note_changes(changes=[(FACT, row.organization_id, min(due_date, due))], at=at)
    return extension


def stands_above(superior: Organization, organization: Organization, day: date) -> bool:
    """Say whether one organization is above another in the tree, or supervises it or what it stands in on a day."""
    if superior.pk != organization.pk and paths.covers(superior.path, organization.path):
        return True
    upward = paths.ancestors(organization.path)
    return Oversight.objects.on(day).filter(overseer=superior, subject__path__in=upward).exists()


@transaction.atomic
def end_term(*, term: Term, end_date: date, by: User | None, at: datetime) -> Term:
    """End a term with a day, which is its last, without a next one: its body or organization is gone.

    Refuses (OrganizationError) a term that is over, a day before it began and one in the future.
    """
    lock({term.organization_id})
    row = Term.objects.get(pk=term.pk)
    if row.end_date is not None:
        raise OrganizationError(f"第 {row.number} 届已于 {row.end_date} 结束。")
    if not row.start_date <= end_date <= local_day(at):
        raise OrganizationError(f"结束日期须在产生日期 {row.start_date} 与今天之间。")
    close(row, end_date, by=by, at=at)
    return row
