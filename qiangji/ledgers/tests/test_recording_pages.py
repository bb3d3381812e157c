"""The recording form: one evening of several kinds, what is refused, what comes back, and how much it asks."""

import statistics
from datetime import UTC, date, datetime

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.ledgers.forms import RecordForm
from qiangji.ledgers.models import Record
from qiangji.ledgers.services.records import record_input_of, save_record
from qiangji.ledgers.tests.evening import EVENING, Evening, evening_body, make_evening
from qiangji.ledgers.tests.factories import make_record
from qiangji.ledgers.vocabulary import KINDS
from qiangji.members.models import Person
from qiangji.orgs.models import Organization

NOON = datetime(2026, 10, 16, 4, 0, tzinfo=UTC)
SCRIPTED = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def evening(db: None, monkeypatch: pytest.MonkeyPatch) -> Evening:
    monkeypatch.setattr("qiangji.orgs.requests.timezone.now", lambda: NOON)
    return make_evening()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def record_evening(evening: Evening, **more: object) -> HttpResponse:
    address = reverse("ledgers:new", args=[evening.people.internal_medicine.public_id])
    return browser(evening.people.branch_secretary).post(address, evening_body(evening, **more))


@pytest.mark.shows("A10", "D06")
def test_one_evening_is_one_record_of_three_kinds_with_its_list(evening: Evening) -> None:
    answer = record_evening(evening)
    record = Record.objects.get()
    assert answer.status_code == 302
    assert {row.kind for row in record.kinds.all()} == set(EVENING)
    assert (record.expected, record.present) == (23, 18)
    assert record.attendances.get(is_keynote=True).person == evening.members[1].person
    assert record.host == evening.members[0].person
    assert record.year == 2026


def test_after_saving_the_page_shows_whom_and_which_duties_it_served(evening: Evening) -> None:
    target = record_evening(evening).headers["Location"]
    shown = browser(evening.people.branch_secretary).get(target).content.decode()
    assert "再记一笔" in shown
    assert "支部党员大会" in shown
    assert "本季度" in shown
    assert "2 学时" in shown


def test_what_is_refused_comes_back_beside_its_field_with_all_that_was_typed(evening: Evening) -> None:
    answer = record_evening(evening, hours="很久", host="查无此人")
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert not Record.objects.exists()
    assert "还没有保存" in shown
    assert "没有找到“查无此人”" in shown
    assert "三楼会议室" in shown
    assert shown.count('value="leave" id=') == 23
    assert shown.count('value="leave" id="p-') == 23
    assert shown.count("checked") >= 23 + 3 + 1


def test_a_tap_on_a_kind_draws_the_form_anew_with_what_is_typed(evening: Evening) -> None:
    address = reverse("ledgers:new", args=[evening.people.internal_medicine.public_id])
    body = evening_body(evening) | {"kind": ["branch_committee_meeting"], "redraw": "1"}
    shown = browser(evening.people.branch_secretary).post(address, body, **SCRIPTED).content.decode()
    assert "<html" not in shown
    assert "三楼会议室" in shown
    assert shown.count('value="present" id="p-') == 3, "the committee only"
    assert not Record.objects.exists()


def test_a_new_record_begins_with_place_host_and_agenda_of_last_time(evening: Evening) -> None:
    record_evening(evening)
    address = reverse("ledgers:new", args=[evening.people.internal_medicine.public_id])
    client = browser(evening.people.branch_secretary)
    for query in ({"kind": list(EVENING)}, {"from": str(Record.objects.get().public_id)}):
        shown = client.get(address, query).content.decode()
        assert "三楼会议室" in shown
        assert "赵小明 · " in shown
        assert "学习文件" in shown
        assert shown.count('value="present" id="p-') == 23


