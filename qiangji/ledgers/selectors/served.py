"""What a saved record just served: people, hours, duties. Hours come from classes only, never from time spent online."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Sum

from qiangji.ledgers.models import Attendance, Declaration, Record, RecordKind
from qiangji.ledgers.periods import by_year
from qiangji.ledgers.selectors.duties import STANDARD_NAMES, Duty, Events, duties_of, events_of
from qiangji.ledgers.stars import KIND as STARS
from qiangji.ledgers.stars import stars_words
from qiangji.ledgers.vocabulary import KINDS, LedgerKind, kind_of
from qiangji.members.models import Person

BATCH = 5000


@dataclass(frozen=True)
class ServedPerson:
    """Somebody on the record's list, and the hours they have in its year once this record counts."""

    person: Person
    presence: str
    presence_title: str
    is_keynote: bool
    hours_this_year: Decimal | None


@dataclass(frozen=True)
class Served:
    """What a record is good for; shown right after it was saved, and on its page."""

    people: list[ServedPerson]
    expected: int | None
    present: int | None
    hours: Decimal | None
    duties: list[Duty]
    also: list[str]
    missing_proof: list[str]
    notices: list[str]

    @property
    def came(self) -> list[ServedPerson]:
        """Those to whose account it goes; who was on leave or stayed away is on the list without it."""
        return [one for one in self.people if one.presence == Attendance.Presence.PRESENT]


def hours_of(people: Iterable[Person | int], year: int) -> dict[int, Decimal]:
    """Return the hours that persons have from classes of a year, by person's id; who has none is not in it.

    A record of several kinds counts once. One statement for each 5000 people.
    """
    keys = [person.pk if isinstance(person, Person) else person for person in people]
    counting = [kind.code for kind in KINDS.values() if kind.counts_hours]
    found: dict[int, Decimal] = {}
    for place in range(0, len(keys), BATCH):
        classes = RecordKind.objects.filter(record=OuterRef("record"), kind__in=counting)
        rows = Attendance.objects.filter(
            Exists(classes),
            person__in=keys[place : place + BATCH],
            presence=Attendance.Presence.PRESENT,
            record__state=Record.State.CONFIRMED,
            record__year=year,
            record__hours__isnull=False,
        )
        found |= dict(rows.order_by().values_list("person").annotate(hours=Sum("record__hours")))
    return found


def served_by(record: Record) -> Served:
    """Return what a record serves: each person's hours so far, each figure it counts for. At most six statements."""
    kinds = [kind_of(row.kind) for row in record.kinds.all()]
    counts = any(kind.counts_hours for kind in kinds) and record.hours is not None
    lines = list(record.attendances.select_related("person").order_by("pk"))
    came = [line.person_id for line in lines if line.presence == Attendance.Presence.PRESENT]
    hours = hours_of(came, record.year) if counts else {}
    events = events_of(
        [record.organization_id],
        [kind.code for kind in kinds],
        range(min(record.year, record.date.year) - 1, max(record.year, record.date.year) + 1),
    )
    return Served(
        people=[
            ServedPerson(
                line.person,
                line.presence,
                line.get_presence_display(),
                line.is_keynote,
                hours.get(line.person_id) if counts else None,
            )
            for line in lines
        ],
        expected=record.expected,
        present=record.present,
        hours=record.hours if counts else None,
        duties=served_duties(record, kinds, events),
        also=[
            f"{service.what}（{STANDARD_NAMES[service.standard]} {service.criterion}）"
            for kind in kinds
            for service in kind.serves
            if service.per is None
        ],
        missing_proof=missing_proof(record, [kind.proof for kind in kinds if kind.proof]),
        notices=notices_of(record, [kind.code for kind in kinds]),
    )


def served_duties(record: Record, kinds: list[LedgerKind], events: Events) -> list[Duty]:
    """Return the figures a record counts for: by its date within a year, by its 所属年度 for years."""
    by_date = duties_of(kinds, record.organization_id, events, record.date)
    by_own_year = duties_of(kinds, record.organization_id, events, date(record.year, 12, 31))
    return [own if by_year(own.per) else dated for dated, own in zip(by_date, by_own_year, strict=True)]


def missing_proof(record: Record, wanted: list[str]) -> list[str]:
    """Return the documents that a record's kinds name, where no file hangs on it."""
    if not wanted or record.files.filter(detached_at__isnull=True).exists():
        return []
    return list(dict.fromkeys(wanted))


def notices_of(record: Record, kinds: list[str]) -> list[str]:
    """Say which nil statements this very saving took back, so that the ledger is declared anew; and a branch's stars."""
    taken = Declaration.objects.filter(
        organization=record.organization_id,
        kind__in=kinds,
        is_nil=True,
        start_date__lte=record.date,
        end_date__gte=record.date,
        withdrawn_at=record.changed_at,
    )
    stars = [stars_words(record.values)] if STARS in kinds else []
    return stars + [
        f"原申明 {row.start_date} 至 {row.end_date} 无“{kind_of(row.kind).title}”，已自动撤回，请登记齐全后重新申明。"
        for row in taken
    ]
