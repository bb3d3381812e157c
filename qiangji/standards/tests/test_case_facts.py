"""The facts of a trial, kept as a case: they answer as they did, and nobody can be recognized in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qiangji.rules.facts import Event, Facts, Individual, Reason, State
from qiangji.rules.needs import needs_of
from qiangji.rules.periods import Period
from qiangji.standards.case_facts import case_of
from qiangji.standards.check_cases import CheckCase, facts_of, outcome, read_cases
from qiangji.standards.checks import CheckEntry, load_checks
from qiangji.standards.exceptions import CheckRefused
from qiangji.standards.loader import edition_dirs, load_edition
from qiangji.standards.schema import CriterionSpec

SHIPPED = [
    (
        case.case,
        entries[case.case.code],
        next(one for one in edition.criteria() if one.code == case.case.code),
    )
    for folder in edition_dirs()
    for edition in [load_edition(folder)]
    for entries in [load_checks(folder, edition)]
    for case in read_cases(folder)
]


def again(case: CheckCase, entry: CheckEntry) -> CheckCase:
    """Write the facts of a case down as if they came from a trial, and read them back from JSON."""
    assert entry.check is not None
    needs = needs_of(entry.check)
    written = case_of(
        facts_of(case.facts, needs), needs, case.moment(), code=case.code, title="存下的", answer=case.answer
    )
    return CheckCase.model_validate(written.model_dump(mode="json", exclude_unset=True, by_alias=True))


def test_the_facts_of_every_case_of_the_library_answer_the_same_when_written_down_again() -> None:
    assert SHIPPED
    for case, entry, criterion in SHIPPED:
        trace, awarded = outcome(case, entry, criterion)
        trace_again, awarded_again = outcome(again(case, entry), entry, criterion)
        assert (trace_again.answer, awarded_again) == (trace.answer, awarded), f"{case.code} {case.case}"


CHECK = CheckEntry.model_validate(
    {
        "words": "学习",
        "check": {
            "all": [
                {
                    "every": {
                        "of": "study_centre_group",
                        "has": {"keynotes_by_group_members": {"at_least": 1}},
                    }
                },
                {"value": {"of": "committee_size_reason", "equals": "x"}},
                {"share": {"of": "branches", "meets": {"count": {"of": "theme_party_day", "at_least": 1}}}},
            ]
        },
    }
)
CRITERION = CriterionSpec.model_validate({"code": "1-1-1", "number": 1, "title": "一条", "points": 2})
FACTS = Facts(
    events={
        "study_centre_group": [
            Event(
                "9001", date(2025, 3, 1), 2025, values={"topic": "某次会议的内容"}, present=frozenset({71002, 71001}),
                keynotes=frozenset({71001}),
            )
        ],
        "theme_party_day": [Event("9002", date(2025, 4, 1), 2025, owner=88001)],
    },
    states={"committee_size_reason": [State("某同志调离", date(2025, 1, 1))]},
    populations={
        "centre_group": [Individual(71001, date(2024, 1, 1))],
        "branches": [Individual(88001, date(2000, 1, 1))],
    },
    reasons={"check": Reason("某同志因病")},
)  # fmt: skip


def kept() -> CheckCase:
    assert CHECK.check is not None
    moment = CheckCase.model_validate(
        {"case": "一", "code": "1-1-1", "as_of": "2026-01-01", "answer": "met"}
    ).moment()
    return case_of(FACTS, needs_of(CHECK.check), moment, code="1-1-1", title="某院", answer="met")


def test_persons_and_branches_are_numbered_anew_and_stay_the_same_ones() -> None:
    data = kept().model_dump(mode="json", by_alias=True)["facts"]
    study = data["events"]["study_centre_group"][0]
    assert sorted(study["present"]) == [1, 2]
    assert study["keynotes"] == [data["populations"]["centre_group"][0]["id"]]
    assert data["populations"]["branches"] == [1]
    assert data["events"]["theme_party_day"][0]["owner"] == 1


def test_days_away_and_exempt_come_along() -> None:
    spring, autumn = (
        Period(date(2026, 3, 1), date(2026, 4, 1), ""),
        Period(date(2026, 9, 1), date(2026, 9, 9), ""),
    )
    someone = Individual(71001, date(2024, 1, 1), exempt=(spring,), away=(autumn,))
    assert CHECK.check is not None
    facts = replace(FACTS, populations={**FACTS.populations, "centre_group": [someone]})
    case = case_of(facts, needs_of(CHECK.check), kept().moment(), code="1-1-1", title="某院", answer="met")
    (found,) = facts_of(case.facts, needs_of(CHECK.check)).populations["centre_group"]
    assert (found.exempt, found.away) == ((spring,), (autumn,))


@pytest.mark.parametrize("secret", ["某次会议的内容", "某同志", "71001", "88001", "9001"])
def test_nothing_that_people_wrote_and_no_key_is_kept(secret: str) -> None:
    assert secret not in kept().model_dump_json(by_alias=True)


def test_so_many_facts_that_nobody_could_read_them_are_refused() -> None:
    one = FACTS.events["study_centre_group"][0]
    many = [replace(one, id=str(number)) for number in range(3000)]
    assert CHECK.check is not None
    moment = kept().moment()
    facts = replace(FACTS, events={"study_centre_group": many})
    with pytest.raises(CheckRefused, match="用到 3000 件事"):
        case_of(facts, needs_of(CHECK.check), moment, code="1-1-1", title="某院", answer="met")


def test_the_moment_comes_along_whole() -> None:
    assert kept().moment() == replace(
        kept().moment(), cycle=Period(date(2026, 1, 1), date(2026, 12, 31), "考核周期")
    )
