"""Two people act on the same thing at the same moment: exactly one wins, the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from qiangji.assessments.models import Answer, MarkChange
from qiangji.lib.digests import digest
from qiangji.results.exceptions import Locked, Refused
from qiangji.results.models import Consequence, Result, Summary
from qiangji.results.selectors.due import newest_results, still_due
from qiangji.results.selectors.findings import digest_of, findings
from qiangji.results.selectors.ledgers import summary_of
from qiangji.results.services.consequences import open_consequences
from qiangji.results.services.filing import freeze_summary
from qiangji.results.services.objections import answer_objection, file_objection
from qiangji.results.services.recognizing import recognize_cycle, waiting_for_decision
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
    gate = Barrier(2)

    def run() -> str:
        try:
            gate.wait(10)
            act()
        except (Locked, Refused):
            return "told"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(future.result() for future in [pool.submit(run), pool.submit(run)])


def test_two_recognize_at_once(shared: ResultsWorld) -> None:
    seen = digest_of(waiting_for_decision(shared.cycle, findings(shared.cycle, on=ON)))
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
