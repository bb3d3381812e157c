"""The check of structure 组织设置体检: a hospital with all below it in full, a region in counts only."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from qiangji.assessments.models import CycleEdition
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.placing import AUTHORITIES
from qiangji.orgs.requests import request_reach
from qiangji.orgs.tabs import may_check, tabs_of
from qiangji.orgs.views.access import refusal
from qiangji.orgs.views.facts import chosen_day
from qiangji.scoring.structure import Answer, Demand, Finding, run
from qiangji.scoring.structure_checks import CHECKS
from qiangji.scoring.structure_editions import adopted_editions, demands_of
from qiangji.scoring.structure_facts import collect
from qiangji.standards.models import Edition

FINE = frozenset({Answer.MET, Answer.EXCEPTION, Answer.NOT_APPLICABLE})
ORDER = [Answer.UNMET, Answer.PENDING, Answer.UNKNOWN, Answer.EXCEPTION, Answer.MET, Answer.NOT_APPLICABLE]
LOOKS = {
    Answer.MET: ("pill-good", "bi-check2"),
    Answer.EXCEPTION: ("pill-good", "bi-chat-left-text"),
    Answer.PENDING: ("pill-late", "bi-hourglass-split"),
    Answer.UNMET: ("pill-bad", "bi-x-circle"),
    Answer.UNKNOWN: ("pill-note", "bi-question-circle"),
    Answer.NOT_APPLICABLE: ("", "bi-dash"),
}


@dataclass(frozen=True)
class Row:
    """One finding as the page shows it."""

    finding: Finding

    @property
    def look(self) -> str:
        return LOOKS[self.finding.answer][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.finding.answer][1]


@dataclass(frozen=True)
class DemandBelow:
    """One demand over the branches below: those to be looked at by name, the others as a number."""

    demand: Demand
    open: list[Row]
    fine: int


@dataclass(frozen=True)
class Tally:
    """One demand over a region: how many organizations answer how."""

    demand: Demand
    numbers: list[int]

    @property
    def asked(self) -> int:
        """How many organizations the demand asks."""
        return sum(self.numbers)


@login_required
@require_GET
def structure(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show how an organization and what is below it stand to what adopted editions ask of their structure."""
    reach = request_reach(request)
    rows = Organization.objects.visible_to(reach).select_related("parent")
    organization = get_object_or_404(rows, public_id=public_id)
    if organization.kind == Organization.Kind.PARTY_GROUP:
        raise Http404
    if not may_check(reach, organization):
        raise refusal(Permission.SEE_LEDGERS, f"“{organization.short_name}”或其上级党组织")
    day = chosen_day(request, reach.day)
    demands = demands_of(adopted_editions(day, used=used_by_cycles(day)))
    findings = run(demands, collect(organization, day), day)
    data = {
        "organization": organization,
        "day": day,
        "is_today": day == reach.day,
        "tabs": tabs_of(reach, organization, "structure"),
        "dormant": [check.title for check in CHECKS if all(one.check != check for one in demands)],
    }
    if organization.kind in AUTHORITIES:
        return render(request, "web/structure_counts.html", data | counts(findings, organization))
    return render(request, "web/structure.html", data | details(findings, organization))


def used_by_cycles(day: date) -> list[tuple[Edition, Organization]]:
    """Return the editions that opened cycles of the day's year use, trials left out, each with the cycle's owner."""
    rows = CycleEdition.objects.filter(
        cycle__opened_at__isnull=False, cycle__is_trial=False, cycle__year=day.year
    ).select_related("edition__standard", "cycle__owner")
    return [(row.edition, row.cycle.owner) for row in rows.order_by("pk")]


def details(findings: list[Finding], organization: Organization) -> dict[str, object]:
    """Return the organization's own findings, and those of what is below it demand by demand."""
    own = [Row(finding) for finding in findings if finding.unit.pk == organization.pk]
    below: dict[int, tuple[Demand, list[Finding]]] = {}
    for finding in findings:
        if finding.unit.pk != organization.pk:
            below.setdefault(id(finding.demand), (finding.demand, []))[1].append(finding)
    return {
        "own": sorted(own, key=lambda row: ORDER.index(row.finding.answer)),
        "below": [demand_below(demand, found) for demand, found in below.values()],
        "summary": summary(findings),
    }


def demand_below(demand: Demand, findings: list[Finding]) -> DemandBelow:
    """Return one demand over the branches below."""
    open_ones = [Row(finding) for finding in findings if finding.answer not in FINE]
    open_ones.sort(key=lambda row: ORDER.index(row.finding.answer))
    return DemandBelow(demand, open_ones, len(findings) - len(open_ones))


def summary(findings: list[Finding]) -> list[tuple[str, str, str, int]]:
    """Return how many findings there are of each answer that wants looking at: word, look, icon, number."""
    numbers = Counter(finding.answer for finding in findings)
    return [(answer.value, *LOOKS[answer], numbers[answer]) for answer in ORDER[:3] if numbers[answer]]


def counts(findings: list[Finding], organization: Organization) -> dict[str, object]:
    """Return a region's findings as numbers per demand; an authority's own findings are shown in full."""
    own = [Row(finding) for finding in findings if finding.unit.pk == organization.pk]
    numbers: dict[int, tuple[Demand, Counter[Answer]]] = {}
    for finding in findings:
        if finding.unit.kind not in AUTHORITIES:
            numbers.setdefault(id(finding.demand), (finding.demand, Counter()))[1][finding.answer] += 1
    return {
        "own": own,
        "answers": [answer.value for answer in ORDER],
        "tallies": [Tally(demand, [found[answer] for answer in ORDER]) for demand, found in numbers.values()],
    }
