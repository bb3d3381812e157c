"""Rows into the register: created, brought up to date, refused by name; the same again changes nothing."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiangji.audit.models import Event
from qiangji.members.exceptions import MembersError
from qiangji.members.models import BranchMembership, Employment, Member, Person
from qiangji.members.services import (
    NewMember,
    NewStaff,
    Registered,
    change_person,
    refusals_of,
    register_members,
    register_staff,
)
from qiangji.members.tests.factories import make_member
from qiangji.orgs.models import ChangedFact
from qiangji.orgs.tests.factories import Cast, cast, make_organization

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 10, 20)
JOINED = date(2015, 7, 1)


@pytest.fixture
def people() -> Cast:
    return cast()


def row(people: Cast, number: str = "A1", **changes: object) -> NewMember:
    fields = {
        "staff_number": number,
        "name": "张伟",
        "branch": people.internal_medicine,
        "joined_date": JOINED,
    }
    return NewMember(**(fields | changes))  # type: ignore[arg-type]


def put(people: Cast, *rows: NewMember) -> Registered:
    return register_members(hospital=people.hospital_a, rows=rows, by=people.party_office, at=AT)


def spells(member: Member) -> list[tuple[str, date, date | None]]:
    rows = member.branches.order_by("start_date")
    return [(one.organization.short_name, one.start_date, one.end_date) for one in rows]


def test_a_new_row_becomes_person_employment_member_and_branch(people: Cast) -> None:
    done = put(people, row(people, confirmed_date=date(2016, 7, 1), sex="male"))
    member = done.members["A1"]
    assert (done.created, done.changed, done.unchanged) == (1, 0, 0)
    assert (member.person.name, member.person.pinyin, member.person.sex) == ("张伟", "zhangwei zw", "male")
    assert spells(member) == [("内科党支部", date(2020, 1, 1), None)]
    assert Employment.objects.get().staff_number == "A1"
    assert Event.objects.get(object_type="member").verb == "member.registered"
    assert "张伟" not in Event.objects.get(object_type="member").data
    assert list(ChangedFact.objects.values_list("kind", "date")) == [("member", date(2020, 1, 1))]


def test_the_same_rows_again_change_nothing(people: Cast) -> None:
    rows = [row(people, "A1", sex="male"), row(people, "A2", name="李娜")]
    put(people, *rows)
    events, facts = Event.objects.count(), ChangedFact.objects.count()
    done = put(people, *rows)
    assert (done.created, done.changed, done.unchanged) == (0, 0, 2)
    assert (Event.objects.count(), ChangedFact.objects.count()) == (events, facts)


def test_what_is_left_empty_stays(people: Cast) -> None:
    put(people, row(people, sex="male", education="graduate", confirmed_date=date(2016, 7, 1)))
    done = put(people, row(people, name="张玮"))
    person = Person.objects.get()
    assert done.changed == 1
    assert (person.name, person.sex, person.education) == ("张玮", "male", "graduate")
    assert person.member.confirmed_date == date(2016, 7, 1)


def test_another_branch_is_a_move_from_a_day_on(people: Cast) -> None:
    member = put(people, row(people)).members["A1"]
    put(people, row(people, branch=people.surgery, since=date(2026, 3, 1)))
    assert spells(member) == [
        ("内科党支部", date(2020, 1, 1), date(2026, 2, 28)),
        ("外科党支部", date(2026, 3, 1), None),
    ]
    put(people, row(people))
    assert spells(member)[-1] == ("内科党支部", TODAY, None)


def test_another_branch_on_the_first_day_is_a_correction(people: Cast) -> None:
    member = put(people, row(people, since=date(2026, 3, 1))).members["A1"]
    put(people, row(people, branch=people.surgery, since=date(2026, 3, 1)))
    assert spells(member) == [("外科党支部", date(2026, 3, 1), None)]


def test_somebody_known_as_staff_becomes_a_member(people: Cast) -> None:
    staff = register_staff(
        organization=people.hospital_a,
        rows=[NewStaff("A1", "张伟", date(2021, 1, 1))],
        by=people.party_office,
        at=AT,
    )
    member = put(people, row(people)).members["A1"]
    assert member.person == staff["A1"]
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "姓名须填写"),
        ({"staff_number": "x" * 33}, "工号须填写"),
        ({"joined_date": date(2027, 1, 1)}, "入党日期"),
        ({"joined_date": date(1920, 1, 1)}, "入党日期"),
        ({"confirmed_date": date(2015, 1, 1)}, "早于入党日期"),
        ({"confirmed_date": date(2027, 1, 1)}, "晚于今天"),
        ({"since": date(2014, 1, 1)}, "早于入党日期"),
        ({"since": date(2019, 1, 1)}, "早于设立日期"),
        ({"since": date(2027, 1, 1)}, "晚于今天"),
        ({"sex": "x"}, "请填：男、女"),
        ({"birth_year": 1850}, "出生年份"),
        ({"occupation": "astronaut"}, "岗位类别"),
    ],
)
def test_rows_that_cannot_be_are_named(people: Cast, changes: dict, words: str) -> None:
    bad = row(people, **({"number": "A2"} | {}), **changes)
    with pytest.raises(MembersError) as refusal:
        put(people, row(people), bad)
    assert words in refusal.value.rows[bad.staff_number]
    assert f"工号 {bad.staff_number}" in str(refusal.value)
    assert not Member.objects.exists()


def test_branches_of_others_and_nodes_without_members_are_refused(people: Cast) -> None:
    theirs = make_organization(people.hospital_b)
    rows = [
        row(people, "A1", branch=theirs),
        row(people, "A2", branch=people.hospital_a),
        row(people, "A3"),
        row(people, "A3"),
        row(people, "A4", group=people.surgery),
    ]
    refused = refusals_of(hospital=people.hospital_a, rows=rows, at=AT)
    assert set(refused) == {"A1", "A2", "A3", "A4"}
    assert "不属于" in refused["A1"]
    assert "须编入党支部" in refused["A2"]
    assert "出现 2 次" in refused["A3"]
    assert "不是" in refused["A4"]


def test_who_left_or_belongs_elsewhere_is_not_taken_back_by_a_row(people: Cast) -> None:
    gone = make_member(
        people.internal_medicine, staff_number="A1", ceased_date=date(2026, 1, 1), ceased_how="other"
    )
    away = make_member(people.internal_medicine, staff_number="A2")
    theirs = make_organization(people.hospital_b)
    BranchMembership.objects.filter(member=away).update(organization=theirs)
    refused = refusals_of(hospital=people.hospital_a, rows=[row(people, "A1"), row(people, "A2")], at=AT)
    assert gone.ceased_date is not None
    assert "离开登记" in refused["A1"]
    assert "组织关系不在本院" in refused["A2"]
    assert theirs.short_name not in refused["A2"]


def test_statements_do_not_grow_with_the_rows(people: Cast) -> None:
    def statements(rows: list[NewMember]) -> int:
        with CaptureQueriesContext(connection) as captured:
            put(people, *rows)
        return len(captured)

    few = statements([row(people, f"A{number}") for number in range(3)])
    many = statements([row(people, f"B{number}") for number in range(60)])
    assert few == many
    again = [row(people, f"B{number}", name="王芳", branch=people.surgery) for number in range(60)]
    assert statements(again) <= many + 4


def test_corrections_log_fields_and_not_values(people: Cast) -> None:
    person = put(people, row(people)).members["A1"].person
    change_person(
        person=person,
        changes={"name": "张玮", "staff_number": "A9", "education": "graduate"},
        by=people.party_office,
        at=AT,
    )
    person.refresh_from_db()
    assert (person.name, person.pinyin, person.employments.get().staff_number) == (
        "张玮",
        "zhangwei zw",
        "A9",
    )
    last = Event.objects.order_by("pk").last()
    assert last is not None
    assert (last.verb, last.data) == ("member.changed", '{"fields":["education","name","staff_number"]}')
    put(people, row(people, "A2"))
    with pytest.raises(MembersError, match="已属于本单位的另一人"):
        change_person(person=person, changes={"staff_number": "A2"}, by=None, at=AT)
