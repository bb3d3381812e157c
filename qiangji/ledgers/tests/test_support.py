"""Venues, money and leaders: what registers say of guarantees and of each leader's part."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qiangji.files.tests import samples
from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.selectors import (
    branch_life_of_leaders,
    budget_totals,
    contacts_of,
    funds_inputs,
    led_by,
    self_check_of,
    six_haves,
)
from qiangji.ledgers.services.files import attach_file, detach_file
from qiangji.ledgers.services.self_checks import confirm_self_check
from qiangji.ledgers.tests.factories import make_record
from qiangji.members.models import Person
from qiangji.members.tests.factories import make_member, make_person, make_post, make_tenure
from qiangji.orgs.models import OrganizationState
from qiangji.orgs.tests.factories import Cast, cast

AT = datetime(2026, 7, 3, 2, 0, tzinfo=UTC)
DAY = date(2026, 6, 12)
HAVES = ("has_room", "has_equipment", "has_signs", "has_flag", "has_reading", "has_rules")

pytestmark = pytest.mark.django_db


@pytest.fixture
def small() -> Cast:
    return cast()


def leader(small: Cast, name: str = "书记") -> Person:
    person = make_person(name)
    make_tenure(make_post(small.hospital_a), person)
    return person


def test_a_venue_shows_which_of_the_six_it_has(small: Cast) -> None:
    everything = dict.fromkeys(HAVES, True)
    make_record(small.surgery, ["activity_venue"], values=everything | {"has_flag": False})
    make_record(small.surgery, ["activity_venue"], values=everything)
    make_record(
        small.surgery, ["activity_venue"], values={}, end_date=date(2026, 6, 11), date=date(2026, 1, 1)
    )
    found = six_haves(small.surgery, DAY)
    assert [venue.missing for venue in found] == [["党旗"], []]
    assert found[1].is_complete


def test_budget_and_spending_add_up_by_item(small: Cast, django_assert_num_queries) -> None:
    for kind, item, amount in [
        ("budget_line", "activity", 60000),
        ("budget_line", "mass", 9000),
        ("spending", "activity", 12345.67),
        ("spending", "care", 800),
    ]:
        make_record(
            small.hospital_a, [kind], values={"budget_item": item}, amount=Decimal(str(amount)), title=kind
        )
    make_record(small.hospital_a, ["spending"], amount=Decimal(5), year=2025)
    OrganizationState.objects.create(
        organization=small.hospital_a,
        kind="staff_income",
        value="12000000",
        start_date=date(2026, 1, 1),
        end_date=date(2026, 12, 31),
        recorded_at=AT,
    )
    with django_assert_num_queries(1):
        budget = budget_totals([small.hospital_a, small.hospital_b], 2026)[small.hospital_a.pk]
    assert (budget.planned, budget.spent) == (Decimal(69000), Decimal("13145.67"))
    assert budget.left == Decimal("55854.33")
    assert budget.lines()[0] == ("党员活动", Decimal(60000), Decimal("12345.67"))
    inputs = funds_inputs([small.hospital_a], 2026, {small.hospital_a.pk: 120})[small.hospital_a.pk]
    assert (inputs.share_of_income, inputs.per_member) == (Decimal("0.5"), Decimal("500"))


def test_ratios_are_unknown_while_a_figure_is_missing(small: Cast) -> None:
    inputs = funds_inputs([small.hospital_b], 2026, {})[small.hospital_b.pk]
    assert (inputs.share_of_income, inputs.per_member) == (None, None)


def test_each_leader_is_listed_with_the_topics_they_lead(small: Cast) -> None:
    busy, idle = leader(small, "书记"), leader(small, "委员")
    make_record(small.hospital_a, ["research_topic"], values={"leader": str(busy.public_id)})
    make_record(small.hospital_a, ["research_topic"], values={"leader": str(busy.public_id)}, year=2025)
    led = led_by(small.hospital_a, "research_topic", DAY, year=2026)
    assert [(one.person, one.count) for one in led] == [(busy, 1), (idle, 0)]


def test_contact_points_hold_until_they_end(small: Cast) -> None:
    secretary = leader(small)
    values = {"leader": str(secretary.public_id), "organization": str(small.surgery.public_id)}
    now = make_record(small.hospital_a, ["contact_point"], values=values)
    make_record(
        small.hospital_a,
        ["contact_point"],
        values=values,
        date=date(2025, 1, 1),
        end_date=date(2025, 12, 31),
    )
    assert led_by(small.hospital_a, "contact_point", DAY)[0].organizations == ["外科党支部"]
    assert contacts_of([small.surgery, small.internal_medicine], DAY) == {str(small.surgery.public_id): [now]}


def test_a_leaders_part_in_the_own_branchs_life_is_counted(small: Cast, django_assert_num_queries) -> None:
    secretary, president = leader(small), leader(small, "院长")
    make_member(small.surgery, person=secretary)
    make_record(small.surgery, people=[secretary])
    make_record(small.surgery, people=[make_person("甲")], date=date(2026, 5, 12))
    make_record(small.internal_medicine, people=[secretary])
    with django_assert_num_queries(4):
        life = branch_life_of_leaders(small.hospital_a, 2026, DAY)
    assert [(one.person, one.branch, one.attended, one.held) for one in life] == [
        (secretary, small.surgery, 1, 2),
        (president, None, 0, 0),
    ]


def test_a_month_checks_itself_and_is_confirmed_once(small: Cast) -> None:
    make_record(small.surgery, ["branch_members_meeting", "theme_party_day"])
    make_record(small.surgery, ["branch_committee_meeting"], state="draft")
    june = date(2026, 6, 1)
    check = self_check_of(small.surgery, june)
    short = {line.title: line.is_short for line in check.lines}
    assert short == {"支部党员大会": False, "支委会": True, "党小组会": True, "主题党日": False}
    assert "待确认 1 条" in check.words
    saved = confirm_self_check(organization=small.surgery, month=june, by=small.party_office, at=AT)
    record = saved.record
    assert (record.date, record.source, record.values) == (
        date(2026, 6, 30),
        "generated",
        {"month": "2026-06"},
    )
    assert self_check_of(small.surgery, june).record == record
    again = confirm_self_check(organization=small.surgery, month=june, by=small.party_office, at=AT)
    assert again.unchanged == 1
    with pytest.raises(LedgersError, match="8 月还没有到"):
        confirm_self_check(organization=small.surgery, month=date(2026, 8, 1), by=None, at=AT)


def test_a_file_hangs_on_a_record_until_it_is_taken_off_with_a_reason(
    small: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    record = make_record(small.surgery)
    upload = SimpleUploadedFile("通知.pdf", samples.pdf())
    file = attach_file(record=record, upload=upload, by=small.party_office, at=AT)
    upload.seek(0)
    with pytest.raises(LedgersError, match="内容相同的文件“通知.pdf”"):
        attach_file(record=record, upload=upload, by=small.party_office, at=AT)
    with pytest.raises(LedgersError, match="移除原因"):
        detach_file(file=file, reason=" ", by=small.party_office, at=AT)
    detach_file(file=file, reason="传错文件", by=small.party_office, at=AT)
    with pytest.raises(LedgersError, match="已经移除"):
        detach_file(file=file, reason="传错文件", by=small.party_office, at=AT)
    assert record.files.get().detach_reason == "传错文件"
