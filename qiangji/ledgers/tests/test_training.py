"""Training of a year: whom it reached, how much was theory, who taught; and which meetings began with study."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.ledgers.selectors import first_items, speaker_kinds, theory_shares, training_coverage
from qiangji.ledgers.tests.factories import DAY, make_record
from qiangji.members.tests.factories import make_person, make_post, make_tenure
from qiangji.orgs.models import Body, Post
from qiangji.orgs.tests.factories import Cast, cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def small() -> Cast:
    return cast()


def test_coverage_names_who_was_at_no_class(small: Cast, django_assert_num_queries) -> None:
    old, new, clerk = make_person("老书记"), make_person("新书记"), make_person("干事")
    make_tenure(make_post(small.surgery, kind=Post.Kind.SECRETARY), old)
    make_tenure(
        make_post(small.internal_medicine, kind=Post.Kind.SECRETARY), new, start_date=date(2026, 3, 1)
    )
    make_tenure(make_post(small.hospital_a, Body.OFFICE, Post.Kind.WORKER), clerk)
    make_record(small.hospital_a, ["training_class"], people=[old, clerk])
    make_record(small.hospital_a, ["theme_party_day"], people=[new])
    with django_assert_num_queries(2):
        found = training_coverage(small.hospital_a, 2026, DAY)
    assert [(one.title, one.trained, one.missing, one.all) for one in found] == [
        ("书记", [old], [new], 2),
        ("党务干部", [clerk], [], 1),
        ("新任党组织负责人", [], [new], 1),
    ]


@pytest.mark.parametrize(("theory", "is_a_third"), [("3", True), ("2.9", False), (None, None)])
def test_a_third_of_each_class_for_party_staff_is_theory(
    small: Cast, theory: str | None, is_a_third: bool | None
) -> None:
    values = {"audience": "party_staff"} | ({"theory_hours": theory} if theory else {})
    make_record(small.hospital_a, ["training_class"], hours=Decimal(9), values=values)
    make_record(small.hospital_a, ["training_class"], hours=Decimal(9), values={"audience": "members"})
    assert [share.is_a_third for share in theory_shares(small.hospital_a, 2026)] == [is_a_third]


def test_the_four_kinds_of_teachers_are_counted_also_at_branches(small: Cast) -> None:
    make_record(small.surgery, ["party_class"], values={"speaker_kind": "model"})
    make_record(small.hospital_a, ["training_class"], values={"speaker_kind": "expert"})
    assert [many for _, many in speaker_kinds(small.hospital_a, 2026)] == [0, 1, 1, 0]


def test_meetings_that_did_not_begin_with_study_are_named(small: Cast) -> None:
    make_record(small.hospital_a, ["committee_meeting", "first_agenda_item"], date=date(2026, 1, 5))
    make_record(small.hospital_a, ["committee_meeting"], date=date(2026, 2, 5))
    make_record(small.hospital_a, ["first_agenda_item"], date=date(2026, 2, 5))
    make_record(small.hospital_a, ["committee_meeting"], date=date(2026, 3, 5))
    found = first_items(small.hospital_a, 2026)
    assert (found.meetings, found.with_study, found.without) == (3, 2, [date(2026, 3, 5)])


@pytest.mark.shows("C01", "C02", "E06", "E21")
def test_the_party_office_reads_coverage_theory_teachers_and_first_items_on_a_page(small: Cast) -> None:
    secretary = make_person("未训书记")
    make_tenure(make_post(small.surgery, kind=Post.Kind.SECRETARY), secretary)
    make_record(
        small.hospital_a,
        ["training_class"],
        title="党务干部班",
        hours=Decimal(9),
        values={"audience": "party_staff", "theory_hours": "2", "speaker_kind": "expert"},
    )
    make_record(small.hospital_a, ["committee_meeting"], date=date(2026, 3, 5))
    client = Client()
    client.force_login(small.party_office)
    query = {"part": "training", "year": 2026, "organization": str(small.hospital_a.public_id)}
    shown = client.get(reverse("ledgers:summary"), query).content.decode()
    assert "未训书记" in shown
    assert "不足三分之一" in shown
    assert "党委会会议 1 次，其中先学习的 0 次。没有登记学习的：3月5日" in shown
    assert "专家学者讲理论" in shown
