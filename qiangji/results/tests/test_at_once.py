"""Two people act on the same thing at the same moment: exactly one wins, the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from functools import partial
from threading import Barrier, Event
from time import sleep

import pytest
from django.db import connection
from django.db.models import QuerySet

from qiangji.assessments.models import Answer, MarkChange, Sheet
from qiangji.lib.digests import digest
from qiangji.results.exceptions import Locked, Refused
from qiangji.results.models import BranchReassessment, Consequence, Reassessment, Result, Summary
from qiangji.results.selectors.due import newest_results, still_due
from qiangji.results.selectors.findings import digest_of, findings
from qiangji.results.selectors.ledgers import summary_of
from qiangji.results.services import recognizing
from qiangji.results.services.consequences import hold_sheets, open_consequences
from qiangji.results.services.filing import freeze_summary
from qiangji.results.services.objections import answer_objection, file_objection
from qiangji.results.services.recognizing import (
    newest_outcomes,
    recognize_cycle,
    revise_result,
    waiting_for_decision,
)
from qiangji.results.tests import test_branch_reassessing as of_branches
from qiangji.results.tests import test_reassessing as of_hospitals
from qiangji.results.tests.worlds import ResultsWorld, make_results_world

pytestmark = pytest.mark.slow
ON = date(2026, 12, 20)


@pytest.fixture
def shared(transactional_db: None) -> ResultsWorld:
    """A world that other connections see."""
    world = make_results_world()
    world.hospital("80", ["95"])
    return world


def both(act: Callable[[], object]) -> list[str]:
    """Do the same from two connections at once; return how each came out."""
    return at_once(act, act)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do two things from two connections at once; return how each came out."""
    gate = Barrier(2)

    def run(act: Callable[[], object]) -> str:
        try:
            gate.wait(10)
            act()
        except (Locked, Refused):
            return "told"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(future.result() for future in [pool.submit(run, act) for act in acts])


def test_two_recognize_at_once(shared: ResultsWorld) -> None:
    seen = digest_of(waiting_for_decision(findings(shared.cycle, on=ON), newest_outcomes(shared.cycle)))
    by, at = shared.cast.guidance_province, shared.tick()
    assert both(lambda: recognize_cycle(cycle=shared.cycle, seen=seen, by=by, at=at)) == ["done", "told"]
    assert Result.objects.count() == 1


def test_two_open_the_same_consequence_at_once(shared: ResultsWorld) -> None:
    shared.recognize()
    due = [one for one in still_due(newest_results(shared.cycle)) if one.kind == "time_limited"]
    by, at = shared.cast.guidance_province, shared.tick()
    deadline = date(2027, 3, 31)
    assert both(lambda: open_consequences(due=due, deadline_date=deadline, by=by, at=at)) == ["done", "told"]
    assert Consequence.objects.count() == 1


def test_two_freeze_a_summary_under_one_number_at_once(shared: ResultsWorld) -> None:
    region, reach, at = shared.cast.city_a, shared.reach(shared.cast.guidance_city), shared.tick()
    seen = digest(summary_of(shared.cycle, region, on=ON).content)
    assert both(
        lambda: freeze_summary(reach=reach, cycle=shared.cycle, region=region, number="1", seen=seen, at=at)
    ) == ["done", "told"]
    assert Summary.objects.count() == 1


def test_two_answer_the_same_objection_at_once(shared: ResultsWorld) -> None:
    sheet = shared.hospital("89", node=shared.cast.hospital_a)
    at = shared.tick()
    row = file_objection(
        reach=shared.reach(shared.cast.secretary), sheet=sheet, kind="correction",
        answer=Answer.objects.get(sheet=sheet), words="漏算", at=at,
    )  # fmt: skip
    reach = shared.reach(shared.cast.supervisor)
    assert both(
        lambda: answer_objection(
            reach=reach,
            objection=row,
            outcome="upheld",
            reply="属实",
            points=Decimal(90),
            seen_version=1,
            at=at,
        )
    ) == ["done", "told"]
    assert MarkChange.objects.filter(answer__sheet=sheet).count() == 1


def test_an_appeal_against_a_result_is_answered_beside_a_recognition(
    shared: ResultsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either would wait for the other for ever, if the answer took the sheet before the cycle."""
    sheet = shared.hospital("89", node=shared.cast.hospital_a)
    shared.recognize()
    shared.hospital("96", name="丁医院")
    shared.rescore(sheet, "96")
    sheet.refresh_from_db()
    row = file_objection(
        reach=shared.reach(shared.cast.secretary), sheet=sheet, kind="appeal", answer=None, words="漏算",
        at=shared.tick(),
    )  # fmt: skip
    holds_cycle = Event()

    def hold_later(sheets: QuerySet[Sheet]) -> None:
        holds_cycle.set()
        sleep(1)  # as long as the other needs to take what it takes first
        hold_sheets(sheets)

    def recognize() -> None:
        recognize_cycle(cycle=shared.cycle, by=by, at=at)

    def answer() -> None:
        assert holds_cycle.wait(10)
        answer_objection(reach=reach, objection=row, outcome="upheld", reply="属实", seen_version=1, at=at)

    monkeypatch.setattr(recognizing, "hold_sheets", hold_later)
    by, at = shared.cast.guidance_province, shared.tick()
    reach = shared.reach(by)
    assert at_once(recognize, answer) == ["done", "done"]
    row.refresh_from_db()
    assert (row.new_result, Result.objects.count()) == (shared.newest(sheet), 4)


def test_two_start_one_reassessment_at_once(shared: ResultsWorld) -> None:
    sheet = of_hospitals.below(shared)
    seen, at = sheet.version, shared.tick()
    begin = partial(of_hospitals.begin, shared, sheet, seen_version=seen, at=at)
    assert both(begin) == ["done", "told"]
    sheet.refresh_from_db()
    assert (Reassessment.objects.count(), sheet.version) == (1, seen + 1)


def test_two_start_the_reassessment_of_one_branch_at_once(shared: ResultsWorld) -> None:
    sheet = of_branches.lagging(shared)
    seen, at = sheet.version, shared.tick()
    assert both(partial(of_branches.begin, shared, sheet, seen_version=seen, at=at)) == ["done", "told"]
    sheet.refresh_from_db()
    assert (BranchReassessment.objects.count(), sheet.version) == (1, seen + 1)


def test_a_reassessment_starts_beside_a_recognition_that_corrects_the_result(shared: ResultsWorld) -> None:
    of_hospitals.below(shared)
    # Its branch is above, so that it comes above by its own score.
    sheet = Sheet.objects.get(organization__name="丙医院党委")
    shared.rescore(sheet, "95")
    at, by = shared.tick(), shared.cast.guidance_province
    ways = at_once(
        partial(of_hospitals.begin, shared, sheet, seen_version=sheet.version, at=at),
        lambda: revise_result(sheet=sheet, cause="correction", reason="漏算", by=by, at=at),
    )
    assert ways == ["done", "told"]
    begun, decided = Reassessment.objects.count(), Result.objects.filter(sheet=sheet).count()
    sheet.refresh_from_db()
    assert (begun, decided, sheet.state) in [(1, 1, "under_acceptance"), (0, 2, "meets_standard")]
