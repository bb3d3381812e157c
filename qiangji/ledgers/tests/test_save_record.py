"""Recording one evening: what is stored, counted, kept as a version, and refused."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from qiangji.audit.models import Event
from qiangji.ledgers.exceptions import Clash, LedgersError, RowsRefused
from qiangji.ledgers.models import Attendance, Record, RecordChange
from qiangji.ledgers.services.records import (
    AttendanceInput,
    RecordInput,
    confirm_record,
    record_input_of,
    save_record,
    save_records,
    withdraw_record,
)
from qiangji.ledgers.tests.factories import make_declaration
from qiangji.members.tests.factories import make_person, store_members
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import ChangedFact
from qiangji.orgs.tests.factories import Cast, cast, make_role, make_user

AT = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 7, 2, 2, 0, tzinfo=UTC)
EVENING = date(2026, 6, 12)

pytestmark = pytest.mark.django_db


@pytest.fixture
def small() -> Cast:
    return cast()


def evening(small: Cast, *, came: int = 18, of: int = 23) -> RecordInput:
    people = [
        member.person for member in store_members(small.internal_medicine, [f"党员{n}" for n in range(of)])
    ]
    return RecordInput(
        kinds=("branch_members_meeting", "party_class", "theme_party_day"),
        date=EVENING,
        place="三楼会议室",
        host=people[0],
        hours=Decimal("1.5"),
        attendance=tuple(
            AttendanceInput(person, "present" if n < came else "absent", is_keynote=n == 0)
            for n, person in enumerate(people)
        ),
    )


def save(small: Cast, data: RecordInput, **more: object):
    given = {"organization": small.internal_medicine, "by": small.branch_secretary, "at": AT} | more
    return save_record(data=data, **given)


def test_one_evening_is_one_record_of_three_kinds_with_its_totals(small: Cast) -> None:
    record = save(small, evening(small)).record
    assert (record.expected, record.present, record.year) == (23, 18, 2026)
    assert {row.kind for row in record.kinds.all()} == {
        "branch_members_meeting",
        "party_class",
        "theme_party_day",
    }
    assert record.title == "支部党员大会、党课、主题党日"
    assert record.attendances.get(is_keynote=True).person == record.host


def test_each_kind_leaves_a_changed_fact_and_the_record_an_event_without_words(small: Cast) -> None:
    record = save(small, evening(small)).record
    assert set(ChangedFact.objects.values_list("kind", "organization", "date")) == {
        (f"record.{kind}", small.internal_medicine.pk, EVENING)
        for kind in ("branch_members_meeting", "party_class", "theme_party_day")
    }
    event = Event.objects.get(object_id=record.public_id)
    assert event.verb == "record.recorded"
    assert "三楼" not in event.data
    assert "党员" not in event.data


def test_the_role_under_which_a_delegate_typed_is_kept(small: Cast) -> None:
    delegate = make_user(name="组织委员")
    make_role(delegate, small.internal_medicine, RoleName.BRANCH_DELEGATE)
    record = save(small, evening(small), by=delegate).record
    assert json.loads(record.changes.get().data)["entered_as"] == "branch_delegate"


def test_the_year_may_be_another_than_the_dates(small: Cast) -> None:
    data = RecordInput(kinds=("member_appraisal",), date=date(2026, 2, 5), year=2025)
    assert save(small, data).record.year == 2025
    with pytest.raises(LedgersError, match="所属年度 2023"):
        save(small, RecordInput(kinds=("member_appraisal",), date=date(2026, 2, 5), year=2023))


def test_excused_members_are_listed_but_not_due(small: Cast) -> None:
    people = [make_person(f"某{n}") for n in range(4)]
    presences = ["present", "leave", "exempt", "absent"]
    lines = tuple(AttendanceInput(*pair) for pair in zip(people, presences, strict=True))
    record = save(small, RecordInput(kinds=("theme_party_day",), date=EVENING, attendance=lines)).record
    assert (record.expected, record.present, record.attendances.count()) == (3, 1, 4)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"kinds": ()}, "kinds", "至少选择"),
        ({"kinds": ("nothing",)}, "kinds", "没有“nothing”"),
        ({"kinds": ("heart_talk",)}, "kinds", "专门的登记页面"),
        ({"kinds": ("study_centre_group",)}, "kinds", "不由内设党支部登记"),
        ({"kinds": ("theme_party_day", "activity_venue")}, "kinds", "分开登记"),
        ({"date": date(2026, 7, 15)}, "date", "还没有到"),
        ({"date": date(2019, 12, 31)}, "date", "未设立"),
        ({"end_date": date(2026, 6, 1)}, "end_date", "早于"),
        ({"title": "长" * 121}, "title", "最多 120 字"),
        ({"hours": Decimal("0")}, "hours", "大于 0"),
        ({"hours": Decimal("1.25")}, "hours", "1 位小数"),
        ({"expected": 5}, "present", "要么都填"),
        ({"expected": 5, "present": 6}, "present", "不合理"),
        ({"values": {"nonsense": 1}}, "nonsense", "没有“nonsense”这一栏"),
        ({"kinds": ("party_class",), "values": {"speaker_kind": "x"}}, "speaker_kind", "可选"),
        ({"kinds": ("public_service",)}, "quantity", "请填写“受益人数”"),
        ({"state": "withdrawn"}, "", "撤回请用"),
    ],
)
def test_what_cannot_be_recorded_is_named_beside_its_field(
    small: Cast, changes: dict, field: str, words: str
) -> None:
    data = RecordInput(**({"kinds": ("theme_party_day",), "date": EVENING} | changes))
    with pytest.raises(LedgersError, match=words) as refusal:
        save(small, data)
    assert field in [problem.field for problem in refusal.value.problems]
    assert not Record.objects.exists()


def test_a_speaker_has_to_be_there(small: Cast) -> None:
    absent = AttendanceInput(make_person("某甲"), "leave", is_keynote=True)
    with pytest.raises(LedgersError, match="某甲未到会"):
        save(small, RecordInput(kinds=("party_class",), date=EVENING, attendance=(absent,)))


def test_a_kind_that_others_own_is_refused_with_their_title(small: Cast) -> None:
    data = RecordInput(kinds=("leader_sanction",), date=EVENING, end_date=EVENING, quantity=0)
    with pytest.raises(LedgersError, match="由纪委书记登记"):
        save(small, data, organization=small.hospital_a, by=small.party_office)
    discipline = make_user(name="纪委书记")
    make_role(discipline, small.hospital_a, RoleName.DISCIPLINE_SECRETARY)
    assert save(small, data, organization=small.hospital_a, by=discipline).record.is_restricted


def test_naming_who_was_visited_makes_a_visit_restricted(small: Cast) -> None:
    data = {"kinds": ("condolence_visit",), "date": EVENING, "quantity": 2}
    counted = save(small, RecordInput(**data, values={"visit_kind": "member"})).record
    named = {"visit_kind": "member", "visited": [make_person("某甲")]}
    assert not counted.is_restricted
    assert save(small, RecordInput(**data, values=named)).record.is_restricted


def test_values_that_name_nobody_are_refused(small: Cast) -> None:
    values = {"leader": "00000000-0000-4000-8000-000000000000"}
    data = RecordInput(kinds=("feature_carrier",), date=EVENING, values=values)
    with pytest.raises(LedgersError, match="已不存在"):
        save(small, data)


def test_the_second_to_save_is_told_and_nothing_is_lost(small: Cast) -> None:
    record = save(small, evening(small)).record
    first = RecordInput(**(vars(record_input_of(record)) | {"place": "一楼"}))
    save(small, first, record=record, seen_version=1)
    with pytest.raises(Clash, match="现在是第 2 版"):
        save(small, first, record=record, seen_version=1)
    stored = Record.objects.get()
    assert (stored.place, stored.version, stored.attendances.count()) == ("一楼", 2, 23)


def test_saving_the_same_again_makes_no_version(small: Cast) -> None:
    record = save(small, evening(small)).record
    again = save(small, record_input_of(record), record=record, seen_version=1)
    assert (again.unchanged, RecordChange.objects.count()) == (1, 1)


def test_another_list_replaces_the_first_and_both_versions_stay(small: Cast) -> None:
    record = save(small, evening(small)).record
    one = record.attendances.first().person
    shorter = RecordInput(**(vars(record_input_of(record)) | {"attendance": (AttendanceInput(one),)}))
    save(small, shorter, record=record, at=LATER)
    assert Attendance.objects.count() == 1
    versions = [len(json.loads(change.data)["attendance"]) for change in record.changes.all()]
    assert versions == [23, 1]


def test_a_kind_taken_away_leaves_a_changed_fact(small: Cast) -> None:
    record = save(small, evening(small)).record
    ChangedFact.objects.all()._raw_delete("default")
    fewer = RecordInput(
        **(vars(record_input_of(record)) | {"kinds": ("branch_members_meeting",), "hours": None})
    )
    save(small, fewer, record=record, at=LATER)
    assert ChangedFact.objects.filter(kind="record.party_class").exists()


def test_a_draft_may_lack_things_and_confirming_asks_for_them(small: Cast) -> None:
    draft = save(small, RecordInput(kinds=("public_service",), date=date(2026, 7, 1), state="draft")).record
    assert not ChangedFact.objects.exists()
    with pytest.raises(LedgersError, match="受益人数"):
        confirm_record(record=draft, by=small.branch_secretary, at=LATER)
    filled = RecordInput(**(vars(record_input_of(draft)) | {"quantity": 40}))
    save(small, filled, record=draft)
    assert confirm_record(record=draft, by=small.branch_secretary, at=LATER).record.state == "confirmed"


def test_a_withdrawn_record_stays_and_cannot_come_back(small: Cast) -> None:
    record = save(small, evening(small)).record
    with pytest.raises(LedgersError, match="原因"):
        withdraw_record(record=record, reason=" ", by=small.branch_secretary, at=LATER)
    withdrawn = withdraw_record(record=record, reason="重复登记", by=small.branch_secretary, at=LATER)
    assert (withdrawn.state, Record.objects.confirmed().count()) == ("withdrawn", 0)
    assert json.loads(record.changes.last().data)["reason"] == "重复登记"
    with pytest.raises(LedgersError, match="已撤回，不能再改"):
        save(small, record_input_of(record), record=withdrawn)


def test_a_record_takes_back_the_nil_statement_it_contradicts_and_says_so(small: Cast) -> None:
    declaration = make_declaration(small.internal_medicine, is_nil=True)
    other = make_declaration(small.surgery, is_nil=True)
    saved = save(small, evening(small))
    declaration.refresh_from_db()
    other.refresh_from_db()
    assert declaration.withdrawn_by == small.branch_secretary
    assert other.withdrawn_at is None
    assert "申明已自动撤回" in saved.notices[0]
    assert ChangedFact.objects.filter(kind="declaration.theme_party_day").exists()


def test_many_rows_are_all_stored_or_none(small: Cast) -> None:
    good = RecordInput(kinds=("theme_party_day",), date=EVENING, natural_key="a")
    bad = RecordInput(kinds=("theme_party_day",), date=date(2027, 1, 1), natural_key="b")
    with pytest.raises(RowsRefused) as refusal:
        save_records(
            rows=[(small.internal_medicine, good), (small.surgery, bad)], by=small.party_office, at=AT
        )
    assert list(refusal.value.rows) == [1]
    assert not Record.objects.exists()


def test_the_same_key_twice_in_a_table_is_refused(small: Cast) -> None:
    row = (small.surgery, RecordInput(kinds=("theme_party_day",), date=EVENING, natural_key="a"))
    with pytest.raises(RowsRefused, match="与第 1 条编号相同"):
        save_records(rows=[row, row], by=small.party_office, at=AT)


def test_a_table_brought_again_changes_nothing_and_mended_rows_change_theirs(small: Cast) -> None:
    rows = [
        (small.surgery, RecordInput(kinds=("theme_party_day",), date=EVENING, natural_key=f"k{n}"))
        for n in range(3)
    ]
    assert save_records(rows=rows, by=small.party_office, at=AT).created == 3
    assert save_records(rows=rows, by=small.party_office, at=AT).unchanged == 3
    mended = RecordInput(kinds=("theme_party_day",), date=EVENING, natural_key="k1", place="院史馆")
    saved = save_records(rows=[rows[0], (small.surgery, mended)], by=small.party_office, at=LATER)
    assert (saved.created, saved.changed, saved.unchanged) == (0, 1, 1)
    assert Record.objects.get(natural_key="k1").place == "院史馆"


@pytest.mark.parametrize("many", [2, 12])
def test_the_statements_of_a_table_do_not_grow_with_it(
    small: Cast, many: int, django_assert_num_queries
) -> None:
    people = [member.person for member in store_members(small.surgery, ["甲", "乙"])]
    lines = tuple(AttendanceInput(person) for person in people)
    rows = [
        (
            small.surgery,
            RecordInput(kinds=("theme_party_day",), date=EVENING, natural_key=f"k{n}", attendance=lines),
        )
        for n in range(many)
    ]
    with django_assert_num_queries(11):
        save_records(rows=rows, by=small.party_office, at=AT)
