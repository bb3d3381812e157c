"""Planted faults are in the data, and nothing else is missing: looked for with plain queries, knowing no rule."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Exists, OuterRef, Sum

from qiangji.ledgers.models import Attendance, Declaration, HeartTalk, Record
from qiangji.members.models import Exemption, Member, Tenure
from qiangji.orgs.models import Body, Organization, OrganizationState, Post, Term
from qiangji.web.demo import facts
from qiangji.web.demo.faults import APART, FAULTS, Fate, Fault, fates_of, planned_faults
from qiangji.web.demo.plan import Planner
from qiangji.web.demo.planting import DemoArguments, plant

YEAR = 2026
LAST = date(YEAR, 11, 20)


def silent(line: str) -> None:
    """Take a line of progress and do nothing with it."""


def records(hospital: Organization, kind: str, **where: object):
    return Record.objects.filter(
        organization=hospital, kinds__kind=kind, year=YEAR, state="confirmed", **where
    )


def none(kind: str, **where: object) -> Callable[[Organization], bool]:
    return lambda hospital: not records(hospital, kind, **where).exists()


def fewer(kind: str, count: int) -> Callable[[Organization], bool]:
    return lambda hospital: records(hospital, kind).count() < count


def between(first: tuple[int, int], last: tuple[int, int]) -> dict[str, tuple[date, date]]:
    return {"date__range": (date(YEAR, *first), date(YEAR, *last))}


def seated(hospital: Organization, body: str, kind: str | None = None):
    rows = Tenure.objects.filter(post__organization=hospital, post__body=body, end_date__isnull=True)
    return rows.filter(post__kind=kind) if kind else rows


def same_head(hospital: Organization) -> bool:
    secretary = seated(hospital, Body.COMMITTEE, Post.Kind.SECRETARY).get()
    return seated(hospital, Body.ADMINISTRATION, Post.Kind.PRESIDENT).get().person_id == secretary.person_id


def no_keynote(hospital: Organization) -> bool:
    spoken = Attendance.objects.filter(record=OuterRef("pk"), is_keynote=True)
    return records(hospital, "study_centre_group").exclude(Exists(spoken)).exists()


def no_topic(hospital: Organization) -> bool:
    leaders = {
        str(one.person.public_id)
        for body in (Body.COMMITTEE, Body.ADMINISTRATION)
        for one in seated(hospital, body).select_related("person")
    }
    return bool(leaders - {row.values["leader"] for row in records(hospital, "research_topic")})


def vacancy(hospital: Organization) -> bool:
    held = Tenure.objects.filter(post=OuterRef("pk"), end_date__isnull=True)
    return Post.objects.filter(organization=hospital, end_date__isnull=True).exclude(Exists(held)).exists()


def no_consent(hospital: Organization) -> bool:
    changed = Tenure.objects.filter(
        post__organization=hospital, post__kind=Post.Kind.SECRETARY, start_date__year=YEAR
    )
    return changed.filter(post__body=Body.COMMITTEE, consent_date__isnull=True).exists()


def few_hours(hospital: Organization) -> bool:
    members = Member.objects.filter(
        branches__organization__path__startswith=hospital.path, ceased_date__isnull=True
    ).exclude(Exists(Exemption.objects.filter(member=OuterRef("pk"))))
    hours = dict(
        Attendance.objects.filter(presence="present", record__year=YEAR)
        .values_list("person")
        .annotate(hours=Sum("record__hours"))
    )
    return any(hours.get(member.person_id, Decimal(0)) < 32 for member in members)


def little_theory(hospital: Organization) -> bool:
    classes = [row for row in records(hospital, "training_class") if row.values["audience"] == "party_staff"]
    return not any(Decimal(row.values["theory_hours"]) * 3 >= (row.hours or 0) for row in classes)


def no_talk(hospital: Organization) -> bool:
    people = sorted(seated(hospital, Body.COMMITTEE).values_list("person", flat=True))
    talked = set(HeartTalk.objects.filter(organization=hospital).values_list("first", "second"))
    return not set(combinations(people, 2)) <= talked


def overdue(hospital: Organization) -> bool:
    terms = Term.objects.filter(organization=hospital, body=Body.COMMITTEE, due_date__lt=LAST)
    return any(not term.extensions.filter(due_date__gte=LAST).exists() for term in terms)


def branches_without(kind: str, **where: object) -> Callable[[Organization], bool]:
    def found(hospital: Organization) -> bool:
        branches = Organization.objects.filter(path__startswith=hospital.path, kind="branch")
        return any(not records(branch, kind, **where).exists() for branch in branches)

    return found


def low_weight(hospital: Organization) -> bool:
    return (
        OrganizationState.objects.get(
            organization=hospital, kind="leader_weight", start_date__year=2026
        ).value
        == "20"
    )


def no_nil_statement(hospital: Organization) -> bool:
    declared = Declaration.objects.filter(organization=hospital, kind="leader_sanction", is_nil=True)
    return not declared.exists() and not records(hospital, "leader_sanction").exists()


LACKS: dict[str, Callable[[Organization], bool]] = {
    "same_head": same_head,
    "small_committee": lambda hospital: (
        Post.objects.filter(organization=hospital, body=Body.COMMITTEE).count() < 5
    ),
    "discipline_part_time": lambda hospital: (
        not seated(hospital, Body.DISCIPLINE, Post.Kind.SECRETARY).filter(post__is_full_time=True).exists()
    ),
    "small_discipline": lambda hospital: seated(hospital, Body.DISCIPLINE).count() < 3,
    "not_elected": lambda hospital: Term.objects.filter(
        organization=hospital, elected_by="appointed"
    ).exists(),
    "vacancy": vacancy,
    "no_consent": no_consent,
    "study_missed": none("study_centre_group", **between((4, 1), (6, 30))),
    "no_keynote": no_keynote,
    "no_topic": no_topic,
    "no_nil_statement": no_nil_statement,
    "little_theory": little_theory,
    "no_study_secretary": none("study_secretary_training"),
    "few_hours": few_hours,
    "dues_not_public": none("dues_disclosure"),
    "relations_unchecked": none("relations_check"),
    "no_commendation": none("party_commendation"),
    "no_assembly": none("members_assembly"),
    "no_lecture": none("secretary_lecture"),
    "no_appraisal": branches_without("member_appraisal"),
    "no_talk": no_talk,
    "no_july_day": none("joint_theme_day", values__festival="july_first"),
    "overdue": overdue,
    "no_election_ledger": none("election_ledger_review", **between((1, 1), (1, 31))),
    "no_budget": lambda hospital: (
        not records(hospital, "budget_line", values__budget_item="activity").exists()
    ),
    "no_self_check": branches_without("branch_self_check", **between((4, 1), (4, 30))),
    "no_spot_check": none("branch_spot_check", **between((4, 1), (6, 30))),
    "no_mass_report": none("mass_report"),
    "one_affairs_meeting": fewer("party_affairs_meeting", 2),
    "no_enlarged_meeting": none("enlarged_committee_meeting"),
    "no_half_report": none("report_to_superior", **between((1, 1), (6, 30))),
    "no_debrief": none("duty_report_review"),
    "low_weight": low_weight,
}


def dealt(hospitals: list[str]) -> dict[str, Fate]:
    """Deal every fault out once, no two of the same criterion or that hide each other to the same hospital."""
    hands: dict[str, list[Fault]] = {code: [] for code in hospitals}
    for fault in FAULTS:
        for hand in sorted(hands.values(), key=len):
            apart = all({one.key, fault.key} not in APART for one in hand)
            if apart and all(set(one.criteria).isdisjoint(fault.criteria) for one in hand):
                hand.append(fault)
                break
    return {code: Fate("bad" if hand else "good", tuple(hand)) for code, hand in hands.items()}


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.slow
def test_exactly_the_planted_faults_are_in_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Planner(hospitals=6, seed=1).make()
    forms = {row.code: row.form for row in plan.organizations}
    committees = [code for code in plan.hospitals[1:] if forms[code] == Organization.Form.COMMITTEE]
    fates = dict.fromkeys(plan.hospitals, Fate("good")) | dealt(committees)
    assert sum(len(fate.faults) for fate in fates.values()) == len(FAULTS)
    monkeypatch.setattr(facts, "fates_of", lambda plan, seed: fates)
    monkeypatch.setattr(facts, "MOST_IN_DETAIL", 0)
    plant(DemoArguments(6, 1, YEAR), tell=silent, with_sheets=False)
    for code in [plan.hospitals[0], *committees]:
        hospital = Organization.objects.get(code=code)
        lacking = {key for key, lacks in LACKS.items() if lacks(hospital)}
        assert lacking == {fault.key for fault in fates[code].faults}, code


def test_every_fault_can_be_looked_for_and_names_a_criterion() -> None:
    assert set(LACKS) == {fault.key for fault in FAULTS}
    codes = {
        line.split("code:")[1].strip()
        for path in Path("library/jilin-hospital-committee/2020").glob("*.yaml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "- code:" in line
    }
    assert {fault.criterion for fault in FAULTS} <= codes


def test_most_hospitals_are_good_and_each_criterion_fails_once_only() -> None:
    plan = Planner(hospitals=200, seed=3).make()
    fates = fates_of(plan, seed=3)
    good = sum(not fate.faults for fate in fates.values())
    assert 100 <= good <= 160
    assert not fates[plan.hospitals[0]].faults
    for fate in fates.values():
        assert len({fault.criterion for fault in fate.faults}) == len(fate.faults)


def test_the_same_seed_gives_the_same_file_and_another_seed_another(tmp_path: Path) -> None:
    plan = Planner(hospitals=30, seed=1).make()
    first, again, other = (planned_faults(plan, seed=seed, year=YEAR) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.django_db
def test_the_command_writes_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "faults.json"
    monkeypatch.setattr("qiangji.web.management.commands.demo.plant", lambda arguments, **how: Planner(hospitals=20, seed=1).make())  # fmt: skip
    call_command("demo", organizations=20, faults=str(target))
    rows = json.loads(target.read_text(encoding="utf-8"))
    assert rows == sorted(rows, key=lambda row: (row["organization"], row["criterion"]))
    assert {"organization", "criterion", "answer", "missing"} <= set(rows[0])
    assert {row["answer"] for row in rows} <= {"unmet", "unknown"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"faults": "x.json", "without_sheets": True},
        {"until": "2025-12-31"},
        {"until": "31.12.2026"},
    ],
)
def test_options_that_do_not_fit_end_with_status_2(wrong: dict) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("demo", organizations=1, **wrong)
    assert refused.value.returncode == 2
