"""The lists of tasks, one task with its answers, proofs and history, and a dispatch with all its tasks."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from qiangji.dispatches.models import TEXT, Dispatch, Proof, Task
from qiangji.dispatches.permissions import acts, holds, issues, may_list, who_issues, why_unreadable
from qiangji.dispatches.querysets import seats_of
from qiangji.dispatches.selectors.lists import (
    SIDES,
    VIEWS,
    ListFilter,
    counts_of,
    in_view,
    narrowed,
    sides_of,
    tasks_of,
)
from qiangji.dispatches.selectors.targets import owners_of
from qiangji.dispatches.states import BACK, OPEN, WITH_THEM, Side, moves_from
from qiangji.dispatches.views.lookup import readable
from qiangji.files.kinds import ACCEPT, ACCEPTED
from qiangji.orgs.authorization import Permission
from qiangji.orgs.requests import request_reach

PER_PAGE = 50


@login_required
@require_GET
def list_tasks(request: HttpRequest) -> HttpResponse:
    """What one's organizations have to do, what one's body issued, or all in reach: a fixed number of statements."""
    reach = request_reach(request)
    if not may_list(reach):
        raise PermissionDenied(why_unreadable())
    sides = sides_of(reach)
    chosen = ListFilter.read(request.GET, sides)
    rows = narrowed(tasks_of(reach, chosen.side), chosen)
    counts = counts_of(rows, reach)
    context = {
        "chosen": chosen,
        "sides": [(one, SIDES[one], chosen.query(side=one, view="")) for one in sides],
        "tabs": [
            (one, words, counts[one], chosen.query(view="" if one == "open" else one))
            for one, words in VIEWS.items()
        ],
        "page": Paginator(in_view(rows, reach, chosen.view), PER_PAGE).get_page(request.GET.get("page")),
        "query": chosen.query(),
        "day": reach.day,
        "with_them": WITH_THEM,
        "issues": issues(reach),
    }
    return render(request, "dispatches/list.html", context)


@login_required
@require_GET
def show_dispatch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One dispatch as its issuer has it: what was asked, and how far each organization is."""
    reach = request_reach(request)
    rows = Dispatch.objects.filter(issuer__in=seats_of(reach)).select_related(
        "issuer", "issued_by", "meeting", "criterion__edition__standard"
    )
    dispatch = get_object_or_404(rows, public_id=public_id)
    if not holds(reach, Permission.ISSUE_DISPATCH, dispatch.issuer_id, own=False):
        raise PermissionDenied(who_issues())
    tasks = list(
        Task.objects.filter(dispatch=dispatch)
        .select_related("organization", "owner")
        .order_by("organization__path")
    )
    context = {
        "dispatch": dispatch,
        "tasks": tasks,
        "done": sum(1 for one in tasks if one.state == Task.State.CLOSED),
        "late": sum(1 for one in tasks if one.is_late(reach.day)),
        "day": reach.day,
        "with_them": WITH_THEM,
    }
    return render(request, "dispatches/item.html", context)


@login_required
@require_GET
def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One task."""
    return page_of(request, readable(request, public_id))


def proofs_shown(row: Task, *, own: bool) -> QuerySet[Proof]:
    """Return the proofs that a side sees: the organization all it has now, others what came with the last answer.

    What was added since, and not handed in yet, is nobody else's; what was taken away since stays readable with the
    answer that it came with.
    """
    if own:
        shown = row.proofs.filter(detached_at__isnull=True)
    elif row.answered_at is None:
        shown = row.proofs.none()
    else:
        shown = row.proofs.filter(
            Q(detached_at__isnull=True) | Q(detached_at__gt=row.answered_at), attached_at__lte=row.answered_at
        )
    return shown.select_related("content").order_by("attached_at", "pk")


def page_of(
    request: HttpRequest, row: Task, *, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """Draw the page, with what kept a step from being made where there is something, and what was typed then."""
    reach = request_reach(request)
    own, issuer = acts(reach, row, Side.OWN), acts(reach, row, Side.ISSUER)
    typed = request.POST if problems else {}
    with_them = row.state in WITH_THEM
    sides = [side for side, mine in ((Side.OWN, own), (Side.ISSUER, issuer)) if mine]
    steps = row.steps.select_related("body", "taken_by")
    context = {
        "row": row,
        "dispatch": row.dispatch,
        "answers": row.answers.select_related("answered_by").order_by("-number"),
        "steps": steps if own else steps.exclude(verb="write"),
        "named_body": {one for one, mine in ((row.organization_id, own), (row.issuer_id, issuer)) if mine},
        "proofs": proofs_shown(row, own=own),
        "is_late": row.is_late(reach.day),
        "may_answer": own and with_them,
        "text": typed.get("text", row.draft),
        "may_remark": with_them and bool(sides),
        "remark_label": "报告进展" if own else "催办",
        "decisions": [
            (move, move.verb in BACK)
            for move in moves_from(row.state)
            if move.side == Side.ISSUER and move.verb != "withdraw" and issuer
        ],
        "may_withdraw": issuer and row.state in OPEN,
        "owners": owners_of(row.issuer, on=reach.day) if issuer and row.state in OPEN else [],
        "may_see_item": holds(reach, Permission.ISSUE_DISPATCH, row.issuer_id, own=False),
        "problems": problems or [],
        "typed": typed,
        "limit": TEXT,
        "accept": ACCEPT,
        "accepted": ACCEPTED,
    }
    return render(request, "dispatches/one.html", context, status=status)
