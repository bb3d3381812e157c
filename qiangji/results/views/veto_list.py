"""The list of a cycle's year-end vetoes."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiangji.lib.dates import local_day
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.results.models import YearEndVeto
from qiangji.results.selectors.vetoes import state_of, vetoes_of
from qiangji.results.views.lookup import compared_cycle

PER_PAGE = 50
State = YearEndVeto.State
LOOKS: dict[str, str] = {State.IN_FORCE: "pill-bad", State.PROPOSED: "pill-late"}


@login_required
@require_GET
def vetoes(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """Show the year-end vetoes of a cycle that this person reaches, each with its notice and its days."""
    cycle = compared_cycle(request, cycle_id)
    day = local_day(moment_of(request))
    page = Paginator(vetoes_of(cycle, request_reach(request)), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(row, state_of(row, on=day), LOOKS.get(row.state, "")) for row in page]
    return render(request, "results/vetoes.html", {"cycle": cycle, "page": page, "rows": rows})
