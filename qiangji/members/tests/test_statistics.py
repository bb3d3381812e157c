"""Counts without names, for the hospital and for authorities above it."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.members.models import Person
from qiangji.members.selectors.counts import Counts, counts_of, statistics_of
from qiangji.members.tests.factories import make_member, store_members
from qiangji.orgs.models import Affiliation
from qiangji.orgs.tests.factories import Cast, cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 20)


@pytest.fixture
def people() -> Cast:
    people = cast()
    store_members(people.internal_medicine, ["甲", "乙", "丙"])
    make_member(
        people.surgery,
        "丁",
        joined_date=date(2026, 7, 1),
        confirmed_date=None,
        person_fields={"sex": "female", "birth_year": 1991, "is_minority": True, "education": "graduate"},
    )
    return people


def test_counts_of_many_nodes_with_their_subtrees(people: Cast, django_assert_num_queries) -> None:
    nodes = [people.province, people.city_a, people.city_b, people.hospital_a, people.surgery]
    with django_assert_num_queries(2):
        counts = counts_of(nodes, DAY)
    assert [counts[node.pk] for node in nodes] == [
        Counts(3, 1),
        Counts(3, 1),
        Counts(0, 0),
        Counts(3, 1),
        Counts(0, 1),
    ]


def test_counts_follow_the_tree_of_the_day(people: Cast) -> None:
    hospital = people.hospital_a
    Affiliation.objects.filter(organization=hospital).update(start_date=date(2026, 1, 1))
    Affiliation.objects.create(
        organization=hospital,
        parent=people.city_b,
        start_date=date(2020, 1, 1),
        end_date=date(2025, 12, 31),
    )
    before = counts_of([people.city_a, people.city_b], date(2025, 6, 1))
    assert (before[people.city_a.pk].all, before[people.city_b.pk].all) == (0, 3)
    now = counts_of([people.city_a, people.city_b], DAY)
    assert (now[people.city_a.pk].all, now[people.city_b.pk].all) == (4, 0)


def test_every_dimension_adds_up(people: Cast) -> None:
    groups = {group.title: group for group in statistics_of(people.hospital_a, DAY)}
    for title in ["性别", "民族", "年龄", "学历", "岗位类别", "党支部规模"]:
        assert sum(line.all for line in groups[title].lines) == 4, title
    assert [line.all for line in groups["性别"].lines] == [0, 1, 3]
    assert {line.title: line.all for line in groups["年龄"].lines}["31—35 岁"] == 1
    assert groups["本年入党"].lines[0].all == 1
    assert [line.title for line in groups["党支部规模"].lines if line.all] == [
        "不足 3 人：1 个支部",
        "3—6 人：1 个支部",
    ]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("party_office", 200),
        ("supervisor", 200),
        ("guidance_city", 200),
        ("member", 404),
        ("administrator", 403),
        ("outsider", 404),
    ],
)
def test_who_reads_counts(people: Cast, who: str, status: int) -> None:
    client = Client()
    client.force_login(people.users[who])
    for name in ["statistics", "statistics_file"]:
        response = client.get(reverse(f"members:{name}", args=[people.hospital_a.public_id]))
        assert response.status_code == status, name
        if status == 200 and name == "statistics":
            text = response.content.decode()
            assert not any(f">{person.name}<" in text for person in Person.objects.all())
    assert client.get(reverse("members:statistics_home")).status_code == 200


def test_an_authority_goes_from_its_counts_to_those_below(people: Cast) -> None:
    client = Client()
    client.force_login(people.guidance_province)
    text = client.get(reverse("members:statistics", args=[people.province.public_id])).content.decode()
    assert reverse("members:statistics", args=[people.city_a.public_id]) in text
