"""A whole demo year held against its sheets: each planted fault is named where it belongs, and nobody else loses a point.

The demo knows no rule and the rules know no demo; what the two agree on is shown here, criterion by criterion.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.completeness import given, missing_points
from qiangji.assessments.forms import SubmitForm
from qiangji.assessments.models import Answer, Cycle, Proposal, Sheet
from qiangji.assessments.services.evaluating import evaluate_sheets
from qiangji.assessments.services.moves import submit
from qiangji.assessments.services.saving import MarkEdit, TextEdit, save
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach, reach_of
from qiangji.orgs.services.states import record_state
from qiangji.standards.loader import library_dir, load_edition, shipped_checks
from qiangji.standards.values import highest_value
from qiangji.web.demo import facts
from qiangji.web.demo.faults import FAULTS, Fate, Planted, write_file
from qiangji.web.demo.plan import Planner
from qiangji.web.demo.planting import PASSWORD, DemoArguments, plant
from qiangji.web.demo.sheets import open_the_year
from qiangji.web.demo.tests.test_faults import YEAR, dealt, silent

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]

SPRING, AUTUMN, LAST, AFTER = (
    date(2026, 3, 31),
    date(2026, 10, 31),
    date(2026, 12, 31),
    date(2027, 3, 15),
)
DAYS = (SPRING, AUTUMN, LAST, AFTER)
HOSPITALS = 8
REF = "jilin-hospital-committee@2020"
EDITION = load_edition(library_dir() / "jilin-hospital-committee" / "2020")
CODES = [criterion.code for criterion in EDITION.criteria()]
CHECKED = [code for code, entry in shipped_checks(REF).items() if entry.check is not None]
# The inventory numbers the table's criteria from the first to the last.
ROWS = {code: f"B{number:02d}" for number, code in enumerate(CODES, start=1)}
FROM_FACTS = [pytest.param(code, marks=pytest.mark.shows(ROWS[code]), id=ROWS[code]) for code in CHECKED]
BY_PERSON = [code for code in CODES if code not in CHECKED]


@dataclass
class Year:
    """What was planted where, and what the facts proposed on each of the days, by organization and criterion."""

    planted: list[Planted]
    proposed: dict[date, dict[tuple[str, str], Proposal]]
    lost_by_branches: dict[date, list[tuple[str, str]]]
    asked_of_branches: list[tuple[str, str]]

    @property
    def due(self) -> set[tuple[str, str]]:
        """Where something is missing."""
        return {(line["organization"], line["criterion"]) for one in self.planted for line in one.data}


@pytest.fixture(scope="module")
def year_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[Year]:
    """Hospitals with every fault dealt out among the committees but the first; evaluated on each of the days."""
    plan = Planner(hospitals=HOSPITALS, seed=1).make()
    forms = {row.code: row.form for row in plan.organizations}
    committees = [code for code in plan.hospitals[1:] if forms[code] == Organization.Form.COMMITTEE]
    fates = dict.fromkeys(plan.hospitals, Fate("good")) | dealt(committees)
    planted = [Planted(code, fault, YEAR) for code, fate in fates.items() for fault in fate.faults]
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(facts, "fates_of", lambda plan, seed: fates)
        patch.setattr(facts, "MOST_IN_DETAIL", 0)
        plant(DemoArguments(HOSPITALS, 1, YEAR, LAST), tell=silent, with_sheets=False)
        nodes = {row.code: row for row in Organization.objects.all()}
        users = {row.username: row for row in User.objects.all()}
        cycle = open_the_year(nodes, users, YEAR)
        proposed, lost = {}, {}
        for day in DAYS:
            evaluate_sheets(cycle=cycle, as_of=day, at=datetime(2027, 3, 15, tzinfo=UTC), by=None)
            rows = Proposal.objects.filter(answer__sheet__organization_kind=Organization.Kind.HOSPITAL)
            rows = rows.select_related("answer__sheet__organization", "answer__criterion")
            proposed[day] = {
                (row.answer.sheet.organization.code, row.answer.criterion.code): row for row in rows
            }
            of_branches = Proposal.objects.filter(
                answer__sheet__organization_kind=Organization.Kind.BRANCH
            ).values_list("answer__sheet__organization__code", "answer__criterion__code")
            lost[day] = list(of_branches.filter(verdict="unmet"))
        asked = list(of_branches.filter(verdict__in=["unknown", "pending"]))
        yield Year(planted, proposed, lost, asked)
        transaction.set_rollback(True)


@pytest.fixture
def year(year_of_file: Year, db: None) -> Year:
    """The file's year; ``db`` undoes what a test does to it."""
    return year_of_file


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_no_branch_of_a_hospital_without_a_fault_loses_a_point(year: Year, day: date) -> None:
    faulty = {one.organization for one in year.planted}
    assert not [line for line in year.lost_by_branches[day] if line[0][:5] not in faulty]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_each_planted_fault_is_found_from_its_day_on(year: Year, day: date) -> None:
    lines = [(one.fault.key, line) for one in year.planted for line in one.data]
    assert {key for key, _ in lines} == {fault.key for fault in FAULTS}
    past_mending = [(key, line) for key, line in lines if line["since"] <= day.isoformat()]
    wrong = []
    for key, line in past_mending:
        found = year.proposed[day][line["organization"], line["criterion"]]
        if found.verdict != line["answer"] or line["says"] not in found.reason or not found.missing:
            wrong.append((key, line["criterion"], found.verdict, found.reason))
    assert not wrong
    assert len(past_mending) == len(lines) or day < AFTER


