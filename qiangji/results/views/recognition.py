"""The page 认定: who waits for a result, with what would be decided and why; confirmed as a whole or one by one."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qiangji.assessments.models import SheetTransition
from qiangji.assessments.states import RESULTS
from qiangji.lib.dates import local_day
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.results.exceptions import Locked, ResultsError
from qiangji.results.models import Result, Revocation
from qiangji.results.permissions import may_recognize, who_recognizes
from qiangji.results.selectors.findings import Finding, digest_of, findings
from qiangji.results.selectors.rates import rate_of, target_of
from qiangji.results.services.recognizing import (
    OUTCOME_OF,
    losing_their_recognition,
    newest_outcomes,
    recognize_cycle,
    waiting_for_decision,
)
from qiangji.results.views.lookup import visible_cycle
from qiangji.scoring.recognition import Outcome

PER_PAGE = 50
LOOKS = {Outcome.MEETS: "pill-good", Outcome.BELOW: "pill-bad", Outcome.WITHHELD: "pill-late"}


@dataclass(frozen=True)
class Row:
    """One finding as the page shows it; ``changed`` in words where it is not what was decided."""

    finding: Finding
    changed: str = ""

    @property
    def look(self) -> str:
        return LOOKS[self.finding.decision.outcome]

    @property
    def outcome(self) -> str:
        return self.finding.decision.outcome.value

    @property
    def seen(self) -> str:
        """The digest under which this one alone is confirmed."""
        return digest_of([self.finding])

    @property
    def unfinished(self) -> int:
        """How many branches have no final score yet and count as not above."""
        return sum(not unit.is_final and not unit.is_withheld for unit in self.finding.units)

    @property
    def withheld(self) -> int:
        """How many branches have their rating withheld and count as not above."""
        return sum(unit.is_withheld for unit in self.finding.units)

    @property
    def under_way(self) -> int:
        """How many branches are being assessed again and count with their former score."""
        return sum(unit.is_under_way for unit in self.finding.units)


@login_required
@require_http_methods(["GET", "POST"])
def recognition(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """Show what would be decided; a confirmation decides exactly what was shown."""
    cycle = visible_cycle(request, cycle_id)
    reach, at = request_reach(request), moment_of(request)
    if not may_recognize(reach, cycle):
        raise PermissionDenied(f"认定结果由{who_recognizes(cycle)}办理。")
    changed_since = False
    if request.method == "POST":
        try:
            done = recognize_cycle(
                cycle=cycle, seen=request.POST.get("seen", ""), only=chosen(request), by=reach.user, at=at
            )
        except Locked:
            changed_since = True
        except ResultsError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"已认定 {len(done.results)} 个组织的结果。")
            return redirect("results:recognition", cycle.public_id)
    found = findings(cycle, on=local_day(at))
    newest = newest_outcomes(cycle)
    waits = waiting_for_decision(found, newest)
    moved = changed_results(found)
    rate = rate_of(cycle, cycle.owner, on=local_day(at))
    page = Paginator([Row(one) for one in waits], PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "cycle": cycle,
        "page": page,
        "seen": digest_of(waits),
        "waiting": waits,
        "counts": [
            (outcome.value, LOOKS[outcome], sum(one.decision.outcome == outcome for one in waits))
            for outcome in Outcome
        ],
        "not_final": sum(not one.is_final for one in found),
        "held": [one for one in found if one.is_held and not one.is_final],
        "decided": sum(one.sheet.state in RESULTS for one in found),
        "moved": moved,
        "losing": losing_rows(losing_their_recognition(found, newest)),
        "late_moves": late_moves(waits),
        "changed_since": changed_since,
        "rate": rate,
        "target": target_of(cycle, rate),
    }
    return render(request, "results/recognition.html", context, status=409 if changed_since else 200)


def chosen(request: HttpRequest) -> list[UUID] | None:
    """Return the one sheet that is to be decided, or None for all that wait."""
    value = request.POST.get("sheet", "")
    if not value:
        return None
    try:
        return [UUID(value)]
    except ValueError:
        return []


def changed_results(found: list[Finding]) -> list[Row]:
    """Return decided organizations whose scores, held against the figures today, would give another result."""
    results = {
        row.sheet_id: row for row in Result.objects.filter(sheet__in=[one.sheet.pk for one in found]).newest()
    }
    rejected = Revocation.objects.filter(
        result__in=[row.pk for row in results.values()], state=Revocation.State.REJECTED
    )
    kept = set(rejected.values_list("result_id", flat=True))
    rows = []
    for one in found:
        row = results.get(one.sheet.pk)
        if row is None or one.sheet.state not in RESULTS:
            continue
        if OUTCOME_OF[one.decision.outcome] != row.outcome or one.score != row.score:
            changed = f"认定时{row.get_outcome_display()}，现为{one.decision.outcome.value}"
            if row.outcome == Result.Outcome.BELOW and any(
                unit.is_news and unit.score != unit.former_score for unit in one.units
            ):
                changed += "；有支部复评过，由验收单位开始这个组织的复评以后再认定"
            if row.pk in kept and one.decision.outcome == Outcome.BELOW:
                changed += "；撤销认定审定没有通过，原认定不变"
            rows.append(Row(one, changed))
    return rows


def losing_rows(found: list[Finding]) -> list[tuple[Finding, Revocation | None]]:
    """Return the recognized organizations that a re-check found below, each with the proposal that waits, if there is one."""
    rows = Revocation.objects.filter(
        sheet__in=[one.sheet.pk for one in found], state=Revocation.State.PROPOSED
    )
    proposed = {row.sheet_id: row for row in rows} if found else {}
    return [(one, proposed.get(one.sheet.pk)) for one in found]


def late_moves(waits: list[Finding]) -> int:
    """Return how many of the waiting sheets were returned at least once: they are worth a second look."""
    returned = SheetTransition.objects.filter(
        sheet__in=[one.sheet.pk for one in waits], verb__in=["return", "lift"]
    )
    return returned.values("sheet").distinct().count()
