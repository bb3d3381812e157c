"""What the demo writes in bulk equals what the services write for the same facts, and equal seeds give equal rows."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import Model

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event
from qiangji.ledgers.models import Attendance, Declaration, DuesPayment, HeartTalk, Record, RecordKind
from qiangji.ledgers.selectors import self_check_of
from qiangji.ledgers.services import declare, save_record, tick_talk
from qiangji.ledgers.services.dues import DuesInput, record_dues
from qiangji.ledgers.services.records import record_input_of
from qiangji.members.models import BranchMembership, Employment, Person, Tenure
from qiangji.members.services import NewMember, register_members
from qiangji.members.services.tenures import NewTenure, appoint_many
from qiangji.orgs.models import ChangedFact, Department, Organization, OrganizationState, Post, Term
from qiangji.orgs.services.departments import NewDepartment, open_departments
from qiangji.orgs.services.posts import NewPost, set_up_posts
from qiangji.orgs.services.states import record_state
from qiangji.orgs.services.terms import NewTerm, record_terms
from qiangji.web.demo.planting import DemoArguments, plant

pytestmark = [pytest.mark.usefixtures("planted"), pytest.mark.slow]
KEYS = {"id", "public_id", "object_id", "digest", "sequence"}


def silent(line: str) -> None:
    """Take a line of progress and do nothing with it."""


@pytest.fixture(scope="module")
def planted_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One hospital with its facts, planted once for the file."""
    with django_db_blocker.unblock(), transaction.atomic():
        plant(DemoArguments(1, 1, 2026), tell=silent, with_sheets=False)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def planted(planted_of_file: None, db: None) -> None:
    """The file's hospital; ``db`` undoes what a test does to it."""


def values_of(row: Model, *without: str) -> dict[str, Any]:
    """Return a stored row's columns but its keys."""
    row = type(row)._default_manager.get(pk=row.pk)
    left_out = KEYS | set(without)
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in left_out
    }


def events_of(obj_id: UUID, **replaced: str) -> list[tuple]:
    """Return what was logged of an object; ids that cannot be equal are replaced by their names."""
    found = []
    for row in Event.objects.filter(object_id=obj_id).order_by("sequence"):
        data = row.data
        for name, value in replaced.items():
            data = data.replace(value, name)
        found.append((row.object_type, row.verb, data, row.actor_id))
    return found


def user_of(key: int | None) -> User | None:
    return User.objects.get(pk=key) if key else None


def test_records_equal_those_of_the_service() -> None:
    shown = Record.objects.filter(natural_key="").prefetch_related("kinds", "attendances__person")
    seen: set[tuple[str, ...]] = set()
    for planted in shown.select_related("organization", "host").order_by("-organization__path", "pk"):
        kinds = tuple(row.kind for row in planted.kinds.all())
        if kinds in seen:
            continue
        seen.add(kinds)
        by, at = user_of(planted.recorded_by_id), planted.recorded_at
        saved = save_record(
            organization=planted.organization, data=record_input_of(planted), by=by, at=at
        ).record
        assert values_of(saved) == values_of(planted)
        assert saved.changes.get().data == planted.changes.get().data
        assert events_of(saved.public_id) == events_of(planted.public_id)
        for model in (RecordKind, Attendance):
            rows = [
                sorted(
                    str(values_of(row, "record_id"))
                    for row in model.objects.filter(record=one).order_by("pk")
                )
                for one in (saved, planted)
            ]
            assert rows[0] == rows[1]
    assert len(seen) > 60


def test_the_log_holds_together() -> None:
    """Digests are those of the event log's own writer, and every object's events count from one."""
    actors = {user.public_id: user for user in User.objects.all()}
    for row in Event.objects.order_by("verb", "pk")[::37]:
        again = event(
            verb=row.verb,
            obj_type=row.object_type,
            obj_id=row.object_id,
            data=json.loads(row.data),
            by=actors.get(row.actor_id),
            at=row.at,
            sequence=row.sequence,
        )
        assert (again.digest, again.data) == (row.digest, row.data)
    connection.check_constraints()
    facts = {(fact.kind, fact.organization_id) for fact in ChangedFact.objects.all()}
    for kind, organization in RecordKind.objects.filter(record__state="confirmed").values_list(
        "kind", "record__organization_id"
    ):
        assert (f"record.{kind}", organization) in facts


def test_self_checks_say_what_the_ledgers_say() -> None:
    branch = Organization.objects.get(code="DH001B01")
    for month in (2, 4, 9):
        check = self_check_of(branch, date(2026, month, 1))
        assert check.is_confirmed
        assert check.record.outcome == check.words


def test_dues_talks_and_declarations_equal_those_of_the_services() -> None:
    paid = DuesPayment.objects.select_related("member", "organization").first()
    before, logged = values_of(paid), events_of(paid.public_id)
    DuesPayment.objects.filter(pk=paid.pk).delete()
    row = DuesInput(paid.member, paid.organization, paid.month, paid.amount, paid.paid_date)
    record_dues(rows=[row], by=user_of(paid.recorded_by_id), at=paid.recorded_at)
    again = DuesPayment.objects.get(member=paid.member, month=paid.month)
    assert (values_of(again), events_of(again.public_id)) == (before, logged)

    talk = HeartTalk.objects.select_related("organization", "first", "second").first()
    before, logged = values_of(talk), events_of(talk.public_id)
    HeartTalk.objects.filter(pk=talk.pk).delete()
    again = tick_talk(
        organization=talk.organization,
        first=talk.second,
        second=talk.first,
        date=talk.date,
        by=user_of(talk.recorded_by_id),
        at=talk.recorded_at,
    )
    assert (values_of(again), events_of(again.public_id)) == (before, logged)

    said = Declaration.objects.select_related("organization").filter(kind="study_centre_group").get()
    before, logged = values_of(said), events_of(said.public_id)
    Declaration.objects.filter(pk=said.pk).delete()
    again = declare(
        organization=said.organization,
        kind=said.kind,
        start_date=said.start_date,
        end_date=said.end_date,
        by=user_of(said.declared_by_id),
        at=said.declared_at,
    )
    assert (values_of(again), events_of(again.public_id)) == (before, logged)


