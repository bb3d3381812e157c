"""A new edition takes over checks by its decided map: what agrees with its cases counts at once, the rest waits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiangji.audit.models import Event
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.check_carrying import Carried, carry_checks, earlier_checks
from qiangji.standards.check_cases import CheckCase
from qiangji.standards.checks import CheckEntry
from qiangji.standards.exceptions import CheckRefused
from qiangji.standards.loader import library_dir, load_edition, shipped_checks
from qiangji.standards.models import Edition, SiteCheck
from qiangji.standards.schema import EditionSpec
from qiangji.standards.services import publish_edition, store_edition
from qiangji.standards.site_checks import Trial, adopt_check, checks_in_force, note_trial, write_check
from qiangji.standards.succession import decide_map

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def sample(people: Cast) -> Edition:
    """The library's table for branches, with its checks."""
    stored = store_edition(
        load_edition(library_dir() / "branch-sample" / "2020"), origin=Edition.Origin.LIBRARY
    )
    return publish_edition(edition=stored, by=None, at=AT)


@pytest.fixture
def later(people: Cast, sample: Edition) -> Edition:
    """Next year's table, read in by the province: the same criteria under a label of its own, 2-1-1 worth one point less."""
    data: dict[str, Any] = load_edition(library_dir() / "branch-sample" / "2020").model_dump(mode="json")
    data |= {"standard": "own-branch", "label": "2027"}
    criteria = [one for part in data["sections"] for group in part["groups"] for one in group["criteria"]]
    by_code = {one["code"]: one for one in criteria}
    by_code["2-1-1"]["points"], by_code["2-1-2"]["points"] = "7", "9"
    stored = store_edition(
        EditionSpec.model_validate(data), origin=Edition.Origin.IMPORT, organization=people.province
    )
    by = people.guidance_province
    edition = publish_edition(edition=stored, by=by, at=AT, adopted_by="某委", adoption_number="1号")
    pairs = {code: code for code in by_code if code != "5-0-3"}
    decide_map(earlier=sample, later=edition, pairs=pairs, by=by, at=AT)
    return edition


def carried(edition: Edition, people: Cast, reason: str = "会议通过") -> Carried:
    return carry_checks(edition=edition, reason=reason, by=people.guidance_province, at=AT)


def in_force(edition: Edition) -> dict[str, CheckEntry]:
    edition.refresh_from_db()
    return checks_in_force([edition])[edition.pk]


def test_what_lives_on_brings_its_check_with_cases(later: Edition, sample: Edition, people: Cast) -> None:
    done = carried(later, people)
    assert done == Carried(adopted=21, drafts=0)
    found, shipped = in_force(later), shipped_checks(sample.ref)
    assert set(found) == set(shipped) - {"5-0-3"}
    assert all(one.check == shipped[code].check for code, one in found.items())
    version = SiteCheck.objects.get(criterion__edition=later, criterion__code="2-1-4")
    assert version.cases.count() > 0
    assert list(version.moves.values_list("state", "reason")) == [
        ("draft", "沿用 branch-sample@2020 2-1-4"), ("tried", ""), ("adopted", "会议通过")
    ]  # fmt: skip
    assert Event.objects.filter(verb="edition.checks_carried", object_id=later.public_id).count() == 1


def test_where_the_points_changed_only_the_answer_is_expected(later: Edition, people: Cast) -> None:
    carried(later, people)
    version = SiteCheck.objects.get(criterion__edition=later, criterion__code="2-1-1")
    cases = [CheckCase.model_validate(data) for data in version.cases.values_list("case", flat=True)]
    assert version.state == "adopted"
    assert {one.points for one in cases} | {one.range for one in cases} == {None}


def test_what_has_no_case_waits_as_a_draft(later: Edition, sample: Edition, people: Cast) -> None:
    criterion = sample.criteria.get(code="2-1-4")
    by = people.guidance_province
    entry = CheckEntry.model_validate(
        {"words": "党课", "check": {"count": {"of": "party_class", "at_least": 2}}}
    )
    version = write_check(criterion=criterion, entry=entry, origin="shipped", seen=0, by=by, at=AT)
    version.cases.update(dropped_at=AT, dropped_by=by, drop_reason="改了")
    note_trial(version=version, trial=Trial("", "2025-12-31", "met", ""), by=by, at=AT)
    adopt_check(version=version, reason="会议通过", by=by, at=AT)
    shipped_case = earlier_checks(later)["2-1-4"]
    assert not shipped_case.holds  # the library's cases ask for one class
    assert carried(later, people) == Carried(adopted=20, drafts=1)
    assert "2-1-4" not in in_force(later)


def test_what_was_written_for_the_new_edition_is_left_alone(later: Edition, people: Cast) -> None:
    criterion = later.criteria.get(code="2-1-4")
    entry = CheckEntry.model_validate({"words": "看记录", "by_person": "看记录"})
    write_check(criterion=criterion, entry=entry, origin="blank", seen=0, by=people.guidance_province, at=AT)
    assert carried(later, people).adopted == 20
    assert criterion.site_checks.count() == 1


def test_a_second_time_there_is_nothing_left(later: Edition, people: Cast) -> None:
    carried(later, people)
    assert earlier_checks(later) == {}
    with pytest.raises(CheckRefused, match="没有可以沿用的判定了"):
        carried(later, people)


def test_a_reason_is_asked_for(later: Edition, people: Cast) -> None:
    with pytest.raises(CheckRefused, match="沿用的理由"):
        carried(later, people, reason=" ")
    assert not SiteCheck.objects.exists()


def test_the_statements_do_not_grow_with_the_criteria(later: Edition, people: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        carried(later, people)
    assert len(queries) <= 18
