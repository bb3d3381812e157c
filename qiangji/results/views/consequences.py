"""The page 结果运用 of a cycle: what follows from its results, opened kind by kind; and noting what was done."""

from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from qiangji.lib.dates import local_day
from qiangji.lib.sent import sent_day
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.results.exceptions import Refused
from qiangji.results.models import Consequence
from qiangji.results.models.consequences import in_force_until
from qiangji.results.permissions import may_recognize, who_recognizes
from qiangji.results.selectors.due import ORDER, Due, Kind, newest_results, still_due
from qiangji.results.selectors.without_result import due_without_result
from qiangji.results.services.consequences import open_consequences
from qiangji.results.views.lookup import answered, visible_cycle

MOST_SHOWN = 200
USUAL_DAYS = 90


@login_required
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """Show what follows and was not opened yet, and what was; a confirmation opens what was ticked."""
    cycle = visible_cycle(request, cycle_id)
    reach, at = request_reach(request), moment_of(request)
    if not may_recognize(reach, cycle):
        raise PermissionDenied(f"结果运用由{who_recognizes(cycle)}办理。")
    due = still_due(newest_results(cycle)) + due_without_result(cycle, at=at)
    due.sort(key=lambda one: ORDER.index(Kind(one.kind)))
    if request.method == "POST":
        chosen = ticked(request, due)

        def act() -> None:
            if not chosen:
                raise Refused("请先勾选要开出的事项。")
            open_consequences(due=chosen, deadline_date=deadline_of(request), by=reach.user, at=at)

        return answered(request, act, f"已开出 {len(chosen)} 件。", "results:consequences", cycle.public_id)
    groups = [
        (Consequence.Kind(kind).label, kind, list(members))
        for kind, members in groupby(due, key=lambda one: one.kind)
    ]
    opened = (
        Consequence.objects.filter(sheet__cycle=cycle)
        .select_related("organization", "owner", "rectification", "sheet")
        .order_by("withdrawn_at", in_force_until(), "organization__path", "pk")
    )
    context = {
        "cycle": cycle,
        "groups": [(label, kind, rows[:MOST_SHOWN], len(rows)) for label, kind, rows in groups],
        "opened": opened[:MOST_SHOWN],
        "opened_count": opened.count(),
        "usual": local_day(at) + timedelta(days=USUAL_DAYS),
        "today": local_day(at),
    }
    return render(request, "results/consequences.html", context)


def ticked(request: HttpRequest, due: list[Due]) -> list[Due]:
    """Return what was ticked: whole kinds, or single lines by organization."""
    kind = request.POST.get("kind", "")
    codes = set(request.POST.getlist("organization"))
    everything = request.POST.get("all") == "yes"
    return [one for one in due if one.kind == kind and (everything or one.organization.code in codes)]


def deadline_of(request: HttpRequest) -> date:
    """Read the deadline. Raises Refused."""
    day = sent_day(request, "deadline")
    if day is None:
        raise Refused("请选择期限。")
    return day
