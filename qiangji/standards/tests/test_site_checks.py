"""A site's own checks: written once, tried, adopted with a reason, kept in every version; what is in force comes first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from qiangji.audit.models import Event
from qiangji.lib.append_only import HistoryIsKept
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards import site_checks
from qiangji.standards.check_cases import CheckCase
from qiangji.standards.checks import CheckEntry
from qiangji.standards.exceptions import CheckMoved, CheckRefused
from qiangji.standards.loader import library_dir, load_edition, shipped_checks
from qiangji.standards.models import Criterion, Edition, SiteCheck, SiteCheckCase, SiteCheckMove
from qiangji.standards.schema import EditionSpec
from qiangji.standards.services import publish_edition, store_edition
from qiangji.standards.site_checks import (
    Trial,
    adopt_check,
    checks_in_force,
    drop_case,
    keep_case,
    note_trial,
    withdraw_check,
    write_check,
)
from qiangji.standards.tests.editions import edition_data

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
TRIAL = Trial("11111111-1111-4111-8111-111111111111", "2025-12-31", "met", "0.5 分")
QUARTERLY = {
    "words": "每季学习 1 次",
    "check": {"count": {"of": "theory_study", "per": "quarter", "at_least": 1}},
}


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def edition(people: Cast) -> Edition:
    """A published edition that the city's authority brought in, without any checks."""
    spec = EditionSpec.model_validate(edition_data())
    stored = store_edition(spec, origin=Edition.Origin.IMPORT, organization=people.province)
    return publish_edition(
        edition=stored, by=people.guidance_province, at=AT, adopted_by="某委", adoption_number="1号"
    )


@pytest.fixture
def criterion(edition: Edition) -> Criterion:
    return edition.criteria.get(code="1-2-3")


def entry(**changes: Any) -> CheckEntry:
    return CheckEntry.model_validate(QUARTERLY | changes)


def written(criterion: Criterion, people: Cast, **changes: Any) -> SiteCheck:
    usual = {"entry": entry(), "origin": "found", "seen": 0, "by": people.guidance_province, "at": AT}
    return write_check(criterion=criterion, **(usual | changes))


def adopted(criterion: Criterion, people: Cast, **changes: Any) -> SiteCheck:
    version = written(criterion, people, **changes)
    note_trial(version=version, trial=TRIAL, by=people.guidance_province, at=AT)
    return adopt_check(version=version, reason="会议通过", by=people.guidance_province, at=AT)


def in_force(edition: Edition) -> dict[str, CheckEntry]:
    edition.refresh_from_db()
    return checks_in_force([edition])[edition.pk]


def case(answer: str, *days: str) -> CheckCase:
    events = {"theory_study": [{"on": day} for day in days]}
    return CheckCase.model_validate(
        {
            "case": "每季一次",
            "code": "1-2-3",
            "as_of": "2027-01-10",
            "facts": {"events": events},
            "answer": answer,
        }
    )


def test_a_version_is_a_draft_with_who_when_and_an_event(criterion: Criterion, people: Cast) -> None:
    version = written(criterion, people)
    assert (version.number, version.state, version.made_by, version.made_at) == (
        1,
        "draft",
        people.guidance_province,
        AT,
    )
    assert list(version.moves.values_list("sequence", "state")) == [(1, "draft")]
    assert Event.objects.filter(verb="check.written", object_id=version.public_id).exists()


def test_a_draft_decides_nothing(criterion: Criterion, people: Cast) -> None:
    written(criterion, people)
    assert in_force(criterion.edition) == {}


def test_what_is_adopted_decides_and_says_why_it_was(criterion: Criterion, people: Cast) -> None:
    version = adopted(criterion, people)
    assert in_force(criterion.edition) == {"1-2-3": entry()}
    assert list(version.moves.order_by("sequence").values_list("state", "reason")) == [
        ("draft", ""), ("tried", ""), ("adopted", "会议通过")
    ]  # fmt: skip
    assert version.moves.get(state="tried").detail["as_of"] == "2025-12-31"


