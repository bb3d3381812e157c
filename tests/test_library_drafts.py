"""What a site may do with the library's editions that have no points yet: a trial, and nothing that decides."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.assessments.exceptions import Refused
from qiangji.assessments.models import Answer, Cycle, Sheet
from qiangji.assessments.services.cycles import EditionChoice, create_cycle, open_cycle
from qiangji.assessments.tests.factories import supervise_outsider
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.models import Edition
from qiangji.standards.selectors import edition_by_ref
from qiangji.standards.services import LoadOutcome, load_library

AT = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
Kind = Organization.Kind
pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    load_library(at=AT)
    return cast()


def cycle_on(people: Cast, ref: str, *, is_trial: bool) -> Cycle:
    edition = edition_by_ref(ref)
    kind = Kind.BRANCH if edition.standard.applies_to == "branch" else Kind.HOSPITAL
    return create_cycle(
        owner=people.province,
        year=2026,
        title=f"试评 {ref}",
        plan_number="测试〔2026〕1号",
        period=(date(2026, 1, 1), date(2026, 12, 31)),
        deadlines=(date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 15)),
        closing_date=date(2026, 12, 31),
        pass_line=Decimal(90),
        branch_share=Decimal(90),
        editions=[EditionChoice(kind, edition, "acceptance")],
        is_trial=is_trial,
        by=None,
        at=AT,
    )


@pytest.mark.parametrize(
    ("ref", "reason"), [("branch-standard@2026", "还是草稿"), ("five-goods@2014", "只核对、不计分")]
)
def test_what_has_no_points_decides_nothing(people: Cast, ref: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        cycle_on(people, ref, is_trial=False)
    assert not Cycle.objects.exists()


@pytest.mark.parametrize("ref", ["branch-standard@2026", "five-goods@2014"])
def test_a_trial_opens_a_sheet_with_every_criterion_and_no_total(
    people: Cast, client: Client, ref: str
) -> None:
    supervise_outsider(people)
    cycle = cycle_on(people, ref, is_trial=True)
    open_cycle(cycle=cycle, by=None, at=AT)
    organization = people.internal_medicine if ref.startswith("branch") else people.hospital_a
    sheet = Sheet.objects.get(organization=organization, cycle=cycle)
    assert Answer.objects.filter(sheet=sheet).count() == edition_by_ref(ref).criteria.count()
    client.force_login(people.branch_secretary if ref.startswith("branch") else people.party_office)
    page = client.get(reverse("assessments:sheet", args=[sheet.public_id]))
    assert page.status_code == 200
    assert "本表只核对，不计分" in page.content.decode()


def test_a_draft_in_use_by_a_trial_is_not_changed_by_a_new_library(people: Cast) -> None:
    cycle_on(people, "branch-standard@2026", is_trial=True)
    Edition.objects.filter(standard__code="branch-standard").update(title="旧名称")
    outcomes = {one.edition.ref: one.outcome for one in load_library(at=AT)}
    assert outcomes["branch-standard@2026"] is LoadOutcome.LEFT
    assert edition_by_ref("branch-standard@2026").title == "旧名称"


def test_a_draft_no_trial_uses_takes_over_what_a_new_library_says(people: Cast) -> None:
    Edition.objects.filter(standard__code="branch-standard").update(title="旧名称")
    outcomes = {one.edition.ref: one.outcome for one in load_library(at=AT)}
    assert outcomes["branch-standard@2026"] is LoadOutcome.REFRESHED
    assert edition_by_ref("branch-standard@2026").title == "内设党支部标准（汇编草稿）"
