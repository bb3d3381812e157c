"""Inventory rows a person meets on the ledgers' pages: each kind is recorded on screen and then read where the row says."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.ledgers.models import Declaration, HeartTalk, Record
from qiangji.ledgers.tests.evening import Evening, evening_body, make_evening
from qiangji.ledgers.tests.factories import make_record
from qiangji.ledgers.vocabulary import KINDS
from qiangji.members.tests.factories import make_post, make_tenure
from qiangji.orgs.models import Organization

NOON = datetime(2026, 10, 16, 4, 0, tzinfo=UTC)
SAMPLES = {
    "text": "一段文字",
    "long_text": "写明的内容",
    "integer": "12",
    "decimal": "8",
    "money": "3000",
    "date": "2026-10-20",
    "month": "2026-10",
    "flag": "on",
    "person": "赵小明",
    "persons": "赵小明、钱小明",
}
# Row of the inventory: the kinds with which a person records it.
ROWS = {
    "A11": ["activity_venue", "budget_line", "institution"],
    "A13": ["feature_carrier", "campaign"],
    "A14": ["party_affairs_meeting", "special_party_affairs_meeting", "duty_list", "duty_report_review"],
    "C34": ["authority_special_study"],
    "C35": ["authority_key_project"],
    "C36": ["authority_duty_report"],
    "C37": ["authority_exchange"],
    "C40": ["budget_line", "spending"],
    "D08": ["budget_line"],
    "D09": ["party_plus"],
    "D14": ["training_class"],
    "D17": ["contact_point"],
    "D21": ["major_decision"],
    "D28": ["skill_training"],
    "D31": ["authority_contact_point", "leading_group"],
    "E03": ["study_topic"],
    "E04": ["study_centre_group"],
    "E05": ["training_class"],
    "E06": ["party_class"],
    "E07": ["study_assessment"],
    "E08": ["institution"],
    "E09": ["ideological_seminar"],
    "E14": ["july_campaign"],
    "E15": ["public_service"],
    "E16": ["institution"],
    "E21": ["secretaries_training"],
    "E22": ["integrity_education"],
}
CASES = [
    pytest.param(
        kind, marks=pytest.mark.shows(*[row for row, kinds in ROWS.items() if kind in kinds]), id=kind
    )
    for kind in sorted({kind for kinds in ROWS.values() for kind in kinds})
]


@pytest.fixture
def evening(db: None, monkeypatch: pytest.MonkeyPatch) -> Evening:
    monkeypatch.setattr("qiangji.orgs.requests.timezone.now", lambda: NOON)
    return make_evening()


def who_records(evening: Evening, kind: str) -> tuple[Organization, Client]:
    people = evening.people
    seats = {
        "health_authority": (people.authority_a, people.supervisor),
        "hospital": (people.hospital_a, people.party_office),
        "branch": (people.internal_medicine, people.branch_secretary),
    }
    levels = set(KINDS[kind].levels)
    place = next(seats[level] for level in ("hospital", "branch", "health_authority") if level in levels)
    client = Client()
    client.force_login(place[1])
    return place[0], client


def typed(kind: str, organization: Organization, branch: Organization) -> dict[str, str]:
    """Return a form of a kind with every field filled as a person would."""
    body = {"kind": kind, "date": "2026-10-12", "title": "十月的一件事"}
    for field in KINDS[kind].fields:
        if field.type == "choice":
            body[field.name] = next(iter(field.choices))
        elif field.type == "organization":
            body[field.name] = branch.code
        elif field.type in ("person", "persons") and organization.kind == "health_authority":
            continue
        else:
            body[field.name] = SAMPLES[field.type]
    return body


@pytest.mark.parametrize("kind", CASES)
def test_a_kind_is_recorded_on_screen_and_stands_in_its_register(evening: Evening, kind: str) -> None:
    organization, client = who_records(evening, kind)
    branch = evening.people.hospital_a if organization.kind == "health_authority" else evening.people.surgery
    body = typed(kind, organization, branch)
    if organization.kind == "health_authority":
        person = evening.members[0].person
        person.employments.update(organization=organization)
        body |= {field.name: "赵小明" for field in KINDS[kind].fields if field.type in ("person", "persons")}
    answer = client.post(reverse("ledgers:new", args=[organization.public_id]), body, follow=True)
    assert Record.objects.count() == 1, answer.content.decode()[-6000:]
    shown = answer.content.decode()
    assert "这条记录用在哪里" in shown
    register = client.get(reverse("ledgers:records"), {"kind": kind}).content.decode()
    assert "十月的一件事" in register
    for field in KINDS[kind].fields:
        assert field.title in register
        if field.type == "choice":
            assert field.choices[body[field.name]] in register
    assert "1 条" in client.get(reverse("ledgers:registers")).content.decode()


def summary(evening: Evening, part: str) -> str:
    client = Client()
    client.force_login(evening.people.party_office)
    hospital = str(evening.people.hospital_a.public_id)
    query = {"part": part, "organization": hospital, "year": "2026"}
    return client.get(reverse("ledgers:summary"), query).content.decode()


@pytest.mark.shows("A10")
def test_the_participation_rate_is_read_from_the_lists(evening: Evening) -> None:
    client = Client()
    client.force_login(evening.people.branch_secretary)
    address = reverse("ledgers:new", args=[evening.people.internal_medicine.public_id])
    client.post(address, evening_body(evening))
    shown = summary(evening, "participation")
    assert "内科党支部" in shown
    assert "78%" in shown, "18 of 23"


@pytest.mark.shows("E05")
def test_hours_of_each_person_are_read_from_the_lists(evening: Evening) -> None:
    client = Client()
    client.force_login(evening.people.branch_secretary)
    address = reverse("ledgers:new", args=[evening.people.internal_medicine.public_id])
    client.post(address, evening_body(evening))
    shown = summary(evening, "hours")
    assert shown.count('<td class="num">2</td>') == 18
    assert shown.count('<td class="num">0</td>') == 5


@pytest.mark.shows("C40", "D08", "E17")
def test_the_budget_stands_beside_the_spending(evening: Evening) -> None:
    hospital = evening.people.hospital_a
    item = {"budget_item": "activity"}
    make_record(hospital, ["budget_line"], title="活动经费", amount="50000", values=item)
    make_record(hospital, ["spending"], title="七一活动", amount="60000", values=item)
    shown = summary(evening, "money")
    assert "50000 元" in shown
    assert "超预算" in shown
    assert "占年度职工总收入" in shown


@pytest.mark.shows("D07", "A11")
def test_a_venue_shows_which_of_the_six_it_has(evening: Evening) -> None:
    values = dict.fromkeys(("has_room", "has_equipment", "has_signs", "has_flag", "has_reading"), True)
    make_record(
        evening.people.hospital_a,
        ["activity_venue"],
        title="党员活动室",
        values=values | {"has_rules": False},
    )
    shown = summary(evening, "venues")
    assert shown.count("check2") == 5
    assert shown.count("bi-dash") == 1


@pytest.mark.shows("D17", "D18", "D31")
def test_leaders_without_a_contact_point_and_their_branch_life_are_named(evening: Evening) -> None:
    leader = evening.members[0].person
    make_tenure(make_post(evening.people.hospital_a, "committee", "secretary"), leader)
    make_record(evening.people.internal_medicine, people=[leader])
    shown = summary(evening, "leaders")
    assert "还没有联系点" in shown
    assert "参加 1/1 次" in shown


@pytest.mark.shows("D16", "D20")
def test_the_calendar_shows_the_fixed_day_and_where_reminders_are_due(evening: Evening) -> None:
    branch = evening.people.internal_medicine
    for month in (8, 9, 10):
        make_record(branch, title=f"{month}月主题党日", date=NOON.date().replace(month=month, day=15))
    hospital = evening.people.hospital_a
    make_record(hospital, ["integrity_reminder"], title="国庆提醒", date=NOON.date().replace(month=9, day=25))
    client = Client()
    client.force_login(evening.people.party_office)
    shown = client.get(reverse("ledgers:calendar", args=[branch.public_id])).content.decode()
    assert "每月 15 日" in shown
    assert "有 3 个月按时开展" in shown
    assert "10月主题党日" in shown
    shown = client.get(reverse("ledgers:calendar", args=[hospital.public_id])).content.decode()
    assert "9月25日已提醒" in shown
    assert "登记提醒" in shown


@pytest.mark.shows("D06")
def test_a_talk_is_one_click_and_keeps_only_who_and_when(evening: Evening) -> None:
    client = Client()
    client.force_login(evening.people.branch_secretary)
    address = reverse("ledgers:talks", args=[evening.people.internal_medicine.public_id])
    one, other = evening.members[0].person, evening.members[1].person
    assert "已谈 <strong>0</strong> 对，共 3 对" in client.get(address).content.decode()
    body = {"pair": f"{one.public_id} {other.public_id}", "date": "2026-10-15"}
    assert client.post(address, body).status_code == 302
    talk = HeartTalk.objects.get()
    assert "已谈 <strong>1</strong> 对" in client.get(address).content.decode()
    client.post(address, {"talk": str(talk.public_id)})
    assert "已谈 <strong>0</strong> 对" in client.get(address).content.decode()


def test_a_ledger_is_stated_complete_or_empty_in_one_click_and_taken_back(evening: Evening) -> None:
    client = Client()
    client.force_login(evening.people.branch_secretary)
    address = reverse("ledgers:declarations", args=[evening.people.internal_medicine.public_id])
    client.post(address + "?year=2026", {"kind": "theme_party_day", "quarter": "1", "nil": "1"})
    row = Declaration.objects.get()
    assert row.is_nil
    assert "无此类事项" in client.get(address).content.decode()
    client.post(address + "?year=2026", {"withdraw": str(row.pk)})
    row.refresh_from_db()
    assert row.withdrawn_at


def test_a_month_is_confirmed_in_one_click(evening: Evening) -> None:
    client = Client()
    client.force_login(evening.people.branch_secretary)
    address = reverse("ledgers:self_check", args=[evening.people.internal_medicine.public_id])
    assert "待确认" in client.get(address).content.decode()
    client.post(address + "?year=2026", {"month": "9"})
    assert "已确认" in client.get(address).content.decode()


def test_a_plan_leaves_drafts_that_are_confirmed_together(evening: Evening) -> None:
    client = Client()
    client.force_login(evening.people.branch_secretary)
    branch = evening.people.internal_medicine.public_id
    plan = {"title": "主题党日", "kinds": ["theme_party_day"], "every": "month", "when": "day", "day": "10"}
    client.post(reverse("ledgers:plans", args=[branch]), plan | {"start_date": "2026-09-01"})
    drafts = [str(one) for one in Record.objects.filter(state="draft").values_list("public_id", flat=True)]
    assert len(drafts) == 2
    client.post(reverse("ledgers:drafts"), {"draft": drafts})
    assert Record.objects.confirmed().count() == 2
