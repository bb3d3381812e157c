"""What is asked of the ledgers: who is expected, what a record served, what is still lacking."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from qiangji.ledgers.asking import Asked
from qiangji.ledgers.selectors import (
    Duty,
    campaigns_on,
    counts_of,
    entered_as,
    expected_attendance,
    fixed_day,
    fixed_days,
    hours_of,
    lacking_of,
    same_as_last,
    served_by,
)
from qiangji.ledgers.selectors.regularity import months_without
from qiangji.ledgers.services.records import RecordInput, save_record
from qiangji.ledgers.tests.factories import make_declaration, make_plan, make_record
from qiangji.ledgers.vocabulary import KINDS
from qiangji.members.models import Exemption
from qiangji.members.tests.factories import make_member, make_person, make_post, make_tenure, store_members
from qiangji.orgs.models import Body, Organization
from qiangji.orgs.tests.factories import Cast, cast, make_organization

AT = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
DAY = date(2026, 6, 12)

pytestmark = pytest.mark.django_db


@pytest.fixture
def small() -> Cast:
    return cast()


def lacking(organization: Organization, on: date = DAY) -> list[Duty]:
    """What an organization lacks that every standard of the library would bind."""
    asked = [
        Asked(kind.code, one.what, f"{one.standard} {one.criterion}", one.per, one.at_least, one.usual)
        for kind in KINDS.values()
        for one in kind.serves
        if one.per is not None and one.at_least is not None
    ]
    return lacking_of(organization, asked, on)


def names(branch: Organization, *kinds: str, on: date = DAY) -> list[tuple[str, str]]:
    return sorted((one.person.name, one.presence) for one in expected_attendance(branch, kinds, on))


def test_members_are_expected_as_of_the_day_and_the_excused_are_proposed_so(small: Cast) -> None:
    store_members(small.internal_medicine, ["甲", "乙"])
    make_member(small.internal_medicine, "后来的", start_date=date(2026, 6, 20))
    excused = make_member(small.internal_medicine, "丙")
    Exemption.objects.create(
        member=excused, duty="all", document="党办〔2026〕1 号", start_date=date(2026, 1, 1), end_date=DAY
    )
    expected = [("丙", "exempt"), ("乙", "present"), ("甲", "present")]
    assert names(small.internal_medicine, "theme_party_day") == sorted(expected)
    assert ("丙", "present") in names(small.internal_medicine, "theme_party_day", on=date(2026, 6, 13))
    assert len(names(small.hospital_a, "members_assembly")) == 3


def test_an_exemption_from_training_counts_where_hours_do(small: Cast) -> None:
    member = make_member(small.internal_medicine, "甲")
    Exemption.objects.create(
        member=member,
        duty="training",
        document="1 号",
        start_date=date(2026, 1, 1),
        end_date=date(2026, 12, 31),
    )
    assert names(small.internal_medicine, "theme_party_day") == [("甲", "present")]
    assert names(small.internal_medicine, "party_class") == [("甲", "exempt")]


def test_committee_and_leaders_come_from_posts(small: Cast) -> None:
    secretary, president, member = make_person("书记"), make_person("院长"), make_person("已离任")
    make_tenure(make_post(small.hospital_a), secretary)
    make_tenure(make_post(small.hospital_a, Body.ADMINISTRATION), president)
    make_tenure(make_post(small.hospital_a), member, end_date=date(2026, 6, 11))
    assert names(small.hospital_a, "party_affairs_meeting") == [("书记", "present")]
    assert names(small.hospital_a, "study_centre_group") == [("书记", "present"), ("院长", "present")]
    make_member(small.surgery, person=president)
    assert names(small.surgery, "dual_organization_life") == [("院长", "present")]
    assert names(small.internal_medicine, "dual_organization_life") == []


def test_a_party_group_expects_its_own(small: Cast) -> None:
    group = make_organization(small.surgery, Organization.Kind.PARTY_GROUP, name="一组")
    make_member(small.surgery, "甲", group=group)
    make_member(small.surgery, "乙")
    assert names(group, "group_meeting") == [("甲", "present")]
    assert {one.group for one in expected_attendance(small.surgery, ["group_meeting"], DAY)} == {"一组", ""}


def test_the_same_as_last_time_brings_no_list_and_no_result(small: Cast) -> None:
    person = make_person("支书")
    make_record(
        small.surgery,
        ["theme_party_day", "party_class"],
        people=[person],
        place="三楼",
        host=person,
        outcome="通过",
        hours=Decimal(2),
        natural_key="x",
    )
    make_record(small.surgery, ["theme_party_day"], place="一楼", date=date(2026, 6, 20))
    last = same_as_last(small.surgery, ["party_class", "theme_party_day"])
    assert (last.place, last.host, last.hours, last.outcome) == ("三楼", person, Decimal(2), "")
    assert (last.attendance, last.natural_key, last.present) == (None, "", None)
    assert same_as_last(small.surgery, ["party_class"]) is None


def test_hours_come_from_classes_that_were_attended(small: Cast) -> None:
    one, other = make_person("甲"), make_person("乙")
    make_record(small.surgery, ["party_class", "training_class"], people=[one, other], hours=Decimal("1.5"))
    make_record(small.surgery, ["training_class"], people=[one], hours=Decimal(4))
    make_record(small.surgery, ["theme_party_day"], people=[one], hours=Decimal(4))
    make_record(small.surgery, ["training_class"], people=[one], hours=Decimal(4), state="withdrawn")
    make_record(small.surgery, ["training_class"], people=[one], hours=Decimal(4), year=2025)
    absent = make_record(small.surgery, ["training_class"], people=[other], hours=Decimal(4))
    absent.attendances.update(presence="leave")
    assert hours_of([one, other], 2026) == {one.pk: Decimal("5.5"), other.pk: Decimal("1.5")}


def test_a_record_says_whom_and_what_it_served(small: Cast) -> None:
    one, other = make_person("甲"), make_person("乙")
    make_record(small.hospital_a, ["study_centre_group"], date=date(2026, 2, 3), people=[one])
    record = make_record(
        small.hospital_a,
        ["study_centre_group", "party_class"],
        people=[one, other],
        keynote=one,
        hours=Decimal(2),
    )
    served = served_by(record)
    assert [(line.person, line.is_keynote, line.hours_this_year) for line in served.people] == [
        (one, True, Decimal(2)),
        (other, False, Decimal(2)),
    ]
    assert [(duty.per, duty.done, duty.at_least, duty.is_met) for duty in served.duties] == [
        ("quarter", 1, 1, True),
        ("year", 2, 4, False),
        ("year", 2, 8, False),
    ]
    assert served.duties[0].words == "中心组学习：本季度第 1 次，要求至少 1 次（院级量化表 3-2-2）"
    assert "教育培训学时（院级量化表 3-5-1）" in served.also


def test_an_appraisal_held_next_february_serves_the_year_it_belongs_to(small: Cast) -> None:
    record = make_record(small.surgery, ["member_appraisal"], date=date(2026, 2, 28), year=2025)
    assert [duty.done for duty in served_by(record).duties] == [1, 1]
    assert "member_appraisal" in {duty.kind for duty in lacking(small.surgery)}


def test_a_document_without_its_file_says_what_is_missing(small: Cast) -> None:
    record = make_record(small.hospital_a, ["policy_document"])
    assert served_by(record).missing_proof == ["文件正文"]


def test_a_record_says_which_nil_statement_it_took_back(small: Cast) -> None:
    make_declaration(small.surgery, is_nil=True)
    data = RecordInput(kinds=("theme_party_day",), date=DAY)
    record = save_record(organization=small.surgery, data=data, by=small.party_office, at=AT).record
    assert "已自动撤回" in served_by(record).notices[0]
    assert entered_as(record) == "党办工作人员"


def test_what_is_lacking_names_the_strictest_figure_and_the_last_day(small: Cast) -> None:
    found = {(duty.kind, duty.per): duty for duty in lacking(small.hospital_a)}
    assert found["study_centre_group", "year"].at_least == 8
    assert found["study_centre_group", "quarter"].last_day == date(2026, 6, 30)
    make_record(small.hospital_a, ["study_centre_group"])
    assert ("study_centre_group", "quarter") not in {
        (duty.kind, duty.per) for duty in lacking(small.hospital_a)
    }


def test_two_years_running_hold_one_seminar(small: Cast) -> None:
    make_record(small.hospital_a, ["ideological_seminar"], date=date(2025, 3, 1))
    assert "ideological_seminar" not in {duty.kind for duty in lacking(small.hospital_a)}
    later = lacking(small.hospital_a, date(2027, 1, 1))
    assert "ideological_seminar" in {duty.kind for duty in later}


def test_counts_and_lacks_of_many_organizations_take_few_statements(
    small: Cast, django_assert_num_queries
) -> None:
    branches = [make_organization(small.hospital_a) for _ in range(6)]
    for branch in branches:
        make_record(branch)
    make_record(branches[0], state="draft")
    with django_assert_num_queries(1):
        counts = counts_of(branches, ["theme_party_day"], date(2026, 6, 1), date(2026, 6, 30))
    assert counts == {(branch.pk, "theme_party_day"): 1 for branch in branches}
    with django_assert_num_queries(1):
        lacks = lacking(branches[0])
    assert "theme_party_day" not in {duty.kind for duty in lacks}
    with django_assert_num_queries(2):
        fixed_days(branches, 2026)


@pytest.mark.parametrize(
    ("days", "rule", "kept", "off"),
    [
        ([(1, 15), (2, 15), (3, 18)], "每月 15 日", 2, [(3, 18)]),
        ([(1, 9), (2, 13), (3, 13)], "每月第 2 个星期五", 3, []),
        ([(1, 15), (1, 20), (2, 15)], "每月 15 日", 2, []),
        ([(1, 15)], None, 0, []),
    ],
)
def test_a_fixed_day_is_read_from_the_days(
    small: Cast, days: list, rule: str | None, kept: int, off: list
) -> None:
    for month, day in days:
        make_record(small.surgery, date=date(2026, month, day))
    found = fixed_day(small.surgery, 2026)
    assert (found.rule, found.kept, found.off) == (rule, kept, [date(2026, *one) for one in off])
    assert found.is_regular == (rule is not None and not off)


def test_a_plans_day_comes_before_what_was_held(small: Cast) -> None:
    make_plan(small.surgery, day=10)
    make_record(small.surgery, date=date(2026, 1, 15))
    found = fixed_day(small.surgery, 2026)
    assert (found.rule, found.is_planned, found.kept) == ("每月 10 日", True, 0)
    assert months_without(found.days, 2026, DAY) == [2, 3, 4, 5]


def test_a_campaigns_name_is_offered_while_it_runs_also_below(small: Cast) -> None:
    make_record(
        small.hospital_a, ["campaign"], title="三抓行动", date=date(2026, 6, 1), end_date=date(2026, 6, 30)
    )
    assert campaigns_on(small.surgery, DAY) == ["三抓行动"]
    assert campaigns_on(small.surgery, date(2026, 7, 1)) == []
    assert campaigns_on(small.hospital_b, DAY) == []
