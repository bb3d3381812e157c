"""The checks of structure as plain arithmetic: facts in a line, answer out; what is unknown is never a failing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from qiangji.scoring.structure import Answer, HeadChange, Seat, TermFact, Unit, Verdict, persons_asked, run
from qiangji.scoring.structure_checks import CHECKS, JILIN
from qiangji.scoring.structure_editions import figures_of

DAY = date(2026, 11, 1)
BY_KEY = {check.key: check for check in CHECKS}
FIGURES = {
    "party_committee_from": 100,
    "party_committee_least": 5,
    "party_committee_most": 9,
    "discipline_least": 3,
    "discipline_most": 7,
    "staff_share": "0.5",
    "part_counts_from": 0,
    "office_staff": 3,
    "founding": 3,
    "committee_from": 7,
    "committee_least": 3,
    "committee_usual": 5,
    "committee_most": 7,
    "contacts_least": 1,
    "contacts_most": 2,
}


def hospital(**facts: Any) -> Unit:
    return Unit(
        **({"pk": 1, "kind": "hospital", "form": "committee", "path": "00010001", "name": "甲医院"} | facts)
    )


def branch(**facts: Any) -> Unit:
    return Unit(**({"pk": 2, "kind": "branch", "form": "", "path": "000100010001", "name": "内科"} | facts))


def decide(key: str, unit: Unit, **figures: Any) -> Verdict:
    known = {name: Decimal(str(value)) for name, value in (FIGURES | figures).items()}
    check = BY_KEY[key]
    assert check.asks(unit)
    return check.decide(unit, known, DAY)


def seats(body: str, number: int, kind: str = "member", **facts: Any) -> list[Seat]:
    data = {"is_full_time": False, "vacant_since": None} | facts
    return [Seat(body, kind, 100 + place, **data) for place in range(number)]


@pytest.mark.parametrize(
    ("members", "states", "form", "answer"),
    [
        (99, {}, "committee", Answer.UNMET),
        (100, {}, "committee", Answer.MET),
        (60, {"approved_small_committee": "yes"}, "committee", Answer.MET),
        (60, {"approved_small_committee": "no"}, "committee", Answer.UNMET),
        (100, {}, "general_branch", Answer.UNMET),
        (99, {}, "general_branch", Answer.NOT_APPLICABLE),
        (0, {}, "committee", Answer.UNKNOWN),
    ],
)
def test_committee_from_so_many_members(members: int, states: dict, form: str, answer: Answer) -> None:
    assert decide("party_committee", hospital(members=members, states=states, form=form)).answer == answer


@pytest.mark.parametrize(
    ("number", "answer"), [(4, Answer.UNMET), (5, Answer.MET), (9, Answer.MET), (10, Answer.UNMET)]
)
def test_the_usual_size_of_a_committee_and_a_stated_reason(number: int, answer: Answer) -> None:
    unit = hospital(seats=seats("committee", number))
    assert decide("committee_size", unit).answer == answer
    unit.states["committee_size_reason"] = "新建院区"
    assert decide("committee_size", unit).answer in (Answer.MET, Answer.EXCEPTION)
    assert decide("committee_size", hospital()).answer == Answer.UNKNOWN


@pytest.mark.parametrize(
    ("number", "answer"), [(2, Answer.UNMET), (3, Answer.MET), (7, Answer.MET), (8, Answer.UNMET)]
)
def test_the_usual_size_of_a_discipline_committee(number: int, answer: Answer) -> None:
    assert decide("discipline_size", hospital(seats=seats("discipline", number))).answer == answer


def test_a_discipline_secretary_is_there_and_full_time() -> None:
    found = [
        decide("discipline_set", hospital(seats=some)).answer
        for some in (
            [],
            seats("committee", 5),
            seats("discipline", 1, "secretary"),
            seats("discipline", 1, "secretary", is_full_time=True),
            [Seat("discipline", "secretary", None, True, DAY)],
        )
    ]
    assert found == [Answer.UNKNOWN, Answer.UNMET, Answer.UNMET, Answer.MET, Answer.UNMET]


@pytest.mark.parametrize(
    ("deputies", "most", "answer"), [(0, 2, Answer.MET), (2, 2, Answer.MET), (3, 2, Answer.UNMET)]
)
def test_heads(deputies: int, most: int, answer: Answer) -> None:
    some = seats("committee", 1, "secretary") + seats("committee", deputies, "deputy_secretary")
    assert decide("committee_heads", hospital(seats=some), deputies_most=most).answer == answer
    assert decide(
        "committee_heads", hospital(seats=some[1:] or seats("committee", 1)), deputies_most=most
    ).answer == (Answer.UNMET)


def test_vacancies_await_a_by_election() -> None:
    vacant = [*seats("committee", 6), Seat("committee", "member", None, False, date(2026, 10, 2))]
    unit = hospital(seats=vacant)
    verdict = decide("vacancies", unit)
    assert (verdict.answer, verdict.found) == (Answer.UNMET, "空缺 1 个，最长 30 天")
    unit.by_elections.add("committee")
    assert decide("vacancies", unit).answer == Answer.PENDING
    assert decide("vacancies", hospital(seats=seats("committee", 6))).answer == Answer.MET
    assert decide("vacancies", hospital()).answer == Answer.UNKNOWN


@pytest.mark.parametrize(
    ("consent", "answer"),
    [
        (None, Answer.UNMET),
        (date(2025, 3, 1), Answer.UNMET),
        (date(2025, 2, 28), Answer.MET),
    ],
)
def test_consent_comes_before_the_change(consent: date | None, answer: Answer) -> None:
    term = {"committee": TermFact(date(2024, 1, 1), date(2029, 1, 1))}
    changes = [
        HeadChange("secretary", date(2024, 1, 1), None),
        HeadChange("secretary", date(2025, 3, 1), consent),
    ]
    assert decide("consent", hospital(terms=term, changes=changes)).answer == answer
    assert decide("consent", hospital(terms=term, changes=changes[:1])).answer == Answer.MET
    assert decide("consent", hospital(changes=changes)).answer == Answer.UNKNOWN


@pytest.mark.parametrize(
    ("level", "same", "answer"),
    [
        (None, False, Answer.UNKNOWN),
        ("level_1", True, Answer.NOT_APPLICABLE),
        ("unrated", True, Answer.NOT_APPLICABLE),
        ("level_2", True, Answer.UNMET),
        ("level_2", False, Answer.MET),
        ("level_3", True, Answer.UNMET),
    ],
)
def test_secretary_and_president_apart_from_level_2_up(level: str | None, same: bool, answer: Answer) -> None:
    some = [
        Seat("committee", "secretary", 7, False, None),
        Seat("administration", "president", 7 if same else 8, False, None),
    ]
    states = {"hospital_level": level} if level else {}
    assert decide("apart", hospital(states=states, seats=some)).answer == answer
    assert decide("apart", hospital(states={"hospital_level": "level_2"}, seats=some[:1])).answer == (
        Answer.UNKNOWN
    )


@pytest.mark.shows("B55", "C41")
@pytest.mark.parametrize(
    ("staff", "part", "asked"),
    [(600, "0", 3), (601, "0", 4), (640, "0.5", 3), (700, "0.5", 4), (799, "1", 3), (0, "0", 0)],
)
def test_the_share_of_full_time_staff_with_its_rounding(staff: int, part: str, asked: int) -> None:
    assert persons_asked(Decimal("0.5"), staff, Decimal(part)) == asked
    some = seats("office", asked, "worker", is_full_time=True)
    states = {"establishment_staff": str(staff)}
    assert (
        decide("staff_share", hospital(states=states, seats=some), part_counts_from=part).answer == Answer.MET
    )
    if asked:
        fewer = hospital(states=states, seats=some[1:])
        assert decide("staff_share", fewer, part_counts_from=part).answer == Answer.UNMET


def test_staff_unknown_names_whose_fact_it_is() -> None:
    verdict = decide("staff_share", hospital())
    assert verdict.answer == Answer.UNKNOWN
    assert "人事部门" in verdict.remedy


@pytest.mark.shows("D29")
@pytest.mark.parametrize(
    ("number", "answer"), [(0, Answer.UNKNOWN), (2, Answer.UNMET), (3, Answer.MET), (4, Answer.MET)]
)
def test_the_party_office_has_three(number: int, answer: Answer) -> None:
    assert decide("office_staff", hospital(seats=seats("office", number, "worker"))).answer == answer


@pytest.mark.parametrize(
    ("full", "members", "least", "most"),
    [
        (2, 2, Answer.UNMET, Answer.MET),
        (3, 3, Answer.MET, Answer.MET),
        (50, 50, Answer.MET, Answer.MET),
        (50, 51, Answer.MET, Answer.UNMET),
        (0, 0, Answer.UNKNOWN, Answer.UNKNOWN),
    ],
)
def test_branches_from_three_and_up_to_fifty(full: int, members: int, least: Answer, most: Answer) -> None:
    unit = branch(full=full, members=members)
    assert decide("branch_least", unit).answer == least
    verdict = BY_KEY["branch_most"].decide(unit, {"most_members": Decimal(50)}, DAY)
    assert verdict.answer == most
    unit.states["branch_size_reason"] = "联合支部"
    assert BY_KEY["branch_most"].decide(unit, {"most_members": Decimal(50)}, DAY).answer != Answer.UNMET


def test_branch_committees() -> None:
    def answer(full: int, sitting: int, **states: str) -> Answer:
        unit = branch(full=full, members=full, seats=seats("committee", sitting), states=states)
        return decide("branch_committee", unit).answer

    assert [answer(6, 1), answer(7, 2), answer(7, 3), answer(20, 5), answer(20, 6)] == [
        Answer.NOT_APPLICABLE,
        Answer.UNMET,
        Answer.MET,
        Answer.MET,
        Answer.UNMET,
    ]
    assert answer(20, 6, committee_size_reason="支部人数多") == Answer.EXCEPTION
    assert answer(20, 0) == Answer.UNKNOWN


@pytest.mark.shows("A09")
def test_departments_without_a_branch() -> None:
    found = [
        decide("coverage", hospital(department_count=number, uncovered=gaps))
        for number, gaps in ((0, {}), (5, {"影像科": 2}), (5, {"影像科": 3, "药剂科": 2}))
    ]
    assert [one.answer for one in found] == [Answer.UNKNOWN, Answer.MET, Answer.UNMET]
    assert found[2].found == "应建未建 1 个：影像科（3 人）"


def test_terms_affiliation_and_contacts() -> None:
    due = {"committee": TermFact(date(2021, 11, 1), DAY)}
    assert decide("terms", hospital(terms=due)).answer == Answer.MET
    late = {"committee": TermFact(date(2021, 10, 31), date(2026, 10, 31))}
    assert decide("terms", hospital(terms=late)).found == "1 个任期超期，最长 1 天"
    assert decide("terms", branch()).answer == Answer.UNKNOWN
    assert decide("affiliation", hospital()).answer == Answer.UNMET
    assert decide("affiliation", hospital(has_supervisor=True)).answer == Answer.MET
    assert decide("affiliation", hospital(has_supervisor=True, path="0001")).answer == Answer.UNMET
    bureau = Unit(9, "health_authority", "", "0002", "甲卫健委", seats=seats("administration", 2))
    assert decide("contacts", bureau).answer == Answer.UNMET
    bureau.contacts |= {"a": 1, "b": 2}
    assert decide("contacts", bureau).answer == Answer.MET


def test_an_edition_gives_its_figure_and_one_without_binds_nobody() -> None:
    anchor = BY_KEY["staff_share"].anchors[0]
    assert figures_of(anchor, {}) is None
    found = figures_of(anchor, {"staff_share": {"value": "0.8"}, "part_counts_from": {"value": "0.5"}})
    assert found == {"staff_share": Decimal("0.8"), "part_counts_from": Decimal("0.5")}
    worded = BY_KEY["party_committee"].anchors[0]
    assert worded.standard == JILIN
    assert figures_of(worded, {}) == {"party_committee_from": Decimal(100)}
    assert figures_of(worded, {"party_committee_from": {"value": "80"}}) == {
        "party_committee_from": Decimal(80)
    }
    assert run([], [hospital()], DAY) == []