def test_two_people_who_change_a_record_see_both_texts(evening: Evening) -> None:
    record_evening(evening)
    record = Record.objects.prefetch_related("kinds").get()
    client = browser(evening.people.party_office)
    address = reverse("ledgers:edit", args=[record.public_id])
    assert "三楼会议室" in client.get(address).content.decode()
    data = record_input_of(record)
    theirs = type(data)(**(vars(data) | {"place": "五楼礼堂"}))
    save_record(
        organization=record.organization, data=theirs, by=None, at=NOON, record=record, seen_version=1
    )
    mine = evening_body(evening, place="一楼大厅", version="1")
    answer = client.post(address, mine)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "五楼礼堂" in shown
    assert "一楼大厅" in shown
    record.refresh_from_db()
    assert record.place == "五楼礼堂"
    assert client.post(address, mine | {"version": "2"}).status_code == 302
    record.refresh_from_db()
    assert record.place == "一楼大厅"


def test_a_person_from_elsewhere_is_not_taken_into_the_list(evening: Evening) -> None:
    stranger = Person.objects.create(name="外人")
    record_evening(evening, **{f"p-{stranger.public_id}": "present"})
    assert not Record.objects.get().attendances.filter(person=stranger).exists()


def test_people_are_found_by_their_letters(evening: Evening) -> None:
    address = reverse("ledgers:people", args=[evening.people.internal_medicine.public_id])
    shown = browser(evening.people.branch_secretary).get(address, {"find": "zxm"}).content.decode()
    assert "赵小明" in shown
    assert "孙小明" not in shown


def test_a_record_of_last_year_keeps_its_own_year(evening: Evening) -> None:
    record_evening(evening, year="2025")
    record = Record.objects.get()
    assert (record.date.year, record.year) == (2026, 2025)


def test_nothing_is_recorded_at_an_organization_of_others(evening: Evening) -> None:
    people = evening.people
    address = reverse("ledgers:new", args=[people.internal_medicine.public_id])
    assert browser(people.outsider).post(address, evening_body(evening)).status_code == 404
    assert browser(people.member).post(address, evening_body(evening)).status_code == 403
    assert not Record.objects.exists()


def asked_of(kinds: list[str], people: object, among: object) -> list[str]:
    form = RecordForm(kinds=kinds, people=people, on=date(2026, 10, 1), among=among)  # type: ignore[arg-type]
    attendance = any(KINDS[code].attendance != "none" for code in kinds)
    return [*form.asked, *(["attendance"] if attendance else [])]


def test_the_median_form_asks_for_at_most_six_things(db: None) -> None:
    people, among = Person.objects.none(), Organization.objects.none()
    counts = {
        kind.code: len(asked_of([kind.code], people, among)) for kind in KINDS.values() if not kind.own_table
    }
    assert statistics.median(counts.values()) <= 6
    assert max(counts.values()) <= 10, sorted(counts, key=counts.__getitem__)[-3:]
    # The evening of three kinds: date, title, place, host, agenda, outcome, hours, speaker, attendance.
    assert len(asked_of(list(EVENING), people, among)) <= 9


@pytest.mark.any_case
@pytest.mark.parametrize("kind", sorted(code for code, kind in KINDS.items() if not kind.own_table))
def test_every_kind_has_a_form_that_opens(evening: Evening, kind: str) -> None:
    levels = KINDS[kind].levels
    nodes = {
        "branch": (evening.people.internal_medicine, evening.people.branch_secretary),
        "hospital": (evening.people.hospital_a, evening.people.party_office),
        "health_authority": (evening.people.authority_a, evening.people.supervisor),
    }
    organization, user = next(nodes[level] for level in nodes if level in levels)
    if KINDS[kind].recorders and "party_office" not in KINDS[kind].recorders:
        user = evening.people.secretary
    address = reverse("ledgers:new", args=[organization.public_id])
    answer = browser(user).get(address, {"kind": kind})
    allowed = "discipline_secretary" not in KINDS[kind].recorders
    assert answer.status_code == (200 if allowed else 302)


def test_a_withdrawn_record_stays_and_says_why(evening: Evening) -> None:
    record = make_record(evening.people.internal_medicine, by=evening.people.branch_secretary)
    client = browser(evening.people.branch_secretary)
    address = reverse("ledgers:withdraw", args=[record.public_id])
    assert "撤回原因" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 200
    assert client.post(address, {"reason": "重复登记"}).status_code == 302
    record.refresh_from_db()
    assert record.state == Record.State.WITHDRAWN
    assert "重复登记" in client.get(reverse("ledgers:record", args=[record.public_id])).content.decode()
