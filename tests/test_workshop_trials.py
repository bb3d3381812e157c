"""A table still on the bench can be tried on sheets, and its publication leaves those sheets what they were."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qiangji.assessments.exceptions import Refused
from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.services.cycles import EditionChoice, create_cycle, open_cycle
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import Cast, cast, make_oversight
from qiangji.standards.models import Edition
from qiangji.standards.workshop.publishing import publish_draft, store_trial
from qiangji.standards.workshop.services import discard
from qiangji.standards.workshop.tests.clerk import AT as HANDED_IN
from qiangji.standards.workshop.tests.clerk import WHOLE, Clerk, make_clerk

AT = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def people() -> Cast:
    people = cast()
    make_oversight(people.authority_a, people.hospital_b)
    return people


@pytest.fixture
def clerk(people: Cast) -> Clerk:
    clerk = make_clerk(organization=people.hospital_a)
    clerk.do("set_details", **WHOLE)
    return clerk


def tried(clerk: Clerk) -> Edition:
    return store_trial(draft=clerk.draft, seen=clerk.draft.current, by=clerk.person, at=HANDED_IN)


def cycle_on(people: Cast, edition: Edition, *, is_trial: bool) -> Cycle:
    return create_cycle(
        owner=people.province,
        year=2026,
        title="试评",
        plan_number="测试〔2026〕1号",
        period=(date(2026, 1, 1), date(2026, 12, 31)),
        deadlines=(date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 15)),
        closing_date=date(2026, 12, 31),
        pass_line=Decimal(90),
        branch_share=Decimal(90),
        editions=[EditionChoice(Organization.Kind.HOSPITAL, edition, "acceptance")],
        is_trial=is_trial,
        by=None,
        at=AT,
    )


def test_a_trial_edition_runs_trial_cycles_only(people: Cast, clerk: Clerk) -> None:
    trial = tried(clerk)
    with pytest.raises(Refused, match="还是草稿，只能用于试评"):
        cycle_on(people, trial, is_trial=False)
    open_cycle(cycle=cycle_on(people, trial, is_trial=True), by=people.guidance_province, at=AT)
    assert Sheet.objects.filter(edition=trial).count() == 2


def test_sheets_on_a_trial_keep_it_when_the_table_is_published(people: Cast, clerk: Clerk) -> None:
    trial = tried(clerk)
    open_cycle(cycle=cycle_on(people, trial, is_trial=True), by=people.guidance_province, at=AT)
    clerk.do("set_points", key=clerk.key("1-1-1"), points="2")
    clerk.do("set_points", key=clerk.key("1-1-2"), points="1")
    edition = publish_draft(draft=clerk.draft, seen=clerk.draft.current, by=clerk.person, at=HANDED_IN)
    assert set(Sheet.objects.values_list("edition", flat=True)) == {trial.pk}
    trial.refresh_from_db()
    assert not trial.is_published
    assert trial.criteria.get(code="1-1-1").points == 1
    assert edition.criteria.get(code="1-1-1").points == 2


def test_a_cycle_not_yet_open_holds_a_trial_too(people: Cast, clerk: Clerk) -> None:
    trial = tried(clerk)
    cycle_on(people, trial, is_trial=True)
    clerk.draft.refresh_from_db()
    discard(draft=clerk.draft, seen=clerk.draft.current, by=clerk.person, at=HANDED_IN)
    assert Edition.objects.filter(pk=trial.pk).exists()


def test_a_trial_that_nobody_used_goes_with_its_draft(clerk: Clerk) -> None:
    tried(clerk)
    discard(draft=clerk.draft, seen=clerk.draft.current, by=clerk.person, at=HANDED_IN)
    assert not Edition.objects.exists()
