"""People who are not members, corrections of what is held about anybody, and the account that belongs to a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.lib.dates import local_day
from qiangji.members.exceptions import MembersError
from qiangji.members.models import Employment, Member, Person
from qiangji.members.pinyin import search_text
from qiangji.members.services.journal import MEMBER, PERSON, Entry, note, note_many
from qiangji.members.services.register_rows import (
    OPTIONAL,
    batches,
    check_choices,
    check_dates,
    check_name,
)
from qiangji.orgs.models import Department, Organization
from qiangji.orgs.services.facts import note_changes


@dataclass(frozen=True)
class NewStaff:
    """A person who works at a hospital or an authority and is no member, as far as this register knows."""

    staff_number: str
    name: str
    since: date
    department: Department | None = None
    sex: str = ""
    birth_year: int | None = None
    education: str = ""
    occupation: str = ""


@transaction.atomic
def register_staff(
    *, organization: Organization, rows: Sequence[NewStaff], by: User | None, at: datetime
) -> dict[str, Person]:
    """Register people by staff number and return who they are; a number that is known stays as it is.

    Refuses (MembersError) empty names and numbers, values outside the lists, and days to come.
    """
    Organization.objects.select_for_update().get(pk=organization.pk)
    today = local_day(at)
    found: dict[str, Person] = {}
    for batch in batches(rows):
        numbers = [row.staff_number for row in batch]
        open_rows = Employment.objects.filter(
            organization=organization, end_date__isnull=True, staff_number__in=numbers
        )
        found |= {row.staff_number: row.person for row in open_rows.select_related("person")}
        new = {row.staff_number: row for row in batch if row.staff_number not in found}
        for row in new.values():
            check_staff(row, today)
        people = {key: person_of(row) for key, row in new.items()}
        Person.objects.bulk_create(people.values())
        Employment.objects.bulk_create(
            Employment(
                person=people[key],
                organization=organization,
                staff_number=key,
                department=row.department,
                start_date=row.since,
            )
            for key, row in new.items()
        )
        entries = [
            Entry("person.registered", person.public_id, {"organization": organization.code}, is_new=True)
            for person in people.values()
        ]
        note_many(PERSON, entries, by=by, at=at)
        found |= people
    return found


def check_staff(row: NewStaff, today: date) -> None:
    """Refuse what cannot be true of anybody; the message names the staff number."""
    try:
        if not row.staff_number.strip() or len(row.staff_number) > 32:
            raise MembersError("工号须填写，且不超过 32 个字符。")
        check_name(row.name)
        check_choices({name: getattr(row, name, None) for name in OPTIONAL}, today)
        if row.since > today:
            raise MembersError(f"到任日期 {row.since} 晚于今天，请在到任当日或之后登记。")
    except MembersError as refusal:
        raise MembersError(
            f"工号 {row.staff_number}：{refusal}", rows={row.staff_number: str(refusal)}
        ) from refusal


def person_of(row: NewStaff) -> Person:
    """Build the person of a row."""
    return Person(
        name=row.name.strip(),
        pinyin=search_text(row.name),
        sex=row.sex,
        birth_year=row.birth_year,
        education=row.education,
        occupation=row.occupation,
    )


@transaction.atomic
def change_person(*, person: Person, changes: Mapping[str, object], by: User | None, at: datetime) -> Person:
    """Correct a person's name, statistics, staff number or department; what is not named stays.

    The log keeps which fields changed, not their values. Refuses (MembersError) an empty name, values outside the
    lists, a staff number in use, and one for somebody who works nowhere.
    """
    row = Person.objects.select_for_update().get(pk=person.pk)
    check_choices(dict(changes), local_day(at))
    differing = []
    for name in ("name", *OPTIONAL):
        if name in changes and changes[name] != getattr(row, name):
            setattr(row, name, changes[name])
            differing.append(name)
    check_name(row.name)
    if differing:
        row.name = row.name.strip()
        row.pinyin = search_text(row.name)
        row.save(update_fields=["name", "pinyin", *OPTIONAL])
    differing += change_employment(row, changes)
    if differing:
        write_down(row, sorted(differing), by=by, at=at)
    return row


def change_employment(person: Person, changes: Mapping[str, object]) -> list[str]:
    """Correct staff number and department of the present employment; return what differed."""
    wanted = {name: changes[name] for name in ("staff_number", "department") if name in changes}
    if not wanted:
        return []
    employment = Employment.objects.filter(person=person, end_date__isnull=True).first()
    if employment is None:
        raise MembersError(f"{person.name}现在没有任职单位，不能登记工号和科室；请先办理登记。")
    differing = [name for name, value in wanted.items() if value != getattr(employment, name)]
    number = str(wanted.get("staff_number", employment.staff_number)).strip()
    others = Employment.objects.filter(organization=employment.organization_id, end_date__isnull=True)
    if others.filter(staff_number=number).exclude(pk=employment.pk).exists():
        raise MembersError(f"工号“{number}”已属于本单位的另一人，请核对。")
    if not number or len(number) > 32:
        raise MembersError("工号须填写，且不超过 32 个字符。")
    if differing:
        employment.staff_number = number
        employment.department = wanted.get("department", employment.department)  # type: ignore[assignment]
        employment.save(update_fields=["staff_number", "department"])
    return differing


def write_down(person: Person, fields: list[str], *, by: User | None, at: datetime) -> None:
    """Log a correction with the member it belongs to, else with the person, and note it as a changed fact."""
    member = Member.objects.filter(person=person).first()
    if member is None:
        record(
            verb="person.changed",
            obj_type=PERSON,
            obj_id=person.public_id,
            data={"fields": fields},
            by=by,
            at=at,
        )
        return
    note("member.changed", member, {"fields": fields}, by=by, at=at)
    current = member.branches.filter(end_date__isnull=True).first()
    if current is not None:
        note_changes(changes=[("member", current.organization_id, current.start_date)], at=at)


@transaction.atomic
def change_dates(
    *, member: Member, joined_date: date, confirmed_date: date | None, by: User | None, at: datetime
) -> Member:
    """Correct the days of joining and confirmation. Refuses (MembersError) days that contradict each other or the register."""
    row = Member.objects.select_for_update().get(pk=member.pk)
    check_dates(joined_date, confirmed_date, local_day(at))
    first = row.branches.order_by("start_date").first()
    if first is not None and first.start_date < joined_date:
        raise MembersError(f"入党日期 {joined_date} 晚于编入支部日期 {first.start_date}，请核对。")
    if row.ceased_date is not None and row.ceased_date < max(joined_date, confirmed_date or joined_date):
        raise MembersError(f"该党员已于 {row.ceased_date} 离开登记，入党和转正日期不能晚于该日。")
    old = (row.joined_date, row.confirmed_date)
    if old == (joined_date, confirmed_date):
        return row
    row.joined_date, row.confirmed_date = joined_date, confirmed_date
    row.save(update_fields=["joined_date", "confirmed_date"])
    data = {
        "joined_date": [old[0].isoformat(), joined_date.isoformat()],
        "confirmed_date": [day.isoformat() if day else None for day in (old[1], confirmed_date)],
    }
    note("member.changed", row, data, by=by, at=at)
    places = row.branches.values_list("organization_id", flat=True)
    day = min(old[0], joined_date)
    note_changes(changes=[("member", place, day) for place in places], at=at)
    return row


@transaction.atomic
def link_account(*, person: Person, user: User | None, by: User | None, at: datetime) -> Person:
    """Say which account belongs to a person, or that none does.

    Refuses (MembersError) an account that belongs to somebody else.
    """
    row = Person.objects.select_for_update().get(pk=person.pk)
    if user is not None and Person.objects.filter(user=user).exclude(pk=row.pk).exists():
        raise MembersError(f"账号“{user.username}”已关联另一人，请先解除那边的关联。")
    if row.user_id == (user.pk if user else None):
        return row
    row.user = user
    row.save(update_fields=["user"])
    member = Member.objects.filter(person=row).first()
    obj_type, obj_id = (MEMBER, member.public_id) if member else (PERSON, row.public_id)
    data = {"account": str(user.public_id) if user else None}
    record(verb="member.account_linked", obj_type=obj_type, obj_id=obj_id, data=data, by=by, at=at)
    return row
