"""Collectors: every name that a check of the library asks for is fetched, and what is fetched is what was recorded."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiangji.ledgers.models import Attendance, Record
from qiangji.ledgers.tests.factories import make_declaration, make_record, make_talk
from qiangji.lib.reading import rows_of
from qiangji.members.models import BranchMembership, Exemption, Hardship
from qiangji.members.tests.factories import make_person, make_post, make_tenure, store_members
from qiangji.orgs.models import Body, Organization, Post, Term
from qiangji.orgs.services.states import end_state, record_state
from qiangji.orgs.tests.factories import Cast, cast, make_organization
from qiangji.rules.facts import Facts, Moment
from qiangji.rules.language import Check
from qiangji.rules.needs import Needs, needs_of
from qiangji.rules.periods import Period
from qiangji.rules.vocabulary import EVENTS, POPULATIONS, STATES
from qiangji.scoring.collecting import collect
from qiangji.standards.loader import edition_dirs, shipped_checks

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), "考核周期")
AT = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def everything() -> Needs:
    return Needs(set(EVENTS), set(STATES), set(POPULATIONS), {"policy_document"}, attended=set(EVENTS))


def facts_of(people: Cast, as_of: date = date(2026, 12, 31)) -> Facts:
    moment = Moment(as_of, 2026, YEAR, date(2027, 3, 31))
    return collect([people.hospital_a], everything(), moment)[people.hospital_a.pk]


def furnish(people: Cast) -> None:
    """Give hospital 甲 somebody in every body, a running term and the one before, and members."""
    members = store_members(people.internal_medicine, ["赵一", "钱二", "孙三"])
    first, second, third = (member.person for member in members)
    hospital = people.hospital_a
    make_tenure(make_post(hospital, kind=Post.Kind.SECRETARY), first)
    make_tenure(make_post(hospital, kind=Post.Kind.DEPUTY_SECRETARY, is_full_time=True), second)
    make_tenure(make_post(hospital, Body.ADMINISTRATION, Post.Kind.PRESIDENT), make_person("院长"))
    make_tenure(make_post(hospital, Body.DISCIPLINE, Post.Kind.SECRETARY, is_full_time=True), third)
    make_tenure(make_post(hospital, Body.OFFICE, Post.Kind.HEAD), second)
    make_tenure(make_post(hospital, Body.MASS, Post.Kind.HEAD), third)
    for body in (Body.COMMITTEE, Body.DISCIPLINE):
        for number, first_day in ((1, date(2020, 3, 1)), (2, date(2025, 3, 1))):
            Term.objects.create(
                organization=hospital, body=body, number=number, years=5, start_date=first_day,
                due_date=date(first_day.year + 5, 2, 28), elected_by=Term.ElectedBy.CONGRESS,
                end_date=date(2025, 2, 28) if number == 1 else None,
            )  # fmt: skip


@pytest.mark.parametrize("key", [f"{place.parent.name}@{place.name}" for place in edition_dirs()])
def test_every_name_that_the_library_asks_for_is_collected(people: Cast, key: str) -> None:
    """Checked on a hospital that has something of everything that cannot be there empty."""
    furnish(people)
    needs = Needs()
    for entry in shipped_checks(key).values():
        if entry.check is not None:
            needs |= needs_of(entry.check)
    found = facts_of(people)
    assert sorted(needs.events - set(found.events)) == []
    assert sorted(needs.populations - set(found.populations)) == []


def test_sizes_follow_who_held_a_post_on_which_day(people: Cast) -> None:
    person = make_person("委员")
    post = make_post(people.hospital_a, start_date=date(2026, 1, 1))
    make_tenure(post, person, start_date=date(2026, 2, 1), end_date=date(2026, 5, 31))
    sizes = {(one.first, one.last): one.value for one in facts_of(people).states["committee_size"]}
    assert sizes[date(2026, 1, 1), date(2026, 1, 31)] == 0
    assert sizes[date(2026, 2, 1), date(2026, 5, 31)] == 1
    (vacancy,) = facts_of(people).events["seat_vacancy"]
    assert (vacancy.day, vacancy.until) == (date(2026, 6, 1), None)


def test_a_vacancy_that_was_filled_is_answered(people: Cast) -> None:
    post = make_post(people.hospital_a, start_date=date(2024, 1, 1))
    make_tenure(post, make_person("前任"), start_date=date(2024, 1, 1), end_date=date(2026, 5, 31))
    make_tenure(post, make_person("继任"), start_date=date(2026, 7, 1), how="by_election")
    found = facts_of(people)
    (vacancy,), (filled,) = found.events["seat_vacancy"], found.events["by_election"]
    assert vacancy.link == filled.link
    assert (filled.day, vacancy.until) == (date(2026, 7, 1), date(2026, 6, 30))


def test_records_bear_who_was_there_and_whose_they_are(people: Cast) -> None:
    first, second = (member.person for member in store_members(people.surgery, ["赵一", "钱二"]))
    make_record(
        people.surgery,
        ["party_class", "theme_party_day"],
        people=[first, second],
        keynote=second,
        hours="1.5",
    )
    make_record(people.hospital_a, ["party_class"], state=Record.State.DRAFT)
    found = facts_of(people)
    (lesson,), (day,) = found.events["party_class"], found.events["theme_party_day"]
    assert lesson.id == day.id
    assert lesson.owner == people.surgery.pk
    assert lesson.values == {"hours": Decimal("1.5")}
    assert lesson.present == {first.pk, second.pk}
    assert lesson.keynotes == {second.pk}
    assert facts_of(people, date(2026, 6, 11)).events["party_class"] == []


def test_what_lasts_counts_however_old(people: Cast) -> None:
    make_record(
        people.hospital_a, ["policy_document"], date=date(2015, 4, 1), values={"document_kind": "charter"}
    )
    gone = {"date": date(2015, 4, 1), "end_date": date(2019, 1, 1), "values": {"document_kind": "charter"}}
    make_record(people.hospital_a, ["policy_document"], **gone)
    (document,) = facts_of(people).events["policy_document"]
    assert (document.until, document.values) == (None, {"document_kind": "charter"})


def test_old_meetings_are_not_read_but_a_statement_of_the_platform_holds_until_the_next(people: Cast) -> None:
    old = {"date": date(2023, 5, 4), "year": 2023}
    make_record(people.hospital_a, ["party_class"], **old)
    make_record(
        people.hospital_a, ["platform_statement"], **old, quantity=7,
        values={"platform": "e_branch", "organization_count": "2"},
    )  # fmt: skip
    found = facts_of(people)
    assert found.events["party_class"] == []
    assert [(one.value, one.first) for one in found.states["e_branch_members"]] == [(7, date(2023, 5, 4))]


def test_who_came_is_known_of_an_older_day_that_belongs_to_last_year(people: Cast) -> None:
    (member,) = store_members(people.surgery, ["赵一"])
    make_record(
        people.surgery, ["theme_party_day"], people=[member.person], date=date(2024, 12, 31), year=2025
    )
    (event,) = facts_of(people).events["theme_party_day"]
    assert event.present == {member.person_id}


def test_guidance_of_a_hospital_that_is_a_branch_counts_for_it(people: Cast) -> None:
    guide = make_person("委员")
    make_tenure(make_post(people.hospital_a), guide)
    about = {"meeting_stage": "during", "guide": str(guide.public_id)}
    for node in (people.hospital_a, people.surgery, people.hospital_b):
        values = about | {"organization": str(node.public_id)}
        make_record(people.hospital_a, ["life_meeting_guidance"], values=values)
    owners = [one.owner for one in facts_of(people).events["guided_life_meeting"]]
    assert owners == [0, people.surgery.pk, 0]


def test_hardship_is_counted_while_somebody_belongs_here(people: Cast) -> None:
    """Who left later was still one of them before, and who had not come yet was not."""
    (member,) = store_members(people.surgery, ["赵一"], start_date=date(2025, 3, 1))
    Hardship.objects.create(member=member, start_date=date(2025, 1, 1))
    BranchMembership.objects.update(end_date=date(2026, 7, 31), departure="transferred")
    days = {one.first: one.value for one in facts_of(people).states["hardship_count"]}
    assert days[date(2026, 7, 31)] == 1
    assert date(2026, 8, 31) not in days


def test_talks_are_pairs_and_declarations_periods(people: Cast) -> None:
    first, second = make_person("赵一"), make_person("钱二")
    make_talk(people.hospital_a, first, second)
    make_declaration(people.hospital_a, "leader_sanction", is_nil=True)
    make_declaration(people.surgery, "leader_sanction")
    found = facts_of(people)
    assert [event.pair for event in found.events["heart_talk"]] == [{first.pk, second.pk}]
    assert len(found.declared["leader_sanction"]) == 1


def test_an_exemption_stands_for_its_own_duty_only(people: Cast) -> None:
    member, _ = store_members(people.surgery, ["赵一", "钱二"])
    make_tenure(make_post(people.hospital_a), member.person)
    Exemption.objects.create(
        member=member, duty="training", document="测试〔2026〕3号", start_date=date(2026, 1, 1),
        end_date=date(2026, 12, 31),
    )  # fmt: skip
    found = facts_of(people).populations
    exempt = {one.key: len(one.exempt) for one in found["members"]}
    assert exempt[member.person_id] == 1
    assert sum(exempt.values()) == 1
    assert [len(one.exempt) for one in found["secretaries_and_leaders"]] == [1]
    assert [len(one.exempt) for one in found["leaders_in_party"]] == [0]


def test_who_left_and_came_back_is_one_person_with_the_days_in_between_away(people: Cast) -> None:
    """A move between two branches of the hospital is no absence."""
    (member,) = store_members(people.surgery, ["赵一"])
    left = {"departure": BranchMembership.Departure.TRANSFERRED}
    member.branches.update(end_date=date(2026, 3, 31), **left)
    for branch, first, last in (
        (people.internal_medicine, date(2026, 4, 1), date(2026, 5, 31)),
        (people.surgery, date(2026, 10, 1), None),
    ):
        BranchMembership.objects.create(
            member=member, organization=branch, start_date=first, end_date=last, arrival="transferred",
            **(left if last else {}),
        )  # fmt: skip
    found = facts_of(people)
    (one,) = found.populations["members"]
    assert [(gap.first, gap.last) for gap in one.away] == [(date(2026, 6, 1), date(2026, 9, 30))]
    assert [one.on(date(2026, month, 15)) for month in (3, 5, 7, 10)] == [True, True, False, True]
    counts = {state.first: state.value for state in found.states["member_count"]}
    assert [counts[date(2026, month, 30)] for month in (4, 6, 9)] == [1, 0, 0]


def test_who_held_a_post_twice_led_in_both_spells_and_a_leader_counts_in_the_party_only_as_a_member(
    people: Cast,
) -> None:
    (member,) = store_members(people.surgery, ["赵一"], start_date=date(2026, 5, 1))
    post = make_post(people.hospital_a)
    make_tenure(post, member.person, start_date=date(2025, 1, 1), end_date=date(2026, 6, 30))
    make_tenure(post, member.person, start_date=date(2026, 9, 1))
    found = facts_of(people).populations
    for name, first in (("leaders", date(2025, 1, 1)), ("leaders_in_party", date(2026, 5, 1))):
        (one,) = found[name]
        assert (one.first, [(gap.first, gap.last) for gap in one.away]) == (
            first, [(date(2026, 7, 1), date(2026, 8, 31))],
        )  # fmt: skip


def test_a_reason_for_so_many_holds_for_its_year_and_nought_takes_it_back(people: Cast) -> None:
    def state(year: int, number: int) -> None:
        record_state(
            organization=people.hospital_a, kind="member_hours_excused", value=number, year=year,
            document="院党委〔2026〕12号", by=None, at=AT,
        )  # fmt: skip

    state(2025, 7)
    assert not facts_of(people).reasons
    state(2026, 3)
    (reason,) = facts_of(people).reasons.values()
    assert (reason.number, reason.words) == (3, "3 人，院党委〔2026〕12号")
    state(2026, 0)
    assert not facts_of(people).reasons


def test_a_reason_in_words_holds_until_it_is_ended(people: Cast) -> None:
    row = record_state(
        organization=people.hospital_a, kind="committee_size_reason", value="新建院区", start_date=date(2026, 1, 1),
        by=None, at=AT,
    )  # fmt: skip
    assert facts_of(people).reasons["committee_size_reason"].words == "新建院区"
    end_state(state=row, end_date=date(2026, 3, 31), by=None, at=AT)
    assert facts_of(people, date(2026, 3, 1)).reasons
    assert not facts_of(people).reasons


def test_lists_of_those_present_are_read_only_where_a_check_asks_who_came(people: Cast) -> None:
    """Hours are asked of persons; a theme Party day only of the branch that held it."""
    (member,) = store_members(people.surgery, ["赵一"])
    for kind in ("party_class", "theme_party_day"):
        record = make_record(people.surgery, [kind])
        Attendance.objects.create(record=record, person=member.person, presence="present")
    share = {"of": "members", "meets": {"sum": {"of": "party_class", "quantity": "hours", "at_least": 1}}}
    days = {"of": "branches", "meets": {"count": {"of": "theme_party_day", "at_least": 1}}}
    needs = needs_of(Check.model_validate({"all": [{"share": share}, {"share": days}]}))
    moment = Moment(date(2026, 12, 31), 2026, YEAR, date(2027, 3, 31))
    events = collect([people.hospital_a], needs, moment)[people.hospital_a.pk].events
    assert events["party_class"][0].present == {member.person_id}
    assert events["theme_party_day"][0].present == frozenset()


def test_a_hospital_that_is_a_branch_is_its_own_branch(people: Cast) -> None:
    people.hospital_a.form = "branch"
    people.hospital_a.save(update_fields=["form"])
    assert [one.key for one in facts_of(people).populations["branches"]] == [0]


def test_members_are_counted_on_the_day(people: Cast) -> None:
    store_members(people.surgery, ["赵一", "钱二"])
    store_members(people.internal_medicine, ["孙三"], start_date=date(2026, 7, 1))
    counts = {one.first: one.value for one in facts_of(people).states["member_count"]}
    assert counts[date(2026, 6, 30)] == 2
    assert counts[date(2026, 12, 31)] == 3


def of_branch(people: Cast) -> Facts:
    moment = Moment(date(2026, 12, 31), 2026, YEAR, date(2027, 3, 31))
    roots = [people.hospital_a, people.internal_medicine, people.surgery]
    return collect(roots, everything(), moment)[people.surgery.pk]


def test_a_branch_is_a_subject_of_its_own_beside_its_hospital(people: Cast) -> None:
    """Its members, posts, declarations and records are its own; a record counts for the hospital as well."""
    member, _ = store_members(people.surgery, ["赵一", "钱二"])
    store_members(people.internal_medicine, ["孙三"])
    make_tenure(make_post(people.surgery, kind=Post.Kind.SECRETARY), member.person)
    make_declaration(people.surgery, "condolence_visit", is_nil=True)
    make_declaration(people.hospital_a, "leader_sanction", is_nil=True)
    make_record(people.surgery, ["theme_party_day"])
    make_record(people.internal_medicine, ["theme_party_day"])
    found = of_branch(people)
    assert [event.owner for event in found.events["theme_party_day"]] == [0]
    assert len(found.populations["members"]) == 2
    assert [one.key for one in found.populations["secretaries"]] == [member.person_id]
    assert [one.key for one in found.populations["branches"]] == [0]
    assert {one.value for one in found.states["organization_form"]} == {"branch"}
    assert {one.value for one in found.states["group_count"]} == {0}
    assert found.states["committee_secretaries"][-1].value == 1
    assert set(found.declared) == {"condolence_visit", "seat_vacancy"}
    assert len(facts_of(people).events["theme_party_day"]) == 2


def test_party_groups_are_counted_and_their_meetings_are_the_branchs(people: Cast) -> None:
    group = make_organization(
        people.surgery, Organization.Kind.PARTY_GROUP, name="一组", start_date=date(2026, 7, 1)
    )
    make_record(group, ["group_meeting"], date=date(2026, 7, 10))
    found = of_branch(people)
    assert [event.owner for event in found.events["group_meeting"]] == [0]
    counts = {one.first: one.value for one in found.states["group_count"]}
    assert (counts[date(2026, 6, 30)], counts[date(2026, 7, 31)]) == (0, 1)


def test_many_branches_take_as_many_statements_as_one(people: Cast) -> None:
    store_members(people.surgery, ["赵一"])
    moment = Moment(date(2026, 12, 31), 2026, YEAR, date(2027, 3, 31))

    def statements(*roots: Organization) -> int:
        with CaptureQueriesContext(connection) as captured:
            collect(roots, everything(), moment)
        return len(captured)

    assert statements(people.surgery) == statements(people.surgery, people.internal_medicine)


def test_rows_are_those_that_the_query_gives_and_what_is_alike_is_one_object(people: Cast) -> None:
    for day in (1, 2, 3):
        make_record(
            people.surgery, date=date(2026, 2, day), hours="1.5", values={"month": f"2026-0{min(day, 2)}"}
        )
    columns = ("pk", "date", "end_date", "hours", "values", "is_restricted", "public_id", "recorded_at")
    rows = Record.objects.order_by("pk").values_list(*columns)
    found = list(rows_of(rows))
    assert found == list(rows)
    first, second, third = (row[4] for row in found)
    assert second is third
    assert first is not second


def test_branches_with_a_committee_are_those_of_which_no_smaller_one_is_recorded(people: Cast) -> None:
    for kind in (Post.Kind.SECRETARY, Post.Kind.DEPUTY_SECRETARY, Post.Kind.MEMBER):
        first = date(2026, 5, 1) if kind == Post.Kind.MEMBER else date(2020, 1, 1)
        make_tenure(make_post(people.surgery, kind=kind), make_person("支委"), start_date=first)
    make_tenure(make_post(people.internal_medicine, kind=Post.Kind.SECRETARY), make_person("书记"))
    unrecorded = make_organization(people.hospital_a, Organization.Kind.BRANCH)
    found = {one.key: one.first for one in facts_of(people).populations["branches_with_committee"]}
    assert set(found) == {people.surgery.pk, unrecorded.pk}
    assert found[people.surgery.pk] == date(2026, 5, 1)


def test_who_leads_a_party_group_sits_in_no_committee(people: Cast) -> None:
    group = make_organization(people.surgery, Organization.Kind.PARTY_GROUP)
    make_tenure(make_post(people.surgery, kind=Post.Kind.SECRETARY), make_person("书记"))
    make_tenure(make_post(group, kind=Post.Kind.GROUP_LEADER), make_person("组长"))
    moment = Moment(date(2026, 12, 31), 2026, YEAR, date(2027, 3, 31))
    facts = collect([people.surgery], everything(), moment)[people.surgery.pk]
    assert [one.value for one in facts.states["committee_size"]][-1] == 1
    assert len(facts.populations["committee_members"]) == 1
