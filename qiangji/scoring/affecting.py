"""Which criteria a changed fact can touch: an index from the kinds that ``ChangedFact`` names to checks.

A kind names what was written (``record.party_class``, ``tenure``, ``state.staff_total``); a check names what it asks for.
What stands between the two is what the collectors derive from a kind. A kind that is not known here touches everything
(so does who holds a post, which decides who counts as there): an answer too many costs milliseconds, one too few is wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from qiangji.rules.needs import Needs, needs_of
from qiangji.rules.vocabulary import EXCUSED, POPULATIONS, WITH_HOURS
from qiangji.scoring.collecting.terms import EVENTS as OF_TERMS
from qiangji.scoring.proposing import Judge

GROUPS = frozenset(name for name, one in POPULATIONS.items() if one.of == "persons")
OF_MEMBERS = GROUPS | {"member_count", "in_service_members", "hardship_count", "activity_budget_due"}
OF_TERM = frozenset(OF_TERMS) | {"committee_elected", "discipline_elected", "head_change", "superior_consent"}
# What a kind means beside the fact of its own name.
BESIDE: dict[str, frozenset[str]] = {
    "record.dues_disclosure": frozenset({"dues_filed"}),
    "record.organization_life_meeting": frozenset({"guided_life_meeting"}),
    "record.dual_organization_life": frozenset({"dual_theme_day"}),
    "record.member_appraisal": frozenset({"guided_appraisal"}),
    "record.life_meeting_guidance": frozenset({"guided_life_meeting"}),
    "record.platform_statement": frozenset({"e_branch_organizations", "e_branch_members"}),
    "declaration.condolence_visit": frozenset({"hardship_count"}),
    "state.member_budget_standard": frozenset({"activity_budget_due"}),
    "talk": frozenset({"heart_talk"}),
    "dues": frozenset({"dues"}),
    "floating": frozenset(),
    "department": frozenset(),
    "hardship": frozenset({"hardship_count"}),
    "exemption": GROUPS,
    "member": OF_MEMBERS,
    "transfer": OF_MEMBERS,
    "term": OF_TERM,
    "election": OF_TERM,
}
# Where an organization above the subject writes this, the subject's answers may change as well.
PARAMETER = "parameter"
FROM_ABOVE = Q(kind__startswith=f"{PARAMETER}.") | Q(
    kind__in=[f"record.{kind}" for kind in sorted(WITH_HOURS)]
)
# A stated reason stands for a usual figure, whichever fact that is about.
REASONS = ("_reason", EXCUSED)


def facts_of_kind(kind: str) -> frozenset[str] | None:
    """Return the names of facts that a changed kind may alter; None where that could be any.

    >>> sorted(facts_of_kind("record.member_appraisal"))
    ['guided_appraisal', 'member_appraisal']
    >>> facts_of_kind("succession") is None
    True
    """
    area, _, name = kind.partition(".")
    if area == "state" and name.endswith(REASONS):
        return None
    if area in ("record", "declaration", "state") and name:
        return BESIDE.get(kind, frozenset()) | {name}
    return BESIDE.get(kind)


@dataclass(frozen=True)
class Index:
    """An edition's checks by the facts that they ask for."""

    judges: tuple[Judge, ...]
    by_fact: Mapping[str, frozenset[str]]

    def touched(self, kinds: Iterable[str]) -> list[Judge]:
        """Return the checks whose answer may have changed with these kinds, in the order of the table."""
        codes: set[str] = set()
        for kind in kinds:
            area, _, code = kind.partition(".")
            if area == PARAMETER and code:
                codes.add(code)
                continue
            names = facts_of_kind(kind)
            if names is None:
                return list(self.judges)
            for name in names:
                codes |= self.by_fact.get(name, frozenset())
        return [judge for judge in self.judges if judge.criterion.code in codes]


def index_of(judges: Sequence[Judge]) -> Index:
    """Turn the needs of an edition's checks around: computed once, where they are read."""
    found: dict[str, set[str]] = {}
    for judge in judges:
        if judge.entry.check is not None:
            for name in names_of(needs_of(judge.entry.check)):
                found.setdefault(name, set()).add(judge.criterion.code)
    return Index(tuple(judges), {name: frozenset(codes) for name, codes in found.items()})


def names_of(needs: Needs) -> set[str]:
    """Return everything a check asks for, as one set of names."""
    return needs.events | needs.states | needs.populations
