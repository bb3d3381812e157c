"""Who sits in which post (任职): appointed, replaced, ended. History is added; a tenure is never overwritten.

A change of secretary or deputy within a term needs the superior's consent beforehand (附件2 组织设置 7). What happened
is recorded as it was: a missing or late consent is kept as missing or late, and the check of structure says so.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.lib.dates import local_day
from qiangji.members.exceptions import MembersError
from qiangji.members.models import BranchMembership, Employment, Person, Tenure
from qiangji.members.selectors.tenures import HEADS
from qiangji.members.services.journal import Entry, note_many
from qiangji.orgs import paths
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Body, Post, Term
from qiangji.orgs.placing import AUTHORITIES
from qiangji.orgs.selectors import hospitals_by_path
from qiangji.orgs.services import posts as seats
from qiangji.orgs.services.facts import note_changes

DAY = timedelta(days=1)
BATCH = 500
OBJECT = "tenure"
FACT = "tenure"
WITH_TERMS = frozenset({Body.COMMITTEE, Body.DISCIPLINE})
CONSENTED = HEADS


@dataclass(frozen=True)
class NewTenure:
    """What must be known to seat a person. ``term`` is found by the day where it is not given."""

    post: Post
    person: Person
    start_date: date
    how: str
    chosen_by: str = ""
    document: str = ""
    consent_date: date | None = None
    consent_document: str = ""
    term: Term | None = None
    end_date: date | None = None


@transaction.atomic
def appoint(
    *,
    post: Post,
    person: Person,
    start_date: date,
    how: str,
    chosen_by: str = "",
    document: str = "",
    consent_date: date | None = None,
    consent_document: str = "",
    term: Term | None = None,
    by: User | None,
    at: datetime,
) -> Tenure:
    """Seat a person from a day on; whoever holds the post so far holds it until the day before.

    Raises MembersError as ``appoint_many``, and where the present holder began on that day or later.
    """
    lock([post.pk])
    present = Tenure.objects.select_related("post", "person").filter(post=post, end_date__isnull=True).first()
    if present is not None:
        if present.person_id == person.pk:
            raise MembersError(f"{person.name}自 {present.start_date} 起已任{post.title}，不必重复登记。")
        if start_date <= present.start_date:
            raise MembersError(
                f"{post.title}现由{present.person.name}担任（{present.start_date} 起），"
                "新的任职日期须晚于这一天；登记更早的任职请填离任日期。"
            )
        finish(present, start_date - DAY, by=by, at=at)
    new = NewTenure(post, person, start_date, how, chosen_by, document, consent_date, consent_document, term)
    return appoint_many(rows=[new], by=by, at=at)[0]


@transaction.atomic
def appoint_many(*, rows: Sequence[NewTenure], by: User | None, at: datetime) -> list[Tenure]:
    """Seat many persons: a constant number of statements per five hundred. The posts must be vacant on those days.

    Refuses (MembersError) a person who does not work at the post's hospital or authority on that day and does not
    belong there, a day in the future or outside the post's life, a seat taken, and a consent number without a date.
    """
    lock([row.post.pk for row in rows])
    for row in rows:
        check_new(row, at)
    refuse_taken_seats(rows)
    refuse_strangers(rows)
    completed = with_terms(rows)
    tenures = Tenure.objects.bulk_create(
        [
            Tenure(
                post=row.post,
                person=row.person,
                term=row.term,
                how=row.how,
                chosen_by=row.chosen_by,
                document=row.document.strip(),
                consent_date=row.consent_date,
                consent_document=row.consent_document.strip(),
                start_date=row.start_date,
                end_date=row.end_date,
            )
            for row in completed
        ],
        batch_size=BATCH,
    )
    entries = [Entry("tenure.begun", tenure.public_id, begun(tenure), is_new=True) for tenure in tenures]
    note_many(OBJECT, entries, by=by, at=at)
    note_changes(
        changes=[(FACT, tenure.post.organization_id, tenure.start_date) for tenure in tenures], at=at
    )
    return tenures


def begun(tenure: Tenure) -> dict[str, object]:
    """Return what the log keeps of a tenure: the person by id only."""
    return {
        "post": str(tenure.post.public_id),
        "person": str(tenure.person.public_id),
        "how": tenure.how,
        "chosen_by": tenure.chosen_by,
        "document": tenure.document,
        "consent_date": day_or_none(tenure.consent_date),
        "consent_document": tenure.consent_document,
        "start_date": tenure.start_date.isoformat(),
        "end_date": day_or_none(tenure.end_date),
    }


def day_or_none(day: date | None) -> str | None:
    """Return a day as the log writes it."""
    return day.isoformat() if day else None


def lock(keys: Sequence[int]) -> None:
    """Lock the seats in the order of their keys: two appointments to one seat wait for each other."""
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), BATCH):
        rows = Post.objects.select_for_update().order_by("pk")
        list(rows.filter(pk__in=ordered[start : start + BATCH]).values_list("pk"))


def check_new(row: NewTenure, at: datetime) -> None:
    """Refuse a tenure whose days or consent do not fit."""
    post, title = row.post, row.post.title
    today = local_day(at)
    if row.start_date > today:
        raise MembersError(f"{title}：任职日期 {row.start_date} 晚于今天，请在任职当日或之后登记。")
    if row.start_date < post.start_date:
        raise MembersError(f"{title}：任职日期早于职务设置日期 {post.start_date}，请核对日期。")
    if row.end_date is not None and not row.start_date <= row.end_date <= today:
        raise MembersError(f"{title}：离任日期须在任职日期 {row.start_date} 与今天之间。")
    if post.end_date is not None and (row.end_date is None or row.end_date > post.end_date):
        raise MembersError(f"{title}：这个职务已于 {post.end_date} 撤销，请选别的职务。")
    check_consent(title, row.consent_date, row.consent_document, at)
    if row.term is not None and (row.term.organization_id, row.term.body) != (
        post.organization_id,
        post.body,
    ):
        raise MembersError(f"{title}：所选任期不是这个机构的，请另选。")


def check_consent(title: str, day: date | None, document: str, at: datetime) -> None:
    """Refuse a consent with a number and no date, and one that lies ahead."""
    if document.strip() and day is None:
        raise MembersError(f"{title}：填了上级同意文号，请一并填上级同意日期。")
    if day is not None and day > local_day(at):
        raise MembersError(f"{title}：上级同意日期 {day} 晚于今天，请核对。")


def consented(day: date, document: str) -> dict[str, object]:
    """Return what the log keeps of a consent."""
    return {"consent_date": day.isoformat(), "consent_document": document}


def refuse_taken_seats(rows: Sequence[NewTenure]) -> None:
    """Refuse a seat that somebody holds on one of the days, among the stored tenures and the new ones."""
    spells: dict[int, list[tuple[date, date | None]]] = {}
    keys = sorted({row.post.pk for row in rows})
    for start in range(0, len(keys), BATCH):
        stored = Tenure.objects.filter(post__in=keys[start : start + BATCH])
        for post_id, begins, ends in stored.values_list("post_id", "start_date", "end_date"):
            spells.setdefault(post_id, []).append((begins, ends))
    for row in rows:
        others = spells.setdefault(row.post.pk, [])
        for begins, ends in others:
            if begins <= (row.end_date or date.max) and row.start_date <= (ends or date.max):
                until = f"{ends} 止" if ends else "至今"
                raise MembersError(f"{row.post.title}在 {begins} 起、{until}已有人担任，请核对日期。")
        others.append((row.start_date, row.end_date))


def house_paths(rows: Sequence[NewTenure]) -> dict[int, str]:
    """Return, by post, the path of the hospital or authority whose people may sit in it."""
    candidates = {path for row in rows for path in paths.ancestors(row.post.organization.path)}
    hospitals = hospitals_by_path(candidates)
    found: dict[int, str] = {}
    for row in rows:
        organization = row.post.organization
        upward = reversed(paths.ancestors(organization.path))
        house = next((path for path in upward if path in hospitals), organization.path)
        found[row.post.pk] = organization.path if organization.kind in AUTHORITIES else house
    return found


def refuse_strangers(rows: Sequence[NewTenure]) -> None:
    """Refuse who neither works nor belongs, on the day, at the hospital or authority to which the post belongs."""
    houses = house_paths(rows)
    places: dict[int, list[tuple[str, date, date | None]]] = {}
    people = sorted({row.person.pk for row in rows})
    columns = ("organization__path", "start_date", "end_date")
    for start in range(0, len(people), BATCH):
        chunk = people[start : start + BATCH]
        works = Employment.objects.filter(person__in=chunk).values_list("person_id", *columns)
        belongs = BranchMembership.objects.filter(member__person__in=chunk)
        for person_id, path, begins, ends in [*works, *belongs.values_list("member__person_id", *columns)]:
            places.setdefault(person_id, []).append((path, begins, ends))
    for row in rows:
        house = houses[row.post.pk]
        if not any(
            paths.covers(house, path)
            and begins <= row.start_date
            and (ends is None or ends >= row.start_date)
            for path, begins, ends in places.get(row.person.pk, [])
        ):
            raise MembersError(
                f"{row.person.name}在 {row.start_date} 不是本单位人员，不能任{row.post.title}："
                "请先在人员名册登记工号和到岗日期，或改任职日期。"
            )


def with_terms(rows: Sequence[NewTenure]) -> list[NewTenure]:
    """Give each new tenure of a committee the term that runs on its first day, where none was named."""
    wanted = sorted(
        {row.post.organization_id for row in rows if row.term is None and row.post.body in WITH_TERMS}
    )
    terms: dict[tuple[int, str], list[Term]] = {}
    for start in range(0, len(wanted), BATCH):
        for term in Term.objects.filter(organization__in=wanted[start : start + BATCH]):
            terms.setdefault((term.organization_id, term.body), []).append(term)
    return [
        row
        if row.term is not None
        else replace(
            row, term=running(terms.get((row.post.organization_id, row.post.body), []), row.start_date)
        )
        for row in rows
    ]


def running(terms: Sequence[Term], day: date) -> Term | None:
    """Return the term that runs on a day."""
    on_day = (
        term for term in terms if term.start_date <= day and (term.end_date is None or term.end_date >= day)
    )
    return next(on_day, None)


@transaction.atomic
def end_tenure(
    *,
    tenure: Tenure,
    end_date: date,
    consent_date: date | None = None,
    consent_document: str = "",
    by: User | None,
    at: datetime,
) -> Tenure:
    """End a tenure with a day, which is its last; the post is vacant from the next. ``consent_*``: the superior's, to the leaving.

    Refuses (MembersError) one that has ended, a day before it began, one in the future, and a consent as ``check_consent``.
    """
    lock([tenure.post_id])
    row = Tenure.objects.select_related("post", "person").get(pk=tenure.pk)
    if row.end_date is not None:
        raise MembersError(f"{row.person.name}已于 {row.end_date} 离任{row.post.title}。")
    if end_date < row.start_date:
        raise MembersError(f"离任日期不能早于任职日期 {row.start_date}。")
    if end_date > local_day(at):
        raise MembersError(f"离任日期 {end_date} 晚于今天，请在离任当日或之后登记。")
    check_consent(row.post.title, consent_date, consent_document, at)
    row.leaving_consent_date, row.leaving_consent_document = consent_date, consent_document.strip()
    return finish(row, end_date, by=by, at=at)


def finish(row: Tenure, end_date: date, *, by: User | None, at: datetime) -> Tenure:
    """Write down that a tenure ended with a day, and what its row says of the superior's consent."""
    row.end_date = end_date
    row.save(update_fields=["end_date", "leaving_consent_date", "leaving_consent_document"])
    data: dict[str, object] = {"end_date": end_date.isoformat()}
    if row.leaving_consent_date is not None:
        data |= consented(row.leaving_consent_date, row.leaving_consent_document)
    note_many(OBJECT, [Entry("tenure.ended", row.public_id, data)], by=by, at=at)
    note_changes(changes=[(FACT, row.post.organization_id, end_date + DAY)], at=at)
    return row


