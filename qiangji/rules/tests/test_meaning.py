"""What a check may not say: each fault is found when it is loaded, with its place and a remedy."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from pydantic import ValidationError

from qiangji.rules.evaluate import JUDGES
from qiangji.rules.explain import WORDS
from qiangji.rules.language import OPERATORS, Award, Check
from qiangji.rules.meaning import faults_of

SHAPES = [
    ({"counts": {"of": "dues"}}, "每个节点须写且只写一种判定"),
    ({"count": {"of": "dues", "at_least": 1}, "absent": {"of": "dues"}}, "现有 2 种"),
    ({"count": {"of": "dues"}}, "没有写明要求"),
    ({"count": {"of": "dues", "at_least": 0.5}}, "数字请加引号"),
    ({"ordered": {"of": "term_end", "after": "term_reminder", "by_at_least": "half a year"}}, "时间跨度"),
    ({"attended": {"of": "leaders", "at": "party_class"}}, "须写 share"),
    ({"share": {"of": "members", "meets": {}}}, "须写 sum 或 count 中的一个"),
    ({"value": {"of": "committee_size"}}, "没有写明要求"),
    ({"count": {"of": "dues", "at_least": 1, "window": "some_day"}}, "some_day"),
    ({"count": {"of": "dues", "at_least": 1, "atleast": 2}}, "Extra inputs"),
]


@pytest.mark.parametrize(("check", "words"), SHAPES)
def test_a_wrong_shape_is_refused(check: dict, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Check.model_validate(check)
    assert words in str(refused.value)


MEANINGS = [
    ({"count": {"of": "study_center_group", "at_least": 1}}, ("check", "count", "of"), "study_centre_group"),
    (
        {"count": {"of": "party_class", "at_least": "$often"}},
        ("check", "count", "at_least"),
        "没有参数“often”",
    ),
    (
        {"count": {"of": "party_class", "at_least": 1, "where": {"colour": "red"}}},
        ("check", "count", "where", "colour"),
        "可用：hours",
    ),
    (
        {"count": {"of": "party_class", "at_least": 1, "where": {"speaker_kind": "boss"}}},
        ("check", "count", "where", "speaker_kind"),
        "可用：leader",
    ),
    (
        {"every": {"of": "dues", "has": {"keynotes": {"at_least": 1}}}},
        ("check", "every", "has", "keynotes"),
        "不登记到会人员",
    ),
    (
        {"every": {"of": "party_class", "has": {"hours": True}}},
        ("check", "every", "has", "hours"),
        "应写at_least",
    ),
    (
        {"sum": {"of": "party_class", "quantity": "amount", "at_least": 1}},
        ("check", "sum", "quantity"),
        "可用：hours",
    ),
    (
        {"count": {"of": "dues", "at_least": 1, "window": "july", "per": "year"}},
        ("check", "count", "per"),
        "比时间范围",
    ),
    (
        {
            "share": {
                "of": "branches",
                "from_above": True,
                "meets": {"count": {"of": "party_class", "at_least": 1}},
            }
        },
        ("check", "share", "from_above"),
        "不是人",
    ),
    (
        {
            "share": {
                "of": "members",
                "from_above": True,
                "meets": {"count": {"of": "theme_party_day", "at_least": 1}},
            }
        },
        ("check", "share", "from_above"),
        "不按人记学时",
    ),
    ({"value": {"of": "hospital_level", "at_least": 2}}, ("check", "value"), "应写equals 或 one_of"),
    ({"value": {"of": "hospital_level", "equals": "level_9"}}, ("check", "value"), "可用：level_3"),
    ({"value": {"of": "heads_apart", "equals": "yes"}}, ("check", "value"), "true 或 false"),
    (
        {"ratio": {"top": "heads_apart", "bottom": "members", "at_least": 1}},
        ("check", "ratio", "top"),
        "不是数字",
    ),
    (
        {"pairs": {"of": "comittee_members", "by": "heart_talk"}},
        ("check", "pairs", "of"),
        "committee_members",
    ),
    (
        {"attended": {"of": "leaders", "at": "policy_document", "at_least": 1}},
        ("check", "attended", "at"),
        "不登记到会人员",
    ),
    (
        {"all": [{"absent": {"of": "leader_sanctions"}}]},
        ("check", "all", 0, "absent", "of"),
        "leader_sanction",
    ),
    (
        {"answered": {"of": "seat_vacancy", "by": "elections", "within": "3 months"}},
        ("check", "answered", "by"),
        "事项",
    ),
]


@pytest.mark.parametrize(("check", "place", "words"), MEANINGS)
def test_a_wrong_meaning_is_named_with_its_place(check: dict, place: tuple, words: str) -> None:
    found = list(faults_of(Check.model_validate(check), {"yearly": 4}))
    assert [one for one in found if one[0] == place and words in one[1]], found


@dataclass(frozen=True)
class Figure:
    value: Decimal
    unit: str


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (Figure(Decimal(6), "次"), "不是时间跨度"),
        (Figure(Decimal("2.5"), "个月"), "不是时间跨度"),
        (None, "没有参数“within”"),
    ],
)
def test_a_span_that_is_a_parameter_has_to_be_whole_days_months_or_years(
    figure: Figure | None, words: str
) -> None:
    check = {"answered": {"of": "seat_vacancy", "by": "by_election", "within": "$within"}}
    parameters = {} if figure is None else {"within": figure}
    ((place, said),) = faults_of(Check.model_validate(check), parameters)
    assert place == ("check", "answered", "within")
    assert words in said


def test_a_span_may_be_a_parameter() -> None:
    check = {"ordered": {"of": "term_end", "after": "term_request", "by_at_least": "$ahead"}}
    assert list(faults_of(Check.model_validate(check), {"ahead": Figure(Decimal(4), "个月")})) == []


def test_a_sound_check_has_no_fault() -> None:
    check = {
        "all": [
            {"count": {"of": "study_centre_group", "per": "quarter", "at_least": "$yearly"}},
            {"every": {"of": "study_centre_group", "has": {"keynotes_by_group_members": {"at_least": 1}}}},
            {"sum": {"of": ["training_class", "party_class"], "quantity": "hours", "at_least": 2}},
        ]
    }
    assert list(faults_of(Check.model_validate(check), {"yearly": 4})) == []


def test_every_operator_has_its_judge_and_its_words() -> None:
    combining = {"all", "any", "at_least_n"}
    assert set(JUDGES) == set(OPERATORS) - combining
    assert set(WORDS) == set(JUDGES)


@pytest.mark.parametrize("kind", ["per_missing", "bonus", "graded"])
def test_an_award_says_the_figures_it_needs(kind: str) -> None:
    with pytest.raises(ValidationError, match="还须写明"):
        Award.model_validate({"kind": kind})