def test_what_nobody_tried_is_not_adopted(criterion: Criterion, people: Cast) -> None:
    version = written(criterion, people)
    with pytest.raises(CheckRefused, match="还没有试算过"):
        adopt_check(version=version, reason="急用", by=people.guidance_province, at=AT)


def test_what_a_person_decides_needs_no_trial(criterion: Criterion, people: Cast) -> None:
    by_person = CheckEntry.model_validate({"words": "看学习笔记", "by_person": "看学习笔记"})
    version = written(criterion, people, entry=by_person)
    adopt_check(version=version, reason="会议通过", by=people.guidance_province, at=AT)
    assert in_force(criterion.edition)["1-2-3"].by_person == "看学习笔记"


@pytest.mark.parametrize("reason", ["", "  \n ", "长" * 301])
def test_a_reason_is_asked_for(criterion: Criterion, people: Cast, reason: str) -> None:
    version = written(criterion, people)
    note_trial(version=version, trial=TRIAL, by=people.guidance_province, at=AT)
    with pytest.raises(CheckRefused, match="理由"):
        adopt_check(version=version, reason=reason, by=people.guidance_province, at=AT)


def test_a_newer_version_replaces_the_one_in_force_and_keeps_it(criterion: Criterion, people: Cast) -> None:
    adopted(criterion, people)
    twice = {"count": {"of": "theory_study", "per": "quarter", "at_least": 2}}
    adopted(criterion, people, entry=entry(check=twice), seen=1)
    assert list(criterion.site_checks.values_list("number", "state")) == [(1, "replaced"), (2, "adopted")]
    assert in_force(criterion.edition)["1-2-3"] == entry(check=twice)


def test_writing_anew_takes_the_place_of_the_draft(criterion: Criterion, people: Cast) -> None:
    written(criterion, people)
    written(criterion, people, seen=1)
    assert list(criterion.site_checks.values_list("number", "state")) == [(1, "replaced"), (2, "draft")]


def test_who_wrote_on_an_older_version_is_told(criterion: Criterion, people: Cast) -> None:
    written(criterion, people)
    with pytest.raises(CheckMoved):
        written(criterion, people, seen=0)
    assert criterion.site_checks.count() == 1


def test_an_entry_that_does_not_hold_is_refused_with_its_place(criterion: Criterion, people: Cast) -> None:
    wrong = entry(check={"count": {"of": "theory_studies", "at_least": 1}})
    with pytest.raises(CheckRefused) as caught:
        written(criterion, people, entry=wrong)
    (message,) = caught.value.messages
    assert message.startswith("check.count.of：没有名为“theory_studies”的事项。是不是 theory_study")


def test_a_draft_edition_takes_no_checks(criterion: Criterion, people: Cast) -> None:
    Edition.objects.update(status="draft", published_at=None, published_by=None)
    with pytest.raises(CheckRefused, match="请先发布"):
        written(criterion, people)


@pytest.fixture
def sample(people: Cast) -> Edition:
    """The library's table for branches, which ships with checks and cases."""
    stored = store_edition(
        load_edition(library_dir() / "branch-sample" / "2020"), origin=Edition.Origin.LIBRARY
    )
    return publish_edition(edition=stored, by=None, at=AT)


TWO_CLASSES = {"words": "本年党课 2 次以上", "check": {"count": {"of": "party_class", "at_least": 2}}}


def own_of_library(sample: Edition, people: Cast) -> SiteCheck:
    """A check of two classes a year in place of the library's one, its cases set aside."""
    criterion = sample.criteria.get(code="2-1-4")
    version = written(criterion, people, entry=CheckEntry.model_validate(TWO_CLASSES), origin="shipped")
    for row in version.cases.all():
        drop_case(version=version, number=row.number, reason="次数改了", by=people.guidance_province, at=AT)
    note_trial(version=version, trial=TRIAL, by=people.guidance_province, at=AT)
    return adopt_check(version=version, reason="会议通过", by=people.guidance_province, at=AT)


