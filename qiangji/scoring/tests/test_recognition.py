"""Recognition at its edges: the line itself, exact fractions, no branches, vetoes, and what the reasons name."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiangji.scoring.recognition import Candidate, Outcome, Rules, Scored, is_lagging, recognize

RULES = Rules(Decimal(90), Decimal(90))
SCORES = st.one_of(st.none(), st.decimals("85", "95", places=1), st.just(Decimal(90)))


def branches(*scores: str | None) -> list[Scored]:
    """Return branches with these scores."""
    return [
        Scored(f"B{number:02d}", f"{number}支部", Decimal(score) if score else None)
        for number, score in enumerate(scores, start=1)
    ]


@pytest.mark.shows("A16")
@pytest.mark.parametrize(("score", "outcome"), [("89.99", "未达标"), ("90", "未达标"), ("90.01", "达标")])
def test_the_own_score_must_be_strictly_above_the_line(score: str, outcome: str) -> None:
    assert recognize(Candidate(Decimal(score)), RULES).outcome == outcome


@pytest.mark.shows("A17")
@pytest.mark.parametrize(
    ("above", "total", "outcome"),
    [(9, 10, "达标"), (26, 29, "未达标"), (27, 29, "达标"), (8, 9, "未达标"), (9, 9, "达标"), (0, 0, "达标")],
)
def test_the_share_of_branches_is_an_exact_fraction(above: int, total: int, outcome: str) -> None:
    scored = branches(*["90.1"] * above, *["90"] * (total - above))
    decision = recognize(Candidate(Decimal(95), scored), RULES)
    assert (decision.outcome, decision.above, decision.all) == (outcome, above, total)


def test_a_branch_without_a_final_score_is_not_above_and_not_lagging() -> None:
    decision = recognize(Candidate(Decimal(95), branches(*["95"] * 8, None)), RULES)
    assert (decision.outcome, decision.above, decision.short) == ("未达标", 8, 1)
    assert decision.lagging == ()
    assert "9支部 无最终得分" in decision.reasons[-1]


def test_an_organization_without_a_final_score_does_not_meet_the_standard() -> None:
    decision = recognize(Candidate(None), RULES)
    assert (decision.outcome, decision.reasons[0]) == (Outcome.BELOW, "本级没有最终得分")


@pytest.mark.shows("A30")
@pytest.mark.parametrize(
    ("score", "strict", "loose"), [("89.9", True, True), ("90", True, False), ("90.1", False, False)]
)
def test_ninety_itself_is_lagging_unless_the_cycle_reads_it_otherwise(
    score: str, strict: bool, loose: bool
) -> None:
    other = Rules(Decimal(90), Decimal(90), line_is_lagging=False)
    assert (is_lagging(Decimal(score), RULES), is_lagging(Decimal(score), other)) == (strict, loose)


def test_a_veto_withholds_whatever_the_scores_say() -> None:
    decision = recognize(Candidate(Decimal(99), branches("99"), ["班子成员严重违纪"]), RULES)
    assert decision.outcome == Outcome.WITHHELD
    assert decision.reasons[0] == "有不予评定的情形：班子成员严重违纪"


@pytest.mark.shows("A18")
def test_the_line_and_the_share_are_the_cycles() -> None:
    candidate = Candidate(Decimal(94), branches("94", "96"))
    assert recognize(candidate, Rules(Decimal(93), Decimal(100))).outcome == Outcome.MEETS
    assert recognize(candidate, Rules(Decimal(95), Decimal(50))).outcome == Outcome.BELOW
    assert (
        recognize(Candidate(Decimal(96), candidate.branches), Rules(Decimal(95), Decimal(50))).outcome
        == "达标"
    )


def test_the_margin_is_said() -> None:
    assert (
        recognize(Candidate(Decimal("88.5")), RULES).reasons[0] == "本级得分 88.5，须高于 90，差 1.5 分以上"
    )
    assert recognize(Candidate(Decimal(90)), RULES).reasons[0] == "本级得分 90，等于 90，须高于此数"


@given(
    own=SCORES,
    scores=st.lists(SCORES, max_size=12),
    line=st.decimals("88", "92", places=1),
    share=st.decimals("0", "100", places=2),
)
def test_the_result_agrees_with_fractions(
    own: Decimal | None, scores: list[Decimal | None], line: Decimal, share: Decimal
) -> None:
    scored = [Scored(f"B{number}", f"{number}", score) for number, score in enumerate(scores)]
    decision = recognize(Candidate(own, scored), Rules(line, share))
    above = sum(score is not None and score > line for score in scores)
    enough = not scores or Fraction(above, len(scores)) >= Fraction(share) / 100
    assert (decision.outcome == Outcome.MEETS) == (own is not None and own > line and enough)
    assert (decision.short == 0) == enough
    assert {one.code for one in decision.lagging} == {
        one.code for one in scored if one.score is not None and one.score <= line
    }
