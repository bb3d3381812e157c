"""What other figures would do to real scores: who would change side, computed from findings that are there already."""

from collections.abc import Sequence
from dataclasses import dataclass

from qiangji.results.selectors.findings import Finding
from qiangji.scoring.recognition import Candidate, Decision, Outcome, Rules, recognize


@dataclass(frozen=True)
class Turned:
    """One organization that would change side, with the decision by the other figures."""

    finding: Finding
    other: Decision


@dataclass(frozen=True)
class Trial:
    """The whole: how many were tried, how many meet the standard by either figures, who changes side."""

    rules: Rules
    tried: int
    meets_now: int
    meets_then: int
    lost: tuple[Turned, ...]
    gained: tuple[Turned, ...]
    lagging_now: int
    lagging_then: int


def compared(found: Sequence[Finding], rules: Rules) -> Trial:
    """Hold findings against other figures. A withheld rating stays withheld by any."""
    others = [(one, by_rules(one, rules)) for one in found]
    lost = [Turned(one, other) for one, other in others if _meets(one.decision) and not _meets(other)]
    gained = [Turned(one, other) for one, other in others if not _meets(one.decision) and _meets(other)]
    return Trial(
        rules=rules,
        tried=len(found),
        meets_now=sum(_meets(one.decision) for one in found),
        meets_then=sum(_meets(other) for _, other in others),
        lost=tuple(lost),
        gained=tuple(gained),
        lagging_now=sum(len(one.decision.lagging) for one in found),
        lagging_then=sum(len(other.lagging) for _, other in others),
    )


def by_rules(one: Finding, rules: Rules) -> Decision:
    """Decide a finding's scores by other figures."""
    withheld = one.decision.outcome == Outcome.WITHHELD
    branches = [unit.scored(unit.final_score) for unit in one.units]
    return recognize(Candidate(one.score, branches, ("不予评定",) if withheld else ()), rules)


def _meets(decision: Decision) -> bool:
    return decision.outcome == Outcome.MEETS
