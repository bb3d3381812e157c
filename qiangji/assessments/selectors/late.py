"""What is proposed for a submitted sheet otherwise than when it was signed: shown beside the marks, never in them.

Either the ledgers moved, or how a criterion is judged: another check was adopted, a figure was set by a document. The two
are told apart, for the first is the organization's doing and the second is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import F, OuterRef, Q, Subquery, Value

from qiangji.assessments.models import Mark, MarkChange, Proposal, Sheet, Submission
from qiangji.assessments.services.evaluating import facts_about, judges_for
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.lib.numbers import plain
from qiangji.orgs.models import ChangedFact
from qiangji.scoring.affecting import PARAMETER, index_of
from qiangji.standards.models import SiteCheck, SiteCheckMove


@dataclass(frozen=True)
class Late:
    """A difference that arose after the signature: the declared points, and what is proposed by now, points or a range.

    ``facts_moved`` and ``check_moved`` say what it comes from; days that went by count as facts.
    """

    declared: Decimal
    proposed: Decimal | None
    reason: str
    lowest: Decimal
    highest: Decimal
    verdict: str
    facts_moved: bool = True
    check_moved: bool = False

    @property
    def now(self) -> str:
        """What is proposed by now, in Chinese: "0 分", "0–2 分（未到期）"."""
        if self.proposed is not None:
            return f"{plain(self.proposed)} 分"
        return f"{plain(self.lowest)}–{plain(self.highest)} 分（{Proposal.Verdict(self.verdict).label}）"

    @property
    def cause(self) -> str:
        """What moved, in Chinese."""
        if not self.check_moved:
            return "台账"
        return "台账和判定办法" if self.facts_moved else "判定办法"


def late_changes(sheet: Sheet, submission: Submission | None) -> dict[int, Late]:
    """Return, by answer, where what is proposed later contradicts what was declared.

    One statement, none while the sheet is being filled; with differences four more, however many they are. Only what was
    written after the signature counts, so nobody learns what was proposed before it; and a mark that departed from this
    very proposal when it was given is no change of facts. What became open again counts where less than was
    declared is certain by now: settled points that are no longer there, a promise whose data are missing, a range that
    does not reach the mark any more.
    """
    if submission is None or sheet.state == State.DRAFT:
        return {}
    known = MarkChange.objects.filter(answer=OuterRef("answer"), stage=Stage.SELF).order_by("-version")
    declared = Mark.objects.filter(answer=OuterRef("answer"), stage=Stage.SELF)
    rows = (
        Proposal.objects.filter(answer__sheet=sheet, changed_at__gt=submission.signed_at)
        .annotate(
            declared=Subquery(declared.values("points")[:1]),
            known=Subquery(known.values("proposed_points")[:1]),
            known_verdict=Subquery(known.values("proposed_verdict")[:1]),
            known_highest=Subquery(known.values("proposed_highest")[:1]),
        )
        .exclude(points=F("declared"))
        .order_by()
        .values_list(
            "answer_id", "answer__criterion__code", "points", "lowest", "highest", "verdict", "reason",
            "declared", "known", "known_verdict", "known_highest",
        )
    )  # fmt: skip
    found = [
        (answer_id, code, Late(marked, points, reason, lowest, highest, verdict))
        for answer_id, code, points, lowest, highest, verdict, reason, marked, before, was, ceiling in rows
        if marked is not None
        and (
            points != before
            if points is not None
            else became_open(marked, lowest, before=before, was=was or "", now=verdict)
            or fell_below(marked, highest, before=ceiling)
        )
    ]
    if not found:
        return {}
    kinds, judged_anew = moved_since(sheet, submission.signed_at)
    moved = codes_moved(sheet, kinds) if judged_anew else set()
    return {
        answer_id: replace(
            late, facts_moved=code in moved or code not in judged_anew, check_moved=code in judged_anew
        )
        for answer_id, code, late in found
    }


def late_codes(sheet: Sheet) -> set[str]:
    """Return the criteria for which something else is proposed by now than was signed for."""
    signed = Submission.objects.whole().filter(sheet=sheet).order_by("-round").first()
    answers = sheet.answers.filter(pk__in=late_changes(sheet, signed))
    return set(answers.values_list("criterion__code", flat=True))


def became_open(declared: Decimal, lowest: Decimal, *, before: Decimal | None, was: str, now: str) -> bool:
    """Say whether an open proposal is a change for the worse beside a mark, held against what was known when it was given.

    >>> became_open(Decimal(2), Decimal(0), before=Decimal(2), was="met", now="pending")
    True
    >>> became_open(Decimal(2), Decimal(0), before=None, was="pending", now="pending")
    False
    """
    if before is None:
        return lowest < declared and (was, now) == ("pending", "unknown")
    return lowest < declared and lowest < before


def fell_below(declared: Decimal, highest: Decimal, *, before: Decimal | None) -> bool:
    """Say whether a mark is beyond what can still be reached, and was not when it was given, up to ``before``.

    >>> fell_below(Decimal(3), Decimal(2), before=Decimal(5)), fell_below(Decimal(3), Decimal(2), before=Decimal(2))
    (True, False)
    """
    return before is not None and highest < declared <= before


def moved_since(sheet: Sheet, since: datetime) -> tuple[set[str], set[str]]:
    """Return what moved since a moment, in one statement: the kinds of facts that the sheet may rest on, and the criteria
    that are judged by another check, or by other figures."""
    facts = ChangedFact.objects.filter(facts_about(sheet.organization.path), changed_at__gt=since)
    moves = SiteCheckMove.objects.filter(
        Q(state=SiteCheck.State.ADOPTED)
        | Q(state=SiteCheck.State.WITHDRAWN, check_version__moves__state=SiteCheck.State.ADOPTED),
        check_version__criterion__edition=sheet.edition_id,
        made_at__gt=since,
    )
    kinds: set[str] = set()
    codes: set[str] = set()
    rows = facts.order_by().values_list("kind", Value(0)).distinct()
    for name, is_code in rows.union(moves.order_by().values_list("check_version__criterion__code", Value(1))):
        (codes if is_code else kinds).add(name)
    figures = (kind.partition(".") for kind in kinds)
    return kinds, codes | {code for area, _, code in figures if area == PARAMETER}


def codes_moved(sheet: Sheet, kinds: Iterable[str]) -> set[str]:
    """Return the criteria that facts of these kinds can touch; figures are no facts."""
    facts = [kind for kind in kinds if kind.partition(".")[0] != PARAMETER]
    return {judge.criterion.code for judge in index_of(judges_for(sheet.edition)).touched(facts)}
