"""No sequence of draws, inspections, objections and re-assessments reaches a state without the records that it requires."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import AssessmentError
from qiangji.assessments.models import CriterionReturn, Draw, DrawEntry, Inspection, Mark, Sheet, Substitution
from qiangji.assessments.selectors.changes import changes_before
from qiangji.assessments.selectors.draws import selected
from qiangji.assessments.services.drawing import Plan, draw_sample, freeze_population, substitute
from qiangji.assessments.services.inspecting import assign, conclude_inspection, start_inspection
from qiangji.assessments.services.saving import MarkEdit, save_mark
from qiangji.assessments.services.teams import create_team
from qiangji.assessments.states import RESULTS, State, move_from
from qiangji.assessments.tests.worlds import undone
from qiangji.lib.dates import local_day
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.tests.factories import make_role, make_user
from qiangji.results.exceptions import ResultsError
from qiangji.results.models import BranchReassessment, Objection, Reassessment, Result
from qiangji.results.tests import test_branch_reassessing as branches
from qiangji.results.tests import test_objections as objections
from qiangji.results.tests import test_reassessing as hospitals
from qiangji.results.tests.again import verify_orders
from qiangji.results.tests.worlds import ResultsWorld
from tests.examples import examples

UPHELD = (Objection.State.UPHELD, Objection.State.PARTLY)


def one_is_out(sheet: Sheet) -> None:
    """Refuse, as the program does, to amend where nothing is out."""
    if sheet.criterion_returns.filter(state=CriterionReturn.State.OPEN).count() != 1:
        raise AssessmentError


@dataclass
class Course:
    """Two hospitals of city 甲, the first with a branch at 89, and an inspector who belongs nowhere."""

    world: ResultsWorld
    hospital: Sheet
    branch: Sheet
    lead: User

    @property
    def sheets(self) -> list[Sheet]:
        return list(Sheet.objects.filter(cycle=self.world.cycle).select_related("organization", "cycle"))

    def draw(self, population: str) -> None:
        reach = self.world.reach(self.world.cast.guidance_city)
        made = freeze_population(
            cycle=self.world.cycle, organizer=self.world.cast.city_a, plan=Plan(population, (), Decimal("0.5")),
            reach=reach, at=self.world.tick(),
        )  # fmt: skip
        draw_sample(draw_id=made.pk, seed="3-1-6", seed_source="骰子", reach=reach, at=self.world.tick())

    def drawn(self) -> DrawEntry:
        """Return what the last draw has selected now."""
        last = Draw.objects.order_by("-pk").first()
        entry = selected(last).first() if last is not None and last.is_drawn else None
        if entry is None:
            raise AssessmentError
        return entry

    def substitute(self) -> None:
        reach = self.world.reach(self.world.cast.guidance_city)
        substitute(entry_id=self.drawn().pk, reason="搬迁", reach=reach, at=self.world.tick())

    def assign(self) -> None:
        entry, reach = self.drawn(), self.world.reach(self.world.cast.guidance_city)
        day = local_day(self.world.clock)
        team = entry.draw.teams.first() or create_team(
            made=entry.draw, name="第一组", days=(day, day + timedelta(days=30)), members=[self.lead],
            lead=self.lead, reach=reach, at=self.world.tick(),
        )  # fmt: skip
        assign(entry=entry, team=team, visit_date=day, methods=["records"], reach=reach, at=self.world.tick())

    def inspection(self) -> Inspection:
        row = Inspection.objects.filter(concluded_at=None).order_by("-pk").first()
        if row is None:
            raise AssessmentError
        return row

    def start(self) -> None:
        """Begin an inspection, or the re-check of who holds the title."""
        row = self.inspection()
        start_inspection(reach=self.world.reach(self.lead), inspection_id=row.public_id, at=self.world.tick())

    def conclude(self, points: str) -> None:
        row, reach = self.inspection(), self.world.reach(self.lead)
        given_before = Mark.objects.filter(answer__sheet=row.sheet, stage="inspection").first()
        version = given_before.version if given_before else 0
        edit = MarkEdit("1-1-1", "inspection", Decimal(points), "现场只见到一部分", version)
        save_mark(reach=reach, sheet_id=row.sheet.public_id, edit=edit, at=self.world.tick())
        seen = changes_before(row.sheet, "inspection").digest
        conclude_inspection(
            reach=reach,
            inspection_id=row.public_id,
            summary="已核对",
            seen_changes=seen,
            at=self.world.tick(),
        )

    def file(self) -> None:
        self.hospital.refresh_from_db()
        objections.file(self.world, self.hospital)

    def reply(self, outcome: str) -> None:
        row = Objection.objects.filter(sheet=self.hospital, state=Objection.State.OPEN).first()
        if row is None:
            raise AssessmentError
        standing = Mark.objects.filter(answer__sheet=self.hospital, stage=row.stage).get()
        points = (standing.points or Decimal(0)) - 1 if outcome == "upheld" else None
        by = self.world.cast.supervisor if row.stage != "inspection" else self.world.cast.guidance_province
        objections.reply(self.world, row, by=by, outcome=outcome, points=points)

    def reassess(self) -> None:
        verify_orders(self.hospital, at=self.world.tick())
        hospitals.begin(self.world, self.hospital)

    def reassess_branch(self) -> None:
        branches.begin(self.world, self.branch)

    def review(self, points: str) -> None:
        """Whatever is out of the hospital's sheet is amended and signed, and its stages go through again."""
        one_is_out(self.hospital)
        hospitals.amended(self.world, self.hospital, points)
        hospitals.reviewed(self.world, self.hospital, points)

    def review_branch(self, points: str) -> None:
        one_is_out(self.branch)
        branches.amended(self.world, self.branch, points)
        branches.accepted(self.world, self.branch, points)