def test_an_adopted_check_comes_before_the_library_s_and_leaves_the_others(
    sample: Edition, people: Cast
) -> None:
    own_of_library(sample, people)
    shipped = shipped_checks(sample.ref)
    found = in_force(sample)
    assert found["2-1-4"].words == "本年党课 2 次以上"
    assert {code: one for code, one in found.items() if code != "2-1-4"} == {
        code: one for code, one in shipped.items() if code != "2-1-4"
    }


def test_withdrawn_the_library_s_counts_again(sample: Edition, people: Cast) -> None:
    version = own_of_library(sample, people)
    withdraw_check(version=version, reason="按内置的办", by=people.guidance_province, at=AT)
    assert in_force(sample) == shipped_checks(sample.ref)
    assert SiteCheck.objects.get().state == "withdrawn"


def test_a_digest_never_comes_back(sample: Edition, people: Cast) -> None:
    """Else a sheet that was judged by a check withdrawn and adopted anew would take itself for current."""
    seen = {sample.checks_digest}
    for _ in range(2):
        version = own_of_library_again(sample, people)
        sample.refresh_from_db()
        assert sample.checks_digest not in seen
        seen.add(sample.checks_digest)
        withdraw_check(version=version, reason="试一试", by=people.guidance_province, at=AT)
        sample.refresh_from_db()
        assert sample.checks_digest not in seen
        seen.add(sample.checks_digest)


def own_of_library_again(sample: Edition, people: Cast) -> SiteCheck:
    criterion = sample.criteria.get(code="2-1-4")
    by_person = CheckEntry.model_validate({"words": "看党课记录", "by_person": "看党课记录"})
    seen = criterion.site_checks.count()
    version = written(criterion, people, entry=by_person, origin="shipped", seen=seen)
    for row in version.cases.filter(dropped_at=None):
        drop_case(version=version, number=row.number, reason="由人核定", by=people.guidance_province, at=AT)
    return adopt_check(version=version, reason="会议通过", by=people.guidance_province, at=AT)


def test_the_library_s_cases_come_along_and_one_that_fails_blocks(sample: Edition, people: Cast) -> None:
    criterion = sample.criteria.get(code="2-1-4")
    version = written(criterion, people, entry=CheckEntry.model_validate(TWO_CLASSES), origin="shipped")
    assert version.cases.count() > 0
    note_trial(version=version, trial=TRIAL, by=people.guidance_province, at=AT)
    with pytest.raises(CheckRefused, match="与样例不一致") as caught:
        adopt_check(version=version, reason="会议通过", by=people.guidance_province, at=AT)
    assert all("得到" in words or "不看" in words for words in caught.value.messages)
    assert in_force(sample) == shipped_checks(sample.ref)


def test_a_case_is_set_aside_with_a_reason_and_stays_readable(criterion: Criterion, people: Cast) -> None:
    version = written(criterion, people)
    keep_case(version=version, case=case("met", "2026-02-01"), by=people.guidance_province, at=AT)
    with pytest.raises(CheckRefused, match="为什么去掉"):
        drop_case(version=version, number=1, reason=" ", by=people.guidance_province, at=AT)
    drop_case(version=version, number=1, reason="期望写错了", by=people.guidance_province, at=AT)
    row = SiteCheckCase.objects.get()
    assert (row.drop_reason, row.dropped_by) == ("期望写错了", people.guidance_province)


def test_a_case_that_answers_otherwise_blocks_with_what_came_out(criterion: Criterion, people: Cast) -> None:
    version = written(criterion, people)
    note_trial(version=version, trial=TRIAL, by=people.guidance_province, at=AT)
    keep_case(version=version, case=case("met", "2026-02-01"), by=people.guidance_province, at=AT)
    with pytest.raises(CheckRefused) as caught:
        adopt_check(version=version, reason="会议通过", by=people.guidance_province, at=AT)
    assert "应为 符合，得到 不符合" in caught.value.messages[0]
    assert "第二季度政治理论学习现有 0 次" in caught.value.messages[0]


