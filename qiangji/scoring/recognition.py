"""Recognition 认定 of a hospital-level organization: scores in, a result with its reasons out. Pure and exact.

Document 0, part 3: the organization's own final score is strictly above the line (高于90分); of its internal branches at
least the asked share is strictly above it (不少于90%, an exact fraction); no sheet veto is in force (annex 2, 备注). A
branch without a final score counts as not above, and one whose rating is withheld has none. An organization without internal branches is judged on its own score.
A branch on or below the line is lagging 后进 (90分以下: 以下 includes the number itself, unless the cycle reads it
otherwise); one that has no final score is not called lagging, for nothing is known of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum

from qiangji.lib.numbers import plain

TENTH = Decimal("0.1")
MOST_NAMED = 5


class Outcome(StrEnum):
    """The words of the document for a result."""

    MEETS = "达标"
    BELOW = "未达标"
    WITHHELD = "不予评定"


@dataclass(frozen=True)
class Rules:
    """A cycle's figures: the line, the share of branches in per cent, and whether the line itself is lagging."""

    line: Decimal
    share: Decimal
    line_is_lagging: bool = True


@dataclass(frozen=True)
class Scored:
    """An internal branch and its final score; None where it has none, as where its rating is withheld.

    ``before`` is what it had where it was assessed again since its hospital was last decided.
    """

    code: str
    name: str
    score: Decimal | None
    is_withheld: bool = False
    before: Decimal | None = None

    @property
    def words(self) -> str:
        """The branch with what it stands at."""
        unscored = "不予评定" if self.is_withheld else "无最终得分"
        return f"{self.name} {plain(self.score) if self.score is not None else unscored}"


@dataclass(frozen=True)
class Candidate:
    """A hospital-level organization with what is asked of it. ``vetoes`` are the conditions in force, in words."""

    score: Decimal | None
    branches: Sequence[Scored] = ()
    vetoes: Sequence[str] = ()


@dataclass(frozen=True)
class Decision:
    """The result, what it rests on, and in words why. ``short`` says how many branches are lacking above the line."""

    outcome: Outcome
    above: int
    all: int
    short: int
    lagging: tuple[Scored, ...]
    reasons: tuple[str, ...]


def recognize(candidate: Candidate, rules: Rules) -> Decision:
    """Decide one organization.

    >>> branches = [Scored(f"B{n}", f"{n}支部", Decimal(95)) for n in range(26)]
    >>> branches += [Scored(code, name, Decimal(89)) for code, name in (("X", "检验科"), ("Y", "药剂科"), ("Z", "后勤"))]
    >>> decision = recognize(Candidate(Decimal("96.5"), branches), Rules(Decimal(90), Decimal(90)))
    >>> decision.outcome.value, decision.above, decision.all, decision.short
    ('未达标', 26, 29, 1)
    >>> print("；".join(decision.reasons))
    本级得分 96.5，高于 90；29 个内设党支部中 26 个高于 90，占 89.7%，应不少于 90%，还差 1 个（检验科 89、药剂科 89、后勤 89）
    """
    above = sum(one.score is not None and one.score > rules.line for one in candidate.branches)
    total = len(candidate.branches)
    short = max(0, needed(rules.share, total) - above)
    own = candidate.score is not None and candidate.score > rules.line
    reached = Outcome.MEETS if own and not short else Outcome.BELOW
    return Decision(
        Outcome.WITHHELD if candidate.vetoes else reached,
        above,
        total,
        short,
        tuple(one for one in candidate.branches if is_lagging(one.score, rules)),
        (*reasons_of_vetoes(candidate), *reasons_of_rounds(candidate), reason_of_score(candidate, rules), reason_of_branches(candidate, rules, above, short)),
    )  # fmt: skip


