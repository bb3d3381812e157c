"""Supervision and guidance: dated, one supervisor at a time, never overlapping."""

from datetime import UTC, date, datetime

import pytest

from qiangji.audit.models import Event
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Organization, Oversight
from qiangji.orgs.services import end_oversight, set_oversight, set_oversights
from qiangji.orgs.tests.factories import SINCE, Cast, cast, make_organization, make_oversight

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 1)
SUPERVISION, GUIDANCE = Oversight.Kind.SUPERVISION, Oversight.Kind.GUIDANCE


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def university(people: Cast) -> Organization:
    return make_organization(people.province, Organization.Kind.OWNING_AUTHORITY, name="某医科大学")


def appoint(kind: str, overseer: Organization, subject: Organization, day: date = TODAY) -> Oversight:
    return set_oversight(kind=kind, overseer=overseer, subject=subject, start_date=day, by=None, at=AT)


def test_a_new_supervisor_ends_the_present_one_the_day_before(people: Cast, university: Organization) -> None:
    appoint(SUPERVISION, university, people.hospital_a)
    rows = people.hospital_a.overseen_by.order_by("start_date").values_list("overseer", "end_date")
    assert list(rows) == [(people.authority_a.pk, date(2026, 2, 28)), (university.pk, None)]
    assert Event.objects.get(object_id=people.hospital_a.public_id).verb == "oversight.set"


def test_several_committees_may_guide_one_hospital(people: Cast) -> None:
    appoint(GUIDANCE, people.city_b, people.hospital_a)
    appoint(GUIDANCE, people.province, people.hospital_a)
    assert people.hospital_a.overseen_by.filter(kind=GUIDANCE, end_date=None).count() == 2


def test_relations_that_make_no_sense_are_refused(people: Cast, university: Organization) -> None:
    for kind, overseer, subject, day, message in [
        (SUPERVISION, people.city_a, people.hospital_b, TODAY, "只能是"),
        (GUIDANCE, university, people.hospital_b, TODAY, "只能是"),
        (SUPERVISION, university, people.surgery, TODAY, "只有院级"),
        (SUPERVISION, university, people.hospital_b, date(2026, 3, 2), "晚于今天"),
        (SUPERVISION, people.authority_a, people.hospital_a, TODAY, "不必重复"),
        (SUPERVISION, university, people.hospital_a, SINCE, "须晚于"),
    ]:
        with pytest.raises(OrganizationError, match=message):
            appoint(kind, overseer, subject, day)
    assert Oversight.objects.count() == 1


def test_a_past_relation_is_not_overlapped(people: Cast, university: Organization) -> None:
    make_oversight(university, people.hospital_b, end_date=date(2025, 12, 31))
    with pytest.raises(OrganizationError, match="2025-12-31"):
        appoint(SUPERVISION, people.authority_a, people.hospital_b, date(2025, 6, 1))
    appoint(SUPERVISION, people.authority_a, people.hospital_b, date(2026, 1, 1))
    assert people.hospital_b.overseen_by.count() == 2


def test_an_abolished_authority_cannot_supervise(people: Cast, university: Organization) -> None:
    university.end_date = TODAY
    university.save(update_fields=["end_date"])
    with pytest.raises(OrganizationError, match="撤销"):
        appoint(SUPERVISION, university, people.hospital_b)


def test_a_relation_is_ended_once(people: Cast) -> None:
    relation = people.hospital_a.overseen_by.get()
    ended = end_oversight(relation=relation, end_date=TODAY, by=people.administrator, at=AT)
    assert ended.end_date == TODAY
    assert Event.objects.get(verb="oversight.ended").actor_id == people.administrator.public_id
    with pytest.raises(OrganizationError, match="已于 2026-03-01 结束"):
        end_oversight(relation=relation, end_date=TODAY, by=None, at=AT)


@pytest.mark.parametrize(("day", "message"), [(date(2019, 1, 1), "不能早于"), (date(2026, 3, 2), "晚于今天")])
def test_a_relation_is_not_ended_on_an_impossible_day(people: Cast, day: date, message: str) -> None:
    with pytest.raises(OrganizationError, match=message):
        end_oversight(relation=people.hospital_a.overseen_by.get(), end_date=day, by=None, at=AT)


def test_many_relations_are_numbered_after_what_happened_before(
    people: Cast, university: Organization
) -> None:
    appoint(GUIDANCE, people.province, people.hospital_b)
    rows = [
        Oversight(kind=SUPERVISION, overseer=university, subject=people.hospital_b, start_date=SINCE),
        Oversight(kind=GUIDANCE, overseer=people.city_b, subject=people.hospital_b, start_date=SINCE),
    ]
    set_oversights(relations=rows, by=None, at=AT)
    numbers = Event.objects.filter(object_id=people.hospital_b.public_id).values_list("sequence", flat=True)
    assert sorted(numbers) == [1, 2, 3]


def test_many_relations_are_refused_where_one_does_not_fit(people: Cast) -> None:
    row = Oversight(kind=SUPERVISION, overseer=people.city_b, subject=people.hospital_b, start_date=SINCE)
    with pytest.raises(OrganizationError, match="只能是"):
        set_oversights(relations=[row], by=None, at=AT)
