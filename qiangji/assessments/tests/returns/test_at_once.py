"""Two people act on one sheet at the same moment: exactly one wins, the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from qiangji.assessments.exceptions import Incomplete, Locked, Refused
from qiangji.assessments.models import CriterionReturn, SheetTransition, Submission
from qiangji.assessments.services import moves
from qiangji.assessments.services.amending import open_returns, seen_digest, sign_amendment
from qiangji.assessments.services.returning import cancel_return, return_criteria
from qiangji.assessments.services.sheet_vetoes import decide
from qiangji.assessments.states import State
from qiangji.assessments.tests.returns.test_sheet_vetoes import proposed
from qiangji.assessments.tests.returns.world import Returning
from qiangji.assessments.tests.worlds import make_world
from qiangji.orgs.reach import Reach
from qiangji.orgs.tests.factories import PASSWORD
from qiangji.standards.models import Veto

pytestmark = pytest.mark.slow
CODE = "1-1-2"


@pytest.fixture
def shared(transactional_db: None) -> Returning:
    """A world that other connections see, its acceptance begun."""
    world = make_world()
    world.bring_to(State.UNDER_ACCEPTANCE)
    world.fill("acceptance")
    return Returning(world)


def together(*acts: Callable[[], object]) -> list[str]:
    """Do several things from as many connections at once; return how each came out."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            gate.wait(10)
            act()
        except (Locked, Refused, Incomplete):
            return "told"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(future.result() for future in [pool.submit(run, act) for act in acts])


def returning(shared: Returning) -> Callable[[], object]:
    reach, at, sheet = shared.world.reach(shared.world.cast.supervisor), shared.world.tick(), shared.sheet
    return lambda: return_criteria(
        reach=reach, sheet_id=sheet.public_id, reasons={CODE: "缺记录"}, due_date=at.date(),
        seen_version=sheet.version, at=at,
    )  # fmt: skip


def signing(shared: Returning) -> Callable[[], object]:
    reach, at, sheet = shared.world.reach(shared.world.cast.secretary), shared.world.tick(), shared.sheet
    seen = seen_digest(open_returns(sheet))
    return lambda: sign_amendment(reach=reach, sheet_id=sheet.public_id, password=PASSWORD, seen=seen, at=at)


def moving(shared: Returning, verb: str) -> Callable[[], object]:
    reach, at, sheet = shared.world.reach(shared.world.cast.supervisor), shared.world.tick(), shared.sheet
    arguments = {"reach": reach, "sheet_id": sheet.public_id, "seen_version": sheet.version, "at": at}
    if verb == "return":
        return lambda: moves.return_sheet(reason="整表重填", **arguments)
    return lambda: moves.conclude_review(verb=verb, **arguments)


def test_two_return_the_same_criterion(shared: Returning) -> None:
    assert together(returning(shared), returning(shared)) == ["done", "told"]
    assert CriterionReturn.objects.count() == 1


def test_one_returns_a_criterion_while_another_concludes(shared: Returning) -> None:
    assert together(returning(shared), moving(shared, "conclude_acceptance")) == ["done", "told"]
    concluded = shared.sheet.state == State.ACCEPTED
    assert CriterionReturn.objects.exists() != concluded


def test_two_sign_the_same_amendment(shared: Returning) -> None:
    (row,) = shared.send_back(CODE)
    shared.amend(row)
    assert together(signing(shared), signing(shared)) == ["done", "told"]
    assert Submission.objects.filter(kind=Submission.Kind.AMENDMENT).count() == 1


def test_one_signs_while_another_takes_the_return_back(shared: Returning) -> None:
    (row,) = shared.send_back(CODE)
    shared.amend(row)
    reach, at = shared.world.reach(shared.world.cast.supervisor), shared.world.tick()

    def cancel() -> object:
        return cancel_return(reach=reach, return_id=row.public_id, reason="退错", at=at)

    assert together(signing(shared), cancel) == ["done", "told"]
    row.refresh_from_db()
    signed = row.state == CriterionReturn.State.AMENDED
    assert (shared.world.answer(CODE).text != "") == signed


def test_two_make_different_moves_of_one_sheet(shared: Returning) -> None:
    acts = [moving(shared, "conclude_acceptance"), moving(shared, "return")]
    before = SheetTransition.objects.count()
    assert together(*acts) == ["done", "told"]
    assert SheetTransition.objects.count() == before + 1


def test_one_agrees_to_a_veto_while_another_disagrees(shared: Returning) -> None:
    world = shared.world
    world.move("conclude_acceptance")
    Veto.objects.create(edition=shared.sheet.edition, number=2, kind=Veto.Kind.SHEET, title="重大失误")
    row = proposed(world)
    at, reaches = (
        world.tick(),
        [world.reach(world.cast.guidance_city), world.reach(world.cast.guidance_province)],
    )

    def deciding(reach: Reach, agrees: bool) -> Callable[[], object]:
        return lambda: decide(
            reach=reach, row=row, agrees=agrees, words="核对", notice_number="3 号", seen_version=1, at=at
        )

    assert together(deciding(reaches[0], True), deciding(reaches[1], False)) == ["done", "told"]
    row.refresh_from_db()
    assert (row.state == "in_force") == (shared.sheet.state == State.WITHHELD)


def test_one_moves_a_sheet_while_another_withholds_it(shared: Returning) -> None:
    world = shared.world
    world.move("conclude_acceptance")
    Veto.objects.create(edition=shared.sheet.edition, number=2, kind=Veto.Kind.SHEET, title="重大失误")
    row = proposed(world)
    at, reach = world.tick(), world.reach(world.cast.guidance_city)

    def withholding() -> object:
        return decide(
            reach=reach, row=row, agrees=True, words="属实", notice_number="3 号", seen_version=1, at=at
        )

    assert together(withholding, moving(shared, "return")) == ["done", "told"]
    row.refresh_from_db()
    assert shared.sheet.state == (State.WITHHELD if row.state == "in_force" else State.DRAFT)