def test_the_command_holds_a_whole_year_against_the_list_of_its_faults(year: Year, tmp_path: Path) -> None:
    """It finds nothing to object to on a day, and names a place where the list says otherwise."""
    target, out = tmp_path / "faults.json", StringIO()
    lines = sum(len(one.data) for one in year.planted)
    assert write_file(target, year.planted) == lines > len(year.planted)
    options = {"cycle": YEAR, "as_of": AFTER.isoformat(), "check_faults": str(target)}
    call_command("evaluate", **options, stdout=out, stderr=StringIO())
    assert f"核对 {lines} 处问题" in out.getvalue()
    assert "都对得上" in out.getvalue()
    rows = json.loads(target.read_text(encoding="utf-8"))
    wrong = [rows[0] | {"says": "并不存在的话"}, *rows[2:], rows[2] | {"organization": "DH001"}]
    target.write_text(json.dumps(wrong, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(CommandError, match="3 处不符"):
        call_command("evaluate", **options, stdout=out, stderr=StringIO())
    for row, words in (
        (rows[0], "理由里没有“并不存在的话”"), (rows[1], "却失分"), (wrong[-1], "应为“"),
    ):  # fmt: skip
        assert f"{row['organization']} {row['criterion']}：" in out.getvalue()
        assert words in out.getvalue()


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_nobody_loses_a_point_without_a_fault(year: Year, day: date) -> None:
    lost = {place for place, row in year.proposed[day].items() if row.verdict == "unmet"}
    assert lost <= year.due


def test_a_reason_for_the_members_who_lack_hours_gives_the_point_back(year: Year) -> None:
    """For fewer than lack them it does not suffice, and the proposal says how many are left."""
    (fault,) = (one for one in year.planted if one.fault.key == "few_hours")
    hospital = Organization.objects.get(code=fault.organization)
    cycle = Cycle.objects.get(year=YEAR)
    at = datetime(2027, 3, 15, 4, 0, tzinfo=UTC)
    for number, verdict, words in ((2, "unmet", "还有 1 人没有说明"), (3, "met", "院党委〔2026〕12号")):
        record_state(
            organization=hospital, kind="member_hours_excused", value=number, year=YEAR,
            document="院党委〔2026〕12号", by=None, at=at,
        )  # fmt: skip
        evaluate_sheets(cycle=cycle, as_of=AFTER, at=at, by=None, organization=hospital)
        found = Proposal.objects.get(answer__sheet__organization=hospital, answer__criterion__code="3-5-1")
        assert (found.verdict, words in found.reason) == (verdict, True), found.reason


def test_when_the_year_is_over_branches_leave_no_question(year: Year) -> None:
    assert not year.asked_of_branches


def test_when_the_year_is_over_only_planted_faults_leave_a_question(year: Year) -> None:
    open_ones = {
        place for place, row in year.proposed[AFTER].items() if row.verdict in ("unknown", "pending")
    }
    assert open_ones <= year.due


def test_one_fault_costs_only_what_asks_for_it(year: Year) -> None:
    for (code, criterion), row in year.proposed[AFTER].items():
        if (code, criterion) not in year.due:
            assert row.points == row.highest, (code, criterion, row.reason)


@pytest.mark.parametrize("code", FROM_FACTS)
def test_each_criterion_is_proposed_from_facts_with_its_reason(year: Year, code: str) -> None:
    """In the good hospital full marks with figures; where the thing is missing, what is missing and no point."""
    criterion = next(one for one in EDITION.criteria() if one.code == code)
    good = year.proposed[AFTER]["DH001", code]
    assert good.verdict in ("met", "not_applicable")
    assert good.points == criterion.points
    assert good.reason
    assert good.text or good.verdict == "not_applicable"
    for place in year.due:
        if place[1] == code:
            found = year.proposed[AFTER][place]
            assert found.points in (0, None)
            assert found.missing in found.reason or found.missing


@pytest.mark.shows("B12", "B18", "B60", "B67")
def test_what_no_fact_decides_is_left_to_a_person_and_says_why(year: Year) -> None:
    assert BY_PERSON == ["3-1-1", "3-2-4", "5-1-1", "5-3-2", "6-0-3", "7-1-1"]
    proposed = {criterion for _, criterion in year.proposed[AFTER]}
    assert proposed.isdisjoint(BY_PERSON)
    assert all(shipped_checks(REF)[code].by_person for code in BY_PERSON)


def test_most_criteria_get_their_points_from_facts(year: Year) -> None:
    settled = [
        code for code in CODES if (row := year.proposed[LAST].get(("DH001", code))) and row.points is not None
    ]
    assert len(settled) >= 62


@dataclass
class Typed:
    """What filling a whole sheet asked of the clerk: fields typed, and criteria claimed on a promise."""

    fields: int = 0
    promised: list[str] = field(default_factory=list)


def fill(sheet: Sheet, *, clerk: Reach, at: datetime) -> Typed:
    """Take what is proposed, by a second click what is promised, and type the rest with a remark each."""
    done = Typed()
    for answer in Answer.objects.filter(sheet=sheet).select_related("criterion", "proposal"):
        offer = getattr(answer, "proposal", None)
        code = answer.criterion.code
        if offer is not None and (offer.points is not None or offer.promise is not None):
            points, text = offer.points if offer.points is not None else offer.promise, offer.offered_text
            if offer.promise is not None:
                done.promised.append(code)
        else:
            points = highest_value(answer.criterion.scoring_rule, answer.criterion.points)
            text = "由党委会研究认定，依据见会议纪要。"
            done.fields += 2
        save(reach=clerk, sheet_id=sheet.public_id, edit=MarkEdit(code, Stage.SELF, points, "", 0), at=at)
        save(reach=clerk, sheet_id=sheet.public_id, edit=TextEdit(code, text, 0), at=at)
    return done


@pytest.mark.parametrize("day", [AUTUMN, AFTER], ids=str)
def test_a_whole_yearly_sheet_asks_for_at_most_twenty_typed_fields(year: Year, day: date) -> None:
    """By the day on which sheets are handed in, with a quarter of the year still open, as by the day after it all."""
    sheet = Sheet.objects.get(organization__code="DH001")
    at = datetime(day.year, day.month, day.day, 3, 0, tzinfo=UTC)
    evaluate_sheets(cycle=sheet.cycle, as_of=day, at=at, by=None, organization=sheet.organization)
    clerk = reach_of(User.objects.get(username="dangban01"), at=at)
    typed = fill(sheet, clerk=clerk, at=at)
    assert bool(typed.promised) == (day == AUTUMN)
    assert not missing_points(given(sheet, Stage.SELF), Stage.SELF)
    secretary = reach_of(User.objects.get(username="shuji01"), at=at)
    sheet.refresh_from_db()
    signed = {"meeting_date": day, "minutes_number": "党委会〔2026〕28号", "password": PASSWORD}
    assert set(signed) == set(SubmitForm().fields)
    submit(reach=secretary, sheet_id=sheet.public_id, seen_version=sheet.version, at=at, **signed)  # type: ignore[arg-type]
    sheet.refresh_from_db()
    assert sheet.state == State.SUBMITTED
    assert set(sheet.submissions.get().promises) == set(typed.promised)
    assert 0 < typed.fields + len(signed) <= 20
