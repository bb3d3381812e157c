"""Last year in the demo's first city: a whole cycle from the first mark to the filing, told by the rows it left."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from qiangji.assessments.completeness import given, missing_points
from qiangji.assessments.models import Cycle, Draw, Inspection, IntegrityFlag, Mark, Sheet
from qiangji.assessments.services.moves import content_digest, stage_totals
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.dispatches.models import Task
from qiangji.practices.models import Practice
from qiangji.rectification.models import Rectification
from qiangji.results.models import BranchStanding, Receipt, Result
from qiangji.scoring.drawing import Listed, draw
from qiangji.standards.services import load_library
from qiangji.web.demo.conclusions import plant_history
from qiangji.web.demo.last_year import Past
from qiangji.web.demo.plan import Planner
from qiangji.web.demo.planting import DemoArguments, write
from qiangji.web.demo.sheets import moment
from qiangji.web.demo.tests.test_demo import silent

YEAR = 2025
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def history(count: int) -> None:
    """Plant the organizations, the standards and last year; the facts of this year are not asked for."""
    arguments = DemoArguments(count, 1, YEAR + 1)
    plan = Planner(hospitals=count, seed=1).make()
    nodes, users = write(plan, arguments, tell=silent)
    load_library(at=moment(YEAR, 1, 5))
    plant_history(Past(nodes=nodes, users=users, plan=plan, year=YEAR), seed=1)


@pytest.fixture(scope="module")
def planted(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cycle]:
    """The history of twenty hospitals, planted once for the file."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(settings, "MEDIA_ROOT", tmp_path_factory.mktemp("files"))
        history(20)
        yield Cycle.objects.get()
        transaction.set_rollback(True)


def result_of(name: str) -> Result:
    return Result.objects.newest().get(organization__short_name=name)


def test_every_sheet_came_to_its_end(planted: Cycle) -> None:
    sheets = Sheet.objects.filter(cycle=planted)
    branches = set(sheets.filter(organization_kind="branch").values_list("state", flat=True))
    hospitals = set(sheets.filter(organization_kind="hospital").values_list("state", flat=True))
    assert branches == {State.ACCEPTED}
    assert hospitals == {State.MEETS_STANDARD, State.BELOW_STANDARD, State.WITHHELD}


def test_results_come_out_as_the_rules_have_them(planted: Cycle) -> None:
    assert (result_of("岚州市中心医院").outcome, result_of("岚州市中心医院").score) == (
        Result.Outcome.MEETS,
        Decimal("95.5"),
    )
    lagging = BranchStanding.objects.get(is_lagging=True)
    assert lagging.score == Decimal(90)
    assert lagging.result == result_of("岚州市中医院")
    assert lagging.result.outcome == Result.Outcome.BELOW


def test_an_inspection_overturned_one_rating(planted: Cycle) -> None:
    lowered = Mark.objects.filter(answer__sheet__cycle=planted, stage=Stage.INSPECTION)
    sheet = Sheet.objects.get(pk=lowered.values_list("answer__sheet", flat=True).distinct().get())
    rated = sheet.transitions.get(verb="conclude_rating").total_points
    assert rated is not None
    assert rated > 90
    assert Result.objects.newest().get(sheet=sheet).score == Decimal("89.5")
    assert not lowered.filter(remark="").exists()
    assert not Inspection.objects.filter(concluded_at=None).exists()


def test_the_draw_can_be_repeated(planted: Cycle) -> None:
    made = Draw.objects.get()
    entries = list(made.entries.order_by("code"))
    strata = draw([Listed(one.code, one.stratum) for one in entries], ratio=made.ratio, seed=made.seed)
    again = {ticket.code for stratum in strata for ticket in stratum.tickets[: stratum.count]}
    assert again == {one.code for one in entries if one.is_drawn}
    assert len(again) == 3


def test_what_followed_was_worked_off_but_for_one(planted: Cycle) -> None:
    states = sorted(
        Rectification.objects.filter(kind=Rectification.Kind.TIME_LIMITED).values_list("state", flat=True)
    )
    assert states == ["closed", "closed", "handed_in"]
    assert not Rectification.objects.filter(items__done="", state="closed").exists()


def test_the_year_was_filed_with_the_province(planted: Cycle) -> None:
    receipt = Receipt.objects.get()
    assert receipt.is_accepted
    assert receipt.filing.summary.cycle == planted


def test_one_hospital_was_withheld_for_false_evidence(planted: Cycle) -> None:
    """Every word that a result may have is there to be seen."""
    flag = IntegrityFlag.objects.get()
    assert (flag.state, flag.outcome) == ("settled", "veto")
    assert flag.sheet_vetoes.get().state == "in_force"
    assert not flag.evidence.is_detached
    assert Result.objects.newest().get(sheet=flag.sheet).outcome == Result.Outcome.WITHHELD
    assert set(Result.objects.newest().values_list("outcome", flat=True)) == set(Result.Outcome.values)


def test_dispatches_stand_in_every_state_but_the_withdrawn(planted: Cycle) -> None:
    rows = Task.objects.all()
    assert set(rows.values_list("state", flat=True)) == set(Task.State.values) - {"withdrawn"}
    assert rows.late_on(date(YEAR + 1, 12, 31)).exists()
    assert rows.filter(answers__number=2, state="closed").exists()


def test_a_practice_was_published_to_the_province_and_adopted(planted: Cycle) -> None:
    row = Practice.objects.get(published_to__code="D00")
    assert row.adoptions.count() == 2
    assert Practice.objects.filter(state="submitted").count() == 1
    assert Practice.objects.filter(published_to__code="DH001").count() == 1


def test_each_sum_and_digest_is_that_of_its_marks(planted: Cycle) -> None:
    sheet = Sheet.objects.get(organization__code="DH001", cycle=planted)
    for stage, verb in [(Stage.ACCEPTANCE, "conclude_acceptance"), (Stage.RATING, "conclude_rating")]:
        rows = given(sheet, stage)
        step = sheet.transitions.get(verb=verb)
        assert missing_points(rows, stage) == []
        assert (step.total_points, step.digest) == (
            stage_totals(rows).score,
            content_digest(sheet, stage, rows),
        )
    assert missing_points(given(sheet, Stage.SELF), Stage.SELF) == []