def test_members_equal_those_that_are_registered() -> None:
    planted = BranchMembership.objects.filter(
        arrival="registered", departure="", member__person__user=None, organization__code="DH001B01"
    ).select_related("member__person", "organization")[7]
    member, person = planted.member, planted.member.person
    work = Employment.objects.get(person=person)
    office = User.objects.get(username="dangban01")
    row = NewMember(
        staff_number="again",
        name=person.name,
        branch=planted.organization,
        joined_date=member.joined_date,
        confirmed_date=member.confirmed_date,
        since=planted.start_date,
        department=work.department,
        sex=person.sex,
        birth_year=person.birth_year,
        is_minority=person.is_minority,
        education=person.education,
        occupation=person.occupation,
    )
    at = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
    hospital = Organization.objects.get(code="DH001")
    again = register_members(hospital=hospital, rows=[row], by=office, at=at).members["again"]
    assert values_of(again.person) == values_of(person)
    assert values_of(again, "person_id") == values_of(member, "person_id")
    assert values_of(again.branches.get(), "member_id") == values_of(planted, "member_id")
    left = ("person_id", "staff_number")
    assert values_of(Employment.objects.get(person=again.person), *left) == values_of(work, *left)
    assert events_of(again.public_id) == events_of(member.public_id)[:1]


def test_structure_equals_that_of_the_services() -> None:
    hospital = Organization.objects.get(code="DH001")
    office = User.objects.get(username="dangban01")
    at = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
    room = Department.objects.filter(hospital=hospital).select_related("branch").first()
    new = NewDepartment(hospital, "另一科室", room.start_date, room.branch)
    made = open_departments(rows=[new], by=office, at=at)[0]
    assert values_of(made, "name") == values_of(room, "name")
    assert events_of(made.public_id, name="另一科室") == events_of(room.public_id, name=room.name)

    post = Post.objects.filter(organization=hospital, body="committee", kind="member").first()
    seat = set_up_posts(
        rows=[NewPost(hospital, post.body, post.kind, post.start_date, post.duty)], by=office, at=at
    )[0]
    assert values_of(seat, "position") == values_of(post, "position")
    assert events_of(seat.public_id) == events_of(post.public_id)

    held = Tenure.objects.select_related("person", "term").get(post=post)
    new_tenure = NewTenure(seat, held.person, held.start_date, held.how, term=held.term)
    again = appoint_many(rows=[new_tenure], by=office, at=at)[0]
    assert values_of(again, "post_id") == values_of(held, "post_id")
    assert events_of(again.public_id, post=str(seat.public_id)) == events_of(
        held.public_id, post=str(post.public_id)
    )

    term = Term.objects.get(organization=hospital, body="committee")
    elsewhere = Organization.objects.get(code="DH001Z1")
    new_term = NewTerm(
        elsewhere, term.body, term.number, term.years, term.start_date, term.elected_by, term.document
    )
    once_more = record_terms(rows=[new_term], by=office, at=at)[0]
    assert values_of(once_more, "organization_id") == values_of(term, "organization_id")
    assert events_of(once_more.public_id, where="DH001Z1") == events_of(term.public_id, where="DH001")

    state = OrganizationState.objects.get(organization=hospital, kind="staff_income")
    before = values_of(state)
    last = Event.objects.filter(
        object_id=hospital.public_id, verb="state.recorded", data__contains=state.kind
    ).get()
    OrganizationState.objects.filter(pk=state.pk).delete()
    stated = record_state(
        organization=hospital, kind=state.kind, value=state.value, year=2026, by=None, at=state.recorded_at
    )
    assert values_of(stated) == before
    newest = Event.objects.filter(object_id=hospital.public_id).latest("sequence")
    assert (newest.verb, newest.data) == (last.verb, last.data)


def test_the_shown_branch_looks_as_promised() -> None:
    branch = Organization.objects.get(code="DH001B01")
    members = BranchMembership.objects.filter(organization=branch, end_date__isnull=True)
    assert members.count() == 23
    accounts = {"zhibu0101", "zhiwei0101", "dangyuan0101"}
    linked = Person.objects.filter(user__username__in=accounts, member__branches__organization=branch)
    assert linked.count() == 3
    assert all(person.name == person.user.name for person in linked.select_related("user"))
    drafts = Record.objects.filter(organization=branch, state="draft")
    assert [draft.date > date(2026, 11, 20) for draft in drafts] == [True]
    assert not Record.objects.filter(state="confirmed", date__gt=date(2026, 11, 20)).exists()
    kinds = set(RecordKind.objects.values_list("kind", flat=True))
    assert {"study_centre_group", "theme_party_day", "authority_special_study"} <= kinds