@transaction.atomic
def note_consent(
    *,
    tenure: Tenure,
    is_leaving: bool,
    consent_date: date,
    consent_document: str,
    by: User | None,
    at: datetime,
) -> Tenure:
    """Write down later that the superior had agreed that a secretary or deputy came, or left. Once: what is recorded stays.

    Refuses (MembersError) what is recorded already, the leaving of who has not left, and a consent as ``check_consent``.
    """
    lock([tenure.post_id])
    row = Tenure.objects.select_related("post", "person").get(pk=tenure.pk)
    what = "leaving_consent" if is_leaving else "consent"
    recorded = getattr(row, f"{what}_date")
    if row.post.kind not in CONSENTED:
        raise MembersError(f"{row.post.title}的变动不须上级同意，不必登记。")
    if is_leaving and row.end_date is None:
        raise MembersError(f"{row.person.name}还在任，请在离任时登记上级同意。")
    if recorded is not None:
        raise MembersError(f"上级同意日期已登记为 {recorded}，不能改写。")
    check_consent(row.post.title, consent_date, consent_document, at)
    setattr(row, f"{what}_date", consent_date)
    setattr(row, f"{what}_document", consent_document.strip())
    row.save(update_fields=[f"{what}_date", f"{what}_document"])
    data = {"of": "leaving" if is_leaving else "coming", **consented(consent_date, consent_document.strip())}
    note_many(OBJECT, [Entry("tenure.consent_noted", row.public_id, data)], by=by, at=at)
    day = row.end_date + DAY if is_leaving and row.end_date else row.start_date
    note_changes(changes=[(FACT, row.post.organization_id, day)], at=at)
    return row


