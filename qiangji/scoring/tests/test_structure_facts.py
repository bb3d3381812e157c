"""Facts of structure from the tables: what is collected, under which editions, and in how many statements."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiangji.ledgers.models import Record, RecordKind
from qiangji.members.models import Employment
from qiangji.members.tests.factories import (
    make_employment,
    make_member,
    make_person,
    make_post,
    make_tenure,
    store_members,
)
from qiangji.orgs.models import Body, Department, Organization, OrganizationState, Post, Term
from qiangji.orgs.tests.factories import Cast, cast, make_organization, make_oversight
from qiangji.scoring.structure import Answer, Finding, Unit, run
from qiangji.scoring.structure_editions import adopted_editions, demands_of
from qiangji.scoring.structure_facts import collect
from qiangji.standards.models import Edition
from qiangji.standards.services import load_library

AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def adopt(code: str, organization: Organization | None = None) -> Edition:
    """Adopt one edition of the library, as a site's administrator does after loading it."""
    if not Edition.objects.exists():
        load_library(at=AT)
    edition = Edition.objects.get(standard__code=code)
    edition.status, edition.published_at = Edition.Status.PUBLISHED, AT
    edition.content_digest = edition.content_digest or "0" * 64
    edition.adopted_by, edition.organization = "甲市卫生健康委员会党组", organization
    edition.save()
    return edition


def found(root: Organization) -> dict[tuple[str, str], Finding]:
    demands = demands_of(adopted_editions(DAY))
    return {(one.unit.name, one.demand.check.key): one for one in run(demands, collect(root, DAY), DAY)}


def unit_of(root: Organization, name: str) -> Unit:
    return next(unit for unit in collect(root, DAY) if unit.name == name)


def test_members_count_where_they_belong_and_above(people: Cast) -> None:
    store_members(people.surgery, ["一", "二", "三"])
    make_member(people.internal_medicine, "预备", confirmed_date=None)
    make_member(people.internal_medicine, "已离开", ceased_date=DAY, ceased_how="other")
    hospital = unit_of(people.hospital_a, "甲医院")
    assert (hospital.full, hospital.members) == (3, 4)
    ward = unit_of(people.hospital_a, "内科党支部")
    assert (ward.full, ward.members) == (0, 1)


def test_seats_terms_changes_states_and_the_supervisor(people: Cast) -> None:
    hospital = people.hospital_a
    term = Term.objects.create(
        organization=hospital,
        body=Body.COMMITTEE,
        number=1,
        years=5,
        start_date=date(2024, 1, 1),
        due_date=date(2029, 1, 1),
        elected_by="assembly",
    )
    post = make_post(hospital, Body.COMMITTEE, Post.Kind.SECRETARY, is_full_time=True)
    make_post(hospital, Body.COMMITTEE, Post.Kind.MEMBER)
    make_tenure(post, make_person("前任"), start_date=date(2024, 1, 1), end_date=date(2025, 1, 1), term=term)
    make_tenure(post, make_person("现任"), start_date=date(2025, 1, 2), consent_date=date(2025, 1, 1))
    OrganizationState.objects.create(
        organization=hospital, kind="hospital_level", value="level_2", start_date=DAY, recorded_at=AT
    )
    unit = unit_of(hospital, "甲医院")
    assert [(seat.kind, seat.person_id is None, seat.vacant_since) for seat in unit.seats] == [
        ("secretary", False, None),
        ("member", True, date(2020, 1, 1)),
    ]
    assert [(one.day, one.consent_date) for one in unit.changes] == [(date(2025, 1, 2), date(2025, 1, 1))]
    assert unit.terms["committee"].due_date == date(2029, 1, 1)
    assert unit.states == {"hospital_level": "level_2"}
    assert unit.has_supervisor


def test_who_left_the_committees_head_is_a_change_of_the_running_term(people: Cast) -> None:
    hospital = people.hospital_a
    Term.objects.create(
        organization=hospital, body=Body.COMMITTEE, number=1, years=5, start_date=date(2024, 1, 1),
        due_date=date(2029, 1, 1), elected_by="assembly",
    )  # fmt: skip
    post = make_post(hospital, Body.COMMITTEE, Post.Kind.DEPUTY_SECRETARY)
    make_tenure(
        post, make_person("副书记"), start_date=date(2024, 1, 1), end_date=date(2025, 1, 1),
        leaving_consent_date=date(2024, 12, 20),
    )  # fmt: skip
    changes = [(one.day, one.consent_date) for one in unit_of(hospital, "甲医院").changes]
    assert changes == [(date(2025, 1, 2), date(2024, 12, 20))]


@pytest.mark.shows("A09")
def test_a_department_with_three_full_members_and_no_branch_is_found(people: Cast) -> None:
    adopt("national")
    radiology = Department.objects.create(
        hospital=people.hospital_a, name="影像科", start_date=date(2020, 1, 1)
    )
    for member in store_members(people.surgery, ["一", "二", "三"]):
        Employment.objects.filter(person=member.person).update(department=radiology)
    finding = found(people.hospital_a)[("甲医院", "coverage")]
    assert finding.answer == Answer.UNMET
    assert "影像科（3 人）" in finding.verdict.found
    assert "须与原文核对" in finding.demand.source


@pytest.mark.shows("C41")
def test_a_figure_binds_only_where_its_edition_is_adopted(people: Cast) -> None:
    load_library(at=AT)
    assert not any(key == "staff_share" for _, key in found(people.hospital_a))
    adopt("pioneer-index", people.authority_a)
    assert found(people.hospital_a)[("甲医院", "staff_share")].answer == Answer.UNKNOWN
    assert ("乙医院", "staff_share") not in found(people.province)
    assert ("甲医院", "staff_share") in found(people.province)


@pytest.mark.shows("C39")
def test_party_line_and_business_line_are_both_asked(people: Cast) -> None:
    adopt("pioneer-index")
    assert found(people.hospital_a)[("甲医院", "affiliation")].answer == Answer.MET
    assert found(people.hospital_b)[("乙医院", "affiliation")].answer == Answer.UNMET


def test_contact_points_of_an_authority_come_from_the_ledger(people: Cast) -> None:
    adopt("brand-standard")
    leader = make_person("局长")
    make_employment(leader, people.authority_a)
    make_tenure(make_post(people.authority_a, Body.ADMINISTRATION, Post.Kind.HEAD), leader)
    assert found(people.authority_a)[("甲市卫生健康委员会", "contacts")].answer == Answer.UNMET
    record = Record.objects.create(
        organization=people.authority_a,
        date=DAY,
        year=2026,
        title="联系点",
        values={"leader": str(leader.public_id), "organization": str(people.hospital_a.public_id)},
        recorded_at=AT,
        changed_at=AT,
    )
    RecordKind.objects.create(record=record, kind="authority_contact_point")
    assert found(people.authority_a)[("甲市卫生健康委员会", "contacts")].answer == Answer.MET


def test_statements_per_fact_and_not_per_organization(people: Cast) -> None:
    def ask() -> int:
        with CaptureQueriesContext(connection) as asked:
            collect(people.province, DAY)
        return len(asked)

    few = ask()
    for number in range(6):
        hospital = make_organization(people.city_a, "hospital", form="committee")
        make_oversight(people.authority_a, hospital)
        branch = make_organization(hospital)
        for member in store_members(branch, ["一", "二", "三"]):
            make_tenure(make_post(branch, Body.COMMITTEE, Post.Kind.MEMBER), member.person)
        Department.objects.create(hospital=hospital, name=f"科{number}", branch=branch, start_date=DAY)
    assert ask() == few <= 11
