"""No sequence of moves, returns, amendments and vetoes reaches a state without the records that it requires."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.assessments.exceptions import AssessmentError
from qiangji.assessments.models import (
    CriterionReturn,
    Mark,
    Sheet,
    SheetTransition,
    SheetVeto,
    Submission,
)
from qiangji.assessments.services import sheet_vetoes
from qiangji.assessments.services.vetoes import VetoAnswer, answer_vetoes
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import CONCLUDED, State, move_from
from qiangji.assessments.tests.returns.test_sheet_vetoes import decide, proposed
from qiangji.assessments.tests.returns.world import Returning
from qiangji.assessments.tests.worlds import WAY, World, undone
from qiangji.standards.models import Veto
from tests.examples import examples

OUT = CriterionReturn.State.OPEN
CODES = ("1-1-1", "1-1-2")
MOVES = (*WAY, "return", "withdraw")


def filled(world: World, stage: str) -> None:
    if not Mark.objects.filter(answer__sheet=world.sheet, stage=stage).exists():
        world.fill(stage)


def confirmed(world: World, stage: str) -> None:
    """Look again at every mark of a stage, as the reviewer does before concluding."""
    Mark.objects.filter(answer__sheet=world.sheet, stage=stage).update(marked_at=world.tick())


def move(world: World, verb: str) -> None:
    stage = {"submit": "self", "conclude_acceptance": "acceptance", "conclude_rating": "rating"}.get(verb)
    if stage:
        filled(world, stage)
    if stage in ("acceptance", "rating"):
        confirmed(world, stage)
    if verb != "start_rating":
        world.move(verb)
        return
    sheet = world.sheet
    answer_vetoes(
        reach=world.reach(world.cast.supervisor), sheet_id=sheet.public_id,
        answers=[VetoAnswer(2, applies=False)], seen_version=sheet.version, at=world.tick(),
    )  # fmt: skip


def out_of(world: World) -> CriterionReturn | None:
    return world.sheet.criterion_returns.filter(state=OUT).first()


def amend(world: World) -> None:
    row = out_of(world)
    if row is not None:
        Returning(world).amend(row)


def cancel(world: World) -> None:
    row = out_of(world)
    if row is not None:
        Returning(world).cancel(row)


def judge(world: World, agrees: bool) -> None:
    row = SheetVeto.objects.filter(state="proposed").first()
    if row is not None:
        decide(world, row, agrees=agrees)


def lift(world: World) -> None:
    row = SheetVeto.objects.filter(state="in_force").first()
    if row is not None:
        sheet_vetoes.lift(
            reach=world.reach(world.cast.guidance_city), row=row, words="处理决定已撤销",
            seen_version=row.version, at=world.tick(),
        )  # fmt: skip


ACTS: dict[str, Callable[[World], object]] = {
    **{verb: lambda world, verb=verb: move(world, verb) for verb in MOVES},
    "on": lambda world: move(world, NEXT.get(world.sheet.state, "submit")),
    **{f"send back {code}": lambda world, code=code: Returning(world).send_back(code) for code in CODES},
    "amend": amend,
    "sign": lambda world: Returning(world).sign(),
    "cancel": cancel,
    "propose": proposed,
    "agree": lambda world: judge(world, agrees=True),
    "disagree": lambda world: judge(world, agrees=False),
    "lift": lift,
}
STEPS = (State.DRAFT, State.SUBMITTED, State.UNDER_ACCEPTANCE, State.ACCEPTED, State.UNDER_RATING)
NEXT = dict(zip(STEPS, WAY, strict=True))


def check(sheet: Sheet) -> None:
    """What has to be true of a sheet in whatever state it came to."""
    moves = list(SheetTransition.objects.filter(sheet=sheet).order_by("sequence"))
    check_history(sheet, moves)
    last = {one.verb: one for one in moves}
    if sheet.state != State.DRAFT:
        signed = Submission.objects.whole().get(sheet=sheet, round=sheet.round)
        assert signed.digest == last["submit"].digest
    answers = sheet.answers.count()
    for stage, verb in ((Stage.ACCEPTANCE, "conclude_acceptance"), (Stage.RATING, "conclude_rating")):
        if sheet.state in CONCLUDED[stage]:
            given_marks = Mark.objects.filter(answer__sheet=sheet, stage=stage, points__isnull=False)
            assert given_marks.count() == answers
            assert last[verb].digest
            assert last[verb].total_points is not None
    check_returns(sheet)
    vetoes = SheetVeto.objects.filter(sheet=sheet, state="in_force")
    assert vetoes.exists() == (sheet.state == State.WITHHELD)
    for one in vetoes:
        assert one.first_by_id != one.second_by_id
        assert one.proofs.exists()
        assert [step.sequence for step in one.steps.all()] == list(range(1, one.version + 1))


def check_history(sheet: Sheet, moves: list[SheetTransition]) -> None:
    """Every move is a row of the table, follows on the one before, and has the reason that the table asks for."""
    assert [one.sequence for one in moves] == list(range(1, sheet.version + 1))
    state = State.DRAFT.value
    for one in moves:
        row = move_from(state, one.verb)
        assert row is not None
        assert (one.from_state, one.to_state) == (state, row.target)
        assert bool(one.reason) or not row.needs_reason
        state = one.to_state
    assert sheet.state == state


def check_returns(sheet: Sheet) -> None:
    """What is out is out of a review that goes on; what was amended has its signature."""
    rows = CriterionReturn.objects.filter(sheet=sheet)
    if rows.filter(state=OUT).exists():
        assert sheet.state in (State.UNDER_ACCEPTANCE, State.UNDER_RATING)
        assert set(rows.filter(state=OUT).values_list("round", flat=True)) == {sheet.round}
    for row in rows.filter(state="amended").select_related("amendment"):
        assert row.amendment.kind == Submission.Kind.AMENDMENT
        assert row.amendment.round == row.round


@pytest.mark.slow
@settings(
    max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.sampled_from([*ACTS, *["on"] * 6]), min_size=4, max_size=12))
def test_no_sequence_reaches_a_state_without_its_records(
    world_of_file: World, db: None, acts: list[str]
) -> None:
    world = replace(world_of_file)
    with undone():
        Veto.objects.create(
            edition=world.sheet.edition, number=2, kind=Veto.Kind.SHEET, title="重大失误受到组织处理"
        )
        for name in acts:
            with suppress(AssessmentError):
                ACTS[name](world)
            check(world.sheet)


def test_the_way_of_everything_at_once(small: World) -> None:
    """One long history, so that each record is met at least once whatever chance chooses."""
    Veto.objects.create(
        edition=small.sheet.edition, number=2, kind=Veto.Kind.SHEET, title="重大失误受到组织处理"
    )
    way = [
        "submit", "withdraw", "submit", "start_acceptance", "return", "submit", "start_acceptance",
        "send back 1-1-2", "amend", "sign", "conclude_acceptance", "propose", "disagree", "propose", "agree",
        "lift", "start_rating", "send back 1-1-1", "amend", "sign", "conclude_rating",
    ]  # fmt: skip
    for name in way:
        before = small.sheet.version, SheetVeto.objects.count(), CriterionReturn.objects.count()
        ACTS[name](small)
        check(small.sheet)
        if name in MOVES:
            assert small.sheet.version == before[0] + 1
    assert small.sheet.state == State.RATED
    assert Submission.objects.filter(kind=Submission.Kind.AMENDMENT).count() == 2