def needed(share: Decimal, total: int) -> int:
    """Return how many of ``total`` branches a share in per cent asks for, exactly.

    >>> needed(Decimal(90), 10), needed(Decimal(90), 29), needed(Decimal(90), 0)
    (9, 27, 0)
    """
    return int((share * total / 100).to_integral_value(ROUND_CEILING))


def is_lagging(score: Decimal | None, rules: Rules) -> bool:
    """Say whether a branch's score makes it lagging.

    >>> strict, loose = Rules(Decimal(90), Decimal(90)), Rules(Decimal(90), Decimal(90), line_is_lagging=False)
    >>> [is_lagging(Decimal(text), strict) for text in ("89.9", "90", "90.1")], is_lagging(Decimal(90), loose)
    ([True, True, False], False)
    """
    if score is None:
        return False
    return score <= rules.line if rules.line_is_lagging else score < rules.line


def reasons_of_vetoes(candidate: Candidate) -> tuple[str, ...]:
    """Name the conditions that withhold a rating."""
    return tuple(f"有不予评定的情形：{veto}" for veto in candidate.vetoes)


def reasons_of_rounds(candidate: Candidate) -> tuple[str, ...]:
    """Name the branches that were assessed again since the last decision, with the score before and after.

    >>> again = Scored("B1", "内科党支部", Decimal(93), before=Decimal("89.5"))
    >>> reasons_of_rounds(Candidate(Decimal(96), [again]))
    ('内科党支部 89.5→93，复评',)
    """
    again = [
        f"{one.name} {plain(one.before)}→{plain(one.score)}"
        for one in candidate.branches
        if one.before is not None and one.score is not None
    ]
    more = f"等 {len(again)} 个" if len(again) > MOST_NAMED else ""
    return (f"{'、'.join(again[:MOST_NAMED])}{more}，复评",) if again else ()


def reason_of_score(candidate: Candidate, rules: Rules) -> str:
    """Say how the own score stands to the line."""
    score, line = candidate.score, plain(rules.line)
    if score is None:
        return "本级没有最终得分"
    if score > rules.line:
        return f"本级得分 {plain(score)}，高于 {line}"
    if score == rules.line:
        return f"本级得分 {plain(score)}，等于 {line}，须高于此数"
    return f"本级得分 {plain(score)}，须高于 {line}，差 {plain(rules.line - score)} 分以上"


def reason_of_branches(candidate: Candidate, rules: Rules, above: int, short: int) -> str:
    """Say how many branches are above the line, and which keep the organization below its share."""
    total = len(candidate.branches)
    if not total:
        return "没有内设党支部，只看本级得分"
    counted = f"{total} 个内设党支部中 {above} 个高于 {plain(rules.line)}，占 {percent(above, total, asked=rules.share)}%"
    asked = f"应不少于 {plain(rules.share)}%"
    if not short:
        return f"{counted}，{asked}"
    return f"{counted}，{asked}，还差 {short} 个（{lacking(candidate.branches, rules)}）"


def percent(part: int, whole: int, *, asked: Decimal) -> str:
    """Return a share in per cent with a tenth; one that falls short is never rounded up to what it lacks.

    >>> percent(26, 29, asked=Decimal(90)), percent(9, 10, asked=Decimal(90)), percent(1799, 2000, asked=Decimal(90))
    ('89.7', '90', '89.9')
    """
    exact = Decimal(part) * 100 / whole
    rounded = exact.quantize(TENTH, ROUND_HALF_UP)
    return plain(exact.quantize(TENTH, ROUND_DOWN) if exact < asked <= rounded else rounded)


def lacking(branches: Sequence[Scored], rules: Rules) -> str:
    """Name the branches that are not above the line, the nearest to it first."""
    below = [one for one in branches if one.score is None or one.score <= rules.line]
    below.sort(key=lambda one: (one.score is None, -(one.score or 0), one.code))
    named = "、".join(one.words for one in below[:MOST_NAMED])
    return named + (f"等 {len(below)} 个" if len(below) > MOST_NAMED else "")
