"""The way in, the ledger by class, and how far the self-checks have come."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import holds_at
from qiangji.assessments.views.cycles import visible_cycles
from qiangji.lib.dates import local_day
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.results.models import Receipt, Summary
from qiangji.results.permissions import may_recognize
from qiangji.results.selectors.classes import Class, class_counts
from qiangji.results.selectors.coverage import coverage_of
from qiangji.results.selectors.ledgers import ledger
from qiangji.results.views.lookup import compared_cycle, may_compare

PER_PAGE = 50
MOST_CYCLES = 10
LOOKS = {
    Class.MEETS: "pill-good",
    Class.BELOW: "pill-bad",
    Class.WITHHELD: "pill-late",
    Class.WAITING: "pill-note",
    Class.NOT_APPLIED: "",
}


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The cycles with what may be done about their results, one's own results, and filings that wait for a receipt."""
    reach = request_reach(request)
    cycles = list(
        visible_cycles(reach)
        .filter(opened_at__isnull=False, is_trial=False)
        .select_related("owner", "recognizer")[:MOST_CYCLES]
    )
    compares = may_compare(reach)
    regions = Organization.objects.filter(
        pk__in=reach.nodes_with(Permission.FILE_RESULTS, own=True),
        kind=Organization.Kind.GUIDANCE_COMMITTEE,
    )
    seats = [held.organization_id for held in reach.held]
    own = Sheet.objects.filter(
        organization__in=seats, organization_kind=Organization.Kind.HOSPITAL, cycle__in=cycles
    ).select_related("cycle", "organization")
    waiting = Summary.objects.filter(filing__isnull=False, region__parent__in=seats).exclude(
        filing__receipt__in=Receipt.objects.all()
    )
    context = {
        "cycles": [
            (cycle, may_recognize(reach, cycle), cycle.owner.kind == Organization.Kind.GUIDANCE_COMMITTEE)
            for cycle in cycles
        ],
        "compares": compares,
        "regions": regions,
        "own": [
            (sheet, holds_at(reach, sheet.organization_id, Permission.SEE_LIVE_SHEET, own=True))
            for sheet in own
        ],
        "waiting": waiting.select_related("region", "cycle", "filing")
        if reach.nodes_with(Permission.FILE_RESULTS, own=True)
        else [],
    }
    return render(request, "results/home.html", context)


@login_required
@require_GET
def class_ledger(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """The ledger of one class, or of all classes, of whom this person answers for."""
    cycle = compared_cycle(request, cycle_id)
    reach, day = request_reach(request), local_day(moment_of(request))
    chosen = request.GET.get("class", "")
    counts = class_counts(ledger(cycle, reach, on=day))
    page = Paginator(ledger(cycle, reach, on=day, chosen=chosen), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "cycle": cycle,
        "page": page,
        "chosen": chosen if chosen in Class.values else "",
        "tabs": [(value, Class(value).label, count) for value, count in counts.items()],
        "all": sum(counts.values()),
        "rows": [(row, Class(row.ledger_class).label, LOOKS[Class(row.ledger_class)]) for row in page],
    }
    return render(request, "results/ledger.html", context)


@login_required
@require_GET
def coverage(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """How many organizations were given the self-check, and how many have handed it in; no content of any of them."""
    cycle = compared_cycle(request, cycle_id)
    reach, at = request_reach(request), moment_of(request)
    context = {"cycle": cycle, "coverage": coverage_of(cycle, reach, at=at)}
    return render(request, "results/coverage.html", context)