def test_cases_go_on_with_the_next_version(criterion: Criterion, people: Cast) -> None:
    version = written(criterion, people)
    days = ("2026-02-01", "2026-05-01", "2026-08-01", "2026-11-01")
    keep_case(version=version, case=case("met", *days), by=people.guidance_province, at=AT)
    later = written(criterion, people, seen=1)
    row = later.cases.get()
    assert (row.origin, CheckCase.model_validate(row.case)) == ("own", case("met", *days))


def test_what_is_over_is_not_moved_again(criterion: Criterion, people: Cast) -> None:
    version = written(criterion, people)
    withdraw_check(version=version, reason="不用了", by=people.guidance_province, at=AT)
    doings = [
        lambda: note_trial(version=version, trial=TRIAL, by=people.guidance_province, at=AT),
        lambda: keep_case(version=version, case=case("met"), by=people.guidance_province, at=AT),
        lambda: drop_case(version=version, number=1, reason="无", by=people.guidance_province, at=AT),
        lambda: adopt_check(version=version, reason="无", by=people.guidance_province, at=AT),
        lambda: withdraw_check(version=version, reason="无", by=people.guidance_province, at=AT),
    ]
    for do in doings:
        with pytest.raises(CheckRefused, match="已撤下"):
            do()


def test_history_is_kept(criterion: Criterion, people: Cast) -> None:
    version = written(criterion, people)
    keep_case(version=version, case=case("unmet"), by=people.guidance_province, at=AT)
    version.entry = {}
    for do in (version.save, version.delete, version.moves.get().delete, version.cases.get().delete):
        with pytest.raises(HistoryIsKept):
            do()


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 1, "state": "draft"},  # the number again
        {"number": 2, "state": "tried"},  # a second one in work
        {"number": 2, "state": "unheard"},
        {"number": 0, "state": "withdrawn"},
        {"number": 2, "state": "withdrawn", "origin": "unheard"},
    ],
)
def test_the_tables_hold_one_number_one_in_work_and_known_states(
    criterion: Criterion, people: Cast, changes: dict[str, Any]
) -> None:
    written(criterion, people)
    usual = {"origin": "blank", "entry": {}, "made_by": people.guidance_province, "made_at": AT}
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteCheck.objects.create(criterion=criterion, **(usual | changes))


def test_the_tables_hold_one_in_force(criterion: Criterion, people: Cast) -> None:
    adopted(criterion, people)
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteCheck.objects.create(
            criterion=criterion, number=2, state="adopted", origin="blank", entry={},
            made_by=people.guidance_province, made_at=AT,
        )  # fmt: skip


def test_the_table_of_moves_asks_why(criterion: Criterion, people: Cast) -> None:
    version = written(criterion, people)
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteCheckMove.objects.create(
            check_version=version, sequence=2, state="adopted", made_by=people.guidance_province, made_at=AT
        )


def test_reading_costs_nothing_without_own_checks_and_one_statement_for_many_editions(
    criterion: Criterion, sample: Edition, people: Cast
) -> None:
    editions = list(Edition.objects.select_related("standard"))
    with CaptureQueriesContext(connection) as none:
        checks_in_force(editions)
    adopted(criterion, people)
    own_of_library(sample, people)
    editions = list(Edition.objects.select_related("standard"))
    site_checks.IN_FORCE.clear()
    with CaptureQueriesContext(connection) as cold:
        found = checks_in_force(editions)
    with CaptureQueriesContext(connection) as warm:
        assert checks_in_force(editions) == found
    assert (len(none), len(cold), len(warm)) == (0, 1, 0)


def test_what_a_later_program_cannot_read_is_left_to_a_person(criterion: Criterion, people: Cast) -> None:
    adopted(criterion, people)
    SiteCheck.objects.update(entry={"words": "老写法", "check": {"tally": {"of": "theory_study"}}})
    site_checks.IN_FORCE.clear()
    found = in_force(criterion.edition)["1-2-3"]
    assert (found.check, found.words) == (None, "老写法")
    assert "改写后重新采用" in found.by_person