@transaction.atomic
def end_tenures(*, tenures: Sequence[Tenure], end_date: date, by: User | None, at: datetime) -> int:
    """End many present tenures on one day (an organization or a body is gone): a constant number of statements per batch.

    Returns how many were ended; those that had ended before are left as they are, one that began later is refused.
    """
    lock([tenure.post_id for tenure in tenures])
    keys = sorted({tenure.pk for tenure in tenures})
    ended: list[tuple[UUID, int]] = []
    for start in range(0, len(keys), BATCH):
        rows = Tenure.objects.filter(pk__in=keys[start : start + BATCH], end_date__isnull=True)
        for public_id, organization_id, begins in rows.values_list(
            "public_id", "post__organization_id", "start_date"
        ):
            if begins > end_date:
                raise MembersError(f"有人 {begins} 才任职，晚于结束日期 {end_date}，请先核对任职。")
            ended.append((public_id, organization_id))
        rows.update(end_date=end_date)
    data = {"end_date": end_date.isoformat()}
    note_many(OBJECT, [Entry("tenure.ended", public_id, data) for public_id, _ in ended], by=by, at=at)
    note_changes(changes=[(FACT, place, end_date + DAY) for place in Counter(o for _, o in ended)], at=at)
    return len(ended)


@transaction.atomic
def close_post(
    *,
    post: Post,
    end_date: date,
    consent_date: date | None = None,
    consent_document: str = "",
    by: User | None,
    at: datetime,
) -> Post:
    """End a seat and the tenure of whoever holds it, on one day; ``consent_*`` as for ``end_tenure``.

    Raises MembersError on impossible days.
    """
    present = Tenure.objects.filter(post=post, end_date__isnull=True).first()
    if present is not None:
        end_tenure(
            tenure=present,
            end_date=end_date,
            consent_date=consent_date,
            consent_document=consent_document,
            by=by,
            at=at,
        )
    try:
        return seats.end_post(post=post, end_date=end_date, by=by, at=at)
    except OrganizationError as error:
        raise MembersError(str(error)) from error
