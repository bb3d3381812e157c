"""Departments, seats and terms: what the services write, what they refuse, and that many cost no more than few."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiangji.audit.models import Event
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.facts_selectors import departments_of, due_of, open_terms, term_on
from qiangji.orgs.models import Body, ChangedFact, Department, Post, Term
from qiangji.orgs.services.departments import (
    NewDepartment,
    close_department,
    cover_department,
    open_department,
    open_departments,
)
from qiangji.orgs.services.posts import NewPost, end_post, set_up_posts
from qiangji.orgs.services.terms import NewTerm, due_after, end_term, extend_term, record_terms, start_term
from qiangji.orgs.tests.factories import Cast, cast, make_organization

AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
DAY = date(2024, 1, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def open_one(people: Cast, **fields: Any) -> Department:
    data: dict[str, Any] = {"name": "心内科", "start_date": DAY, "branch": people.internal_medicine}
    return open_department(hospital=people.hospital_a, by=None, at=AT, **(data | fields))


def test_a_department_keeps_which_branch_covered_it_when(people: Cast) -> None:
    row = open_one(people)
    cover_department(department=row, branch=people.surgery, start_date=date(2025, 3, 1), by=None, at=AT)
    before = departments_of(people.hospital_a, date(2025, 2, 28)).get()
    after = departments_of(people.hospital_a, date(2025, 3, 1)).get()
    assert (before.name, before.branch) == ("心内科", people.internal_medicine)
    assert (after.name, after.branch) == ("心内科", people.surgery)
    assert ChangedFact.objects.filter(kind="department", date=date(2025, 3, 1)).exists()


def test_a_department_put_right_on_its_first_day_stays_one_row(people: Cast) -> None:
    row = open_one(people)
    cover_department(department=row, branch=None, start_date=DAY, by=None, at=AT)
    assert Department.objects.get().branch is None
    assert Event.objects.filter(verb="department.covered").exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "请填写科室名称"),
        ({"start_date": date(2027, 1, 1)}, "晚于今天"),
        ({"start_date": date(2019, 1, 1)}, "不存在"),
        ({"start_date": date(2019, 1, 1), "branch": None}, "早于"),
    ],
)
def test_departments_refused(people: Cast, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(OrganizationError, match=words):
        open_one(people, **fields)


def test_a_department_is_opened_once_and_only_for_branches_of_its_hospital(people: Cast) -> None:
    row = open_one(people)
    with pytest.raises(OrganizationError, match="已登记"):
        open_one(people)
    stranger = make_organization(people.hospital_b)
    with pytest.raises(OrganizationError, match="不是“甲医院”的党支部"):
        cover_department(department=row, branch=stranger, start_date=DAY, by=None, at=AT)
    with pytest.raises(OrganizationError, match="没有变化"):
        cover_department(department=row, branch=row.branch, start_date=DAY, by=None, at=AT)
    with pytest.raises(OrganizationError, match="不是院级党组织"):
        open_department(hospital=people.surgery, name="甲", start_date=DAY, by=None, at=AT)
    close_department(department=row, end_date=date(2025, 1, 1), by=None, at=AT)
    with pytest.raises(OrganizationError, match="已于 2025-01-01 结束"):
        close_department(department=row, end_date=date(2025, 2, 1), by=None, at=AT)
    assert open_one(people, start_date=date(2025, 1, 2)).pk != row.pk


def test_seats_of_a_committee(people: Cast) -> None:
    rows = [
        NewPost(people.hospital_a, Body.COMMITTEE, kind, DAY, duty=duty)
        for kind, duty in [("secretary", ""), ("member", "组织委员"), ("member", "")]
    ]
    posts = set_up_posts(rows=rows, by=None, at=AT)
    assert [post.title for post in posts] == ["书记", "组织委员", "委员"]
    assert [post.position for post in posts] == [1, 2, 3]
    end_post(post=posts[2], end_date=date(2025, 1, 1), by=None, at=AT)
    assert Post.objects.on(date(2025, 1, 2)).count() == 2
    with pytest.raises(OrganizationError, match="已于 2025-01-01 撤销"):
        end_post(post=posts[2], end_date=date(2025, 1, 1), by=None, at=AT)


@pytest.mark.parametrize(
    ("body", "kind", "where", "words"),
    [
        (Body.ADMINISTRATION, "president", "internal_medicine", "不设行政班子的职务"),
        (Body.COMMITTEE, "president", "hospital_a", "没有“院长（行政正职）”这个职务"),
        (Body.COMMITTEE, "group_leader", "hospital_a", "组长只设在党小组"),
        (Body.COMMITTEE, "secretary", "hospital_a", "已有书记的职务"),
    ],
)
def test_seats_refused(people: Cast, body: str, kind: str, where: str, words: str) -> None:
    set_up_posts(rows=[NewPost(people.hospital_a, Body.COMMITTEE, "secretary", DAY)], by=None, at=AT)
    with pytest.raises(OrganizationError, match=words):
        set_up_posts(rows=[NewPost(getattr(people, where), body, kind, DAY)], by=None, at=AT)


def begin(people: Cast, start: date, **fields: Any) -> Term:
    data: dict[str, Any] = {"body": Body.COMMITTEE, "years": 5, "elected_by": "assembly"}
    return start_term(organization=people.hospital_a, start_date=start, by=None, at=AT, **(data | fields))


def test_terms_follow_each_other_and_fall_due_on_their_calendar_day(people: Cast) -> None:
    assert due_after(date(2024, 2, 29), 3) == date(2027, 2, 28)
    first = begin(people, date(2020, 5, 20))
    second = begin(people, date(2025, 5, 18))
    first.refresh_from_db()
    assert (first.due_date, first.end_date) == (date(2025, 5, 20), date(2025, 5, 17))
    assert (second.number, second.end_date) == (2, None)
    assert term_on(people.hospital_a, Body.COMMITTEE, date(2025, 5, 17)) == first


def extend(people: Cast, term: Term, **fields: Any) -> None:
    data: dict[str, Any] = {
        "due_date": date(2025, 12, 31),
        "document": "甲卫党〔2025〕2号",
        "approved_by": people.authority_a,
        "approved_date": date(2025, 4, 1),
    }
    extend_term(term=term, by=None, at=AT, **(data | fields))


def test_a_term_moves_only_by_a_recorded_approval(people: Cast) -> None:
    term = begin(people, date(2020, 5, 20))
    with pytest.raises(OrganizationError, match="提前换届须经上级批准"):
        begin(people, date(2024, 9, 1))
    for fields, words in [
        ({"document": " "}, "请填批复文号"),
        ({"approved_by": people.surgery}, "不是“甲医院”的上级或主管单位"),
        ({"approved_date": date(2027, 1, 1)}, "批准日期须在"),
        ({"due_date": date(2025, 5, 20)}, "并与现在的 2025-05-20 不同"),
    ]:
        with pytest.raises(OrganizationError, match=words):
            extend(people, term, **fields)
    extend(people, term, due_date=date(2024, 9, 30), approved_date=date(2024, 8, 1))
    assert [due_of(row) for row in open_terms([people.hospital_a], DAY)] == [date(2024, 9, 30)]
    begin(people, date(2024, 9, 1))
    term.refresh_from_db()
    assert term.end_date == date(2024, 8, 31)
    with pytest.raises(OrganizationError, match="已于 2024-08-31 结束"):
        extend(people, term)


def test_terms_refused(people: Cast) -> None:
    begin(people, date(2020, 5, 20))
    for fields, words in [
        ({"years": 6}, "任期须为 1 至 5 年"),
        ({"body": Body.OFFICE}, "没有任期"),
        ({"start_date": date(2027, 1, 1)}, "晚于今天"),
        ({"number": 1, "start_date": date(2025, 5, 1)}, "第 1 届已登记"),
    ]:
        with pytest.raises(OrganizationError, match=words):
            begin(people, fields.pop("start_date", date(2025, 5, 1)), **fields)
    past = NewTerm(
        people.hospital_a, Body.COMMITTEE, 9, 5, date(2019, 1, 1), "assembly", end_date=date(2020, 6, 1)
    )
    with pytest.raises(OrganizationError, match="日期重叠"):
        record_terms(rows=[past], by=None, at=AT)
    term = Term.objects.get()
    end_term(term=term, end_date=date(2026, 1, 1), by=None, at=AT)
    with pytest.raises(OrganizationError, match="已于 2026-01-01 结束"):
        end_term(term=term, end_date=date(2026, 2, 1), by=None, at=AT)


def test_many_cost_no_more_statements_than_few(people: Cast) -> None:
    hospitals = [make_organization(people.city_a, "hospital", form="committee") for _ in range(9)]

    def write(some: list[Any]) -> int:
        with CaptureQueriesContext(connection) as asked:
            open_departments(rows=[NewDepartment(one, "心内科", DAY) for one in some], by=None, at=AT)
            set_up_posts(
                rows=[NewPost(one, Body.COMMITTEE, "secretary", DAY) for one in some], by=None, at=AT
            )
            rows = [NewTerm(one, Body.COMMITTEE, 1, 5, DAY, "assembly") for one in some]
            record_terms(rows=rows, by=None, at=AT)
        return len(asked)

    assert write(hospitals[:2]) == write(hospitals[2:])
