"""Heart talks 谈心谈话: ticking that two people talked, and when. What was said has no place to be written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event, record
from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.models import HeartTalk
from qiangji.ledgers.nil_statements import withdraw_contradicted
from qiangji.lib.dates import local_day
from qiangji.members.models import BranchMembership, Person, Tenure
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.orgs.services.facts import note_changes

BATCH = 1000
OBJECT = "talk"
FACT = "talk"
KIND = "heart_talk"
Key = tuple[int, int, int, date]


@dataclass(frozen=True)
class TalkInput:
    """Two people of an organization talked on a day; the order of the two says nothing."""

    organization: Organization
    first: Person
    second: Person
    date: date

    @property
    def pair(self) -> tuple[Person, Person]:
        one, other = sorted((self.first, self.second), key=lambda person: person.pk)
        return one, other

    @property
    def key(self) -> Key:
        one, other = self.pair
        return self.organization.pk, one.pk, other.pk, self.date


def tick_talk(
    *, organization: Organization, first: Person, second: Person, date: date, by: User | None, at: datetime
) -> HeartTalk:
    """Record one talk; the same pair on the same day is one talk. Raises LedgersError as ``tick_talks`` does."""
    return tick_talks(rows=[TalkInput(organization, first, second, date)], by=by, at=at)[0]


@transaction.atomic
def tick_talks(*, rows: Sequence[TalkInput], by: User | None, at: datetime) -> list[HeartTalk]:
    """Record many talks, with a number of statements that does not grow with them; what is recorded stays as it is.

    Refuses (LedgersError) a talk with oneself, a day that lies ahead, and people who on that day were neither in office
    nor members there.
    """
    check(rows, at)
    known = stored(rows)
    new: dict[Key, HeartTalk] = {}
    for row in rows:
        if row.key not in known and row.key not in new:
            one, other = row.pair
            new[row.key] = HeartTalk(
                organization=row.organization,
                first=one,
                second=other,
                date=row.date,
                recorded_by=by,
                recorded_at=at,
            )
    HeartTalk.objects.bulk_create(new.values(), batch_size=BATCH)
    Event.objects.bulk_create(
        [
            event(
                verb="talk.recorded",
                obj_type=OBJECT,
                obj_id=talk.public_id,
                data={"organization": talk.organization.code, "date": talk.date.isoformat()},
                by=by,
                at=at,
                sequence=1,
            )
            for talk in new.values()
        ],
        batch_size=BATCH,
    )
    days: dict[tuple[int, str], list[date]] = {}
    for talk in new.values():
        days.setdefault((talk.organization_id, KIND), []).append(talk.date)
    withdraw_contradicted(days, by=by, at=at)
    note_changes(changes=[(FACT, talk.organization_id, talk.date) for talk in new.values()], at=at)
    return [known.get(row.key) or new[row.key] for row in rows]


@transaction.atomic
def untick_talk(*, talk: HeartTalk, by: User, at: datetime) -> HeartTalk:
    """Take a talk back. Raises LedgersError when it has been."""
    row = HeartTalk.objects.select_for_update().get(pk=talk.pk)
    if row.withdrawn_at is not None:
        raise LedgersError("这次谈心谈话的登记已经撤回，请刷新查看。")
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    record(verb="talk.withdrawn", obj_type=OBJECT, obj_id=row.public_id, data={}, by=by, at=at, sequence=2)
    note_changes(changes=[(FACT, row.organization_id, row.date)], at=at)
    return row


def check(rows: Sequence[TalkInput], at: datetime) -> None:
    """Refuse what cannot be true."""
    today = local_day(at)
    for row in rows:
        if row.first.pk == row.second.pk:
            raise LedgersError("谈心谈话是两个人之间的，请选择另一位。")
        if row.date > today:
            raise LedgersError(f"{row.date} 还没有到，请在谈过之后登记。")
    belonging = spells(rows)
    for row in rows:
        for person in row.pair:
            if not any(
                paths.covers(row.organization.path, path)
                and start <= row.date
                and (end is None or row.date <= end)
                for path, start, end in belonging.get(person.pk, ())
            ):
                raise LedgersError(
                    f"{person.name}在 {row.date} 不是“{row.organization.short_name}”的班子成员或党员，请核对日期和人员。"
                )


def spells(rows: Sequence[TalkInput]) -> dict[int, list[tuple[str, date, date | None]]]:
    """Return where each person was in office or a member, from when until when: two statements."""
    people = {person.pk for row in rows for person in row.pair}
    tenures: Iterable = Tenure.objects.filter(person__in=people).values_list(
        "person", "post__organization__path", "start_date", "end_date"
    )
    memberships: Iterable = BranchMembership.objects.filter(member__person__in=people).values_list(
        "member__person", "organization__path", "start_date", "end_date"
    )
    found: dict[int, list[tuple[str, date, date | None]]] = {}
    for person, path, start, end in (*tenures, *memberships):
        found.setdefault(person, []).append((path, start, end))
    return found


def stored(rows: Sequence[TalkInput]) -> dict[Key, HeartTalk]:
    """Return the talks of these organizations on these days that are recorded already."""
    wanted = Q(organization__in={row.organization.pk for row in rows}, date__in={row.date for row in rows})
    talks = HeartTalk.objects.filter(wanted, withdrawn_at__isnull=True)
    return {(talk.organization_id, talk.first_id, talk.second_id, talk.date): talk for talk in talks}