ACTS: dict[str, Callable[[Course], object]] = {
    "recognize": lambda course: course.world.recognize(),
    "draw": lambda course: course.draw("applicants"),
    "draw holders": lambda course: course.draw("holders"),
    "substitute": Course.substitute,
    "assign": Course.assign,
    "start": Course.start,
    "conclude high": lambda course: course.conclude("95"),
    "conclude low": lambda course: course.conclude("70"),
    "file": Course.file,
    "uphold": lambda course: course.reply("upheld"),
    "reject": lambda course: course.reply("rejected"),
    "order": lambda course: branches.ordered(course.world),
    "reassess": Course.reassess,
    "review": lambda course: course.review("92"),
    "reassess branch": Course.reassess_branch,
    "review branch": lambda course: course.review_branch("93"),
}
WAYS = (
    ["draw", "assign", "start", "conclude low", "recognize", "order", "reassess", "review", "recognize"],
    ["recognize", "draw holders", "assign", "start", "conclude high", "recognize"],
    ["draw", "substitute", "assign", "start", "conclude high", "recognize"],
    ["recognize", "order", "reassess branch", "review branch", "recognize"],
    ["file", "uphold", "recognize", "file", "reject"],
)


def course_of(world: ResultsWorld) -> Course:
    hospital = world.hospital("96", node=world.cast.hospital_a)
    branch = world.sheet(world.cast.internal_medicine, "89", State.ACCEPTED, world.cycle)
    world.hospital("95", name="丁医院")
    lead = make_user(name="组长丙")
    make_role(lead, world.cast.city_a, RoleName.INSPECTOR)
    return Course(world, hospital, branch, lead)


def check(course: Course) -> None:
    """What has to be true of every sheet in whatever state it came to."""
    for sheet in course.sheets:
        check_history(sheet)
        check_inspections(sheet)
        check_round(sheet)
        newest = Result.objects.filter(sheet=sheet).order_by("-sequence").first()
        assert (newest.outcome if newest else "") == sheet.state or sheet.state not in RESULTS
    for row in Objection.objects.exclude(state=Objection.State.OPEN):
        assert row.reply
        assert row.ended_by_id
        assert (row.change is not None) == (row.state in UPHELD)
    assert all(row.reason for row in Substitution.objects.all())


def check_history(sheet: Sheet) -> None:
    """Every move is a row of the table, follows on the one before, and has the reason that the table asks for."""
    moves = list(sheet.transitions.order_by("sequence"))
    assert [one.sequence for one in moves] == list(range(1, sheet.version + 1))
    for before, one in zip([None, *moves], moves, strict=False):
        row = move_from(one.from_state, one.verb, final=sheet.final_stage)
        assert row is not None
        assert one.to_state == row.target
        assert bool(one.reason) or not row.needs_reason
        assert before is None or before.to_state == one.from_state
    assert not moves or moves[-1].to_state == sheet.state


def check_inspections(sheet: Sheet) -> None:
    """Who is drawn has a place in a draw; who is inspected a team that began; what was inspected a summary and its sum."""
    rows = list(Inspection.objects.filter(sheet=sheet, started_at__isnull=False))
    running = [row for row in rows if row.concluded_at is None]
    assert len(running) == (sheet.state == State.UNDER_INSPECTION)
    if sheet.state == State.DRAWN:
        assert any(
            selected(made).filter(sheet=sheet).exists() for made in Draw.objects.all() if made.is_drawn
        )
    if sheet.state == State.INSPECTED:
        assert sheet.inspected_round == sheet.round
        last = sheet.transitions.get(sequence=sheet.version)
        assert last.digest
        assert last.total_points is not None
    for row in rows:
        assert row.concluded_at is None or (row.summary and row.concluded_by_id)


def check_round(sheet: Sheet) -> None:
    """A further round has the row of the re-assessment that began it; what is out is out of a review of this round."""
    rounds = [
        *Reassessment.objects.filter(sheet=sheet).values_list("round", flat=True),
        *BranchReassessment.objects.filter(sheet=sheet).values_list("round", flat=True),
    ]
    assert sorted(rounds) == list(range(2, sheet.round + 1))
    out = CriterionReturn.objects.filter(sheet=sheet, state=CriterionReturn.State.OPEN)
    if out.exists():
        assert sheet.state in (State.UNDER_ACCEPTANCE, State.UNDER_RATING)
        assert set(out.values_list("round", flat=True)) == {sheet.round}


def follow(course: Course, acts: list[str]) -> list[bool]:
    """Do one thing after another, each checked; return which of them were allowed."""
    allowed = []
    for name in acts:
        with suppress(ResultsError, AssessmentError):
            ACTS[name](course)
            allowed.append(True)
            check(course)
            continue
        allowed.append(False)
        check(course)
    return allowed


@pytest.mark.slow
@settings(
    max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    begun=st.sampled_from(WAYS),
    cut=st.integers(0, 8),
    acts=st.lists(st.sampled_from(sorted(ACTS)), min_size=2, max_size=6),
)
def test_no_sequence_reaches_a_state_without_its_records(
    world_for_properties: ResultsWorld, begun: list[str], cut: int, acts: list[str]
) -> None:
    with undone():
        follow(course_of(world_for_properties), [*begun[:cut], *acts])


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way[0] + " … " + way[-2])
def test_each_way_can_be_gone_to_its_end(world: ResultsWorld, way: list[str]) -> None:
    assert follow(course_of(world), way) == [True] * len(way)
