"""The reviewers' queue, who of an office does what of it, and how one's marks stand beside others'."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import AssessmentError, NotAllowed, OutOfReach, Refused
from qiangji.assessments.reviewing import leads_offices, reviewers_at, works_in_offices
from qiangji.assessments.selectors.comparing import (
    MARKS_NEEDED,
    OTHERS_NEEDED,
    SPREAD_NEEDED,
    choices,
    compared,
    spreads,
)
from qiangji.assessments.selectors.review_queue import (
    QueueFilter,
    history_of_assignments,
    is_uuid,
    queue_page,
    works_in_reviews,
)
from qiangji.assessments.selectors.workload import workload
from qiangji.assessments.services.assigning import claim, give, release
from qiangji.assessments.views.lookup import readable_sheet
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach


def reviewing_reach(request: HttpRequest) -> Reach:
    """Return the reach of who works in an office that reviews; anybody else is told who does."""
    reach = request_reach(request)
    if not works_in_reviews(reach):
        names = [
            *roles_that(Permission.REVIEW_HOSPITAL_SHEET, own=False),
            *roles_that(Permission.REVIEW_BRANCH_SHEET, own=False),
            *roles_that(Permission.ASSIGN_REVIEWS, own=False),
        ]
        raise PermissionDenied(f"验收评定队列供{'、'.join(dict.fromkeys(names))}使用。")
    return reach


@login_required
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What my office has to accept and rate: mine, nobody's, everybody's."""
    reviewing_reach(request)
    return queue_response(request, QueueFilter.read(request.GET))


def queue_response(request: HttpRequest, chosen: QueueFilter, **more: Any) -> HttpResponse:
    """Return the queue as a page, or the table alone for htmx."""
    page = queue_page(request_reach(request), chosen, at=moment_of(request))
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "assessments/_queue_table.html" if is_fragment else "assessments/queue.html"
    return render(request, template, {"page": page, "chosen": chosen, **more})


def chosen_sheets(request: HttpRequest) -> list[UUID]:
    """Return the sheets ticked in the queue; what is no id fits no sheet and is refused as such."""
    ticked = request.POST.getlist("sheet")
    if not all(is_uuid(one) for one in ticked):
        raise OutOfReach("有的考评表已不在待验收、待评定之列，请刷新页面后重新勾选。")
    return [UUID(one) for one in ticked]


Act = Callable[[Reach, list[UUID], str, datetime], str]


def act_on(request: HttpRequest, act: Act) -> HttpResponse:
    """Do something with the ticked sheets; where it is refused, the queue comes back with what was ticked and typed."""
    reach = reviewing_reach(request)
    chosen = QueueFilter.read(request.POST)
    note = request.POST.get("note", "")
    try:
        message = act(reach, chosen_sheets(request), note, moment_of(request))
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except AssessmentError as error:
        messages.error(request, str(error))
        ticked = set(request.POST.getlist("sheet"))
        more = {"note": note, "ticked": ticked, "receiver": request.POST.get("to", "")}
        return queue_response(request, chosen, **more)
    messages.success(request, message)
    response = redirect("assessments:reviews")
    response["Location"] += f"?{chosen.query()}"
    return response


@login_required
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take sheets that nobody has in hand."""

    def act(reach: Reach, sheets: list[UUID], note: str, at: datetime) -> str:
        count = claim(reach=reach, sheet_ids=sheets, at=at)
        return f"已认领 {count} 张考评表，由您负责。"

    return act_on(request, act)


@login_required
@require_POST
def pass_on(request: HttpRequest) -> HttpResponse:
    """Give sheets to a colleague: one's own, nobody's, or as head of the office any."""

    def act(reach: Reach, sheets: list[UUID], note: str, at: datetime) -> str:
        to = colleague(reach, request.POST.get("to", ""), at)
        count = give(reach=reach, sheet_ids=sheets, reviewer=to, note=note, at=at)
        return f"已把 {count} 张考评表交给{to}。"

    return act_on(request, act)


def colleague(reach: Reach, username: str, at: datetime) -> User:
    """Return a reviewer of my offices by username. Raises Refused."""
    for by in reviewers_at(works_in_offices(reach), at=at).values():
        for people in by.values():
            for one in people.values():
                if one.username == username:
                    return one
    raise Refused("请选择接手的同事。")


@login_required
@require_POST
def put_back(request: HttpRequest) -> HttpResponse:
    """Put sheets back where anybody of the office may take them."""

    def act(reach: Reach, sheets: list[UUID], note: str, at: datetime) -> str:
        return f"已把 {release(reach=reach, sheet_ids=sheets, note=note, at=at)} 张考评表退回待认领。"

    return act_on(request, act)


@login_required
@require_GET
def show_workload(request: HttpRequest) -> HttpResponse:
    """How much each reviewer of the offices that I head has in hand."""
    reach = request_reach(request)
    if not leads_offices(reach):
        names = "、".join(roles_that(Permission.ASSIGN_REVIEWS, own=False))
        raise PermissionDenied(f"验收评定的分派情况由{names}查看。")
    return render(request, "assessments/workload.html", {"loads": workload(reach, at=moment_of(request))})


@login_required
@require_GET
def show_comparison(request: HttpRequest) -> HttpResponse:
    """How my marks on each criterion stand beside other reviewers'; for a head of an office the spread over all."""
    reach = reviewing_reach(request)
    offered = choices(reach)
    wanted = request.GET.get("of", "")
    choice = next((one for one in offered if one.key == wanted), offered[0] if offered else None)
    context: dict[str, Any] = {
        "offered": offered,
        "choice": choice,
        "others_needed": OTHERS_NEEDED,
        "spread_needed": SPREAD_NEEDED,
        "marks_needed": MARKS_NEEDED,
        "is_lead": bool(leads_offices(reach)),
    }
    if choice is not None:
        context["lines"] = compared(reach, choice)
        context["spreads"] = spreads(choice) if context["is_lead"] else []
    return render(request, "assessments/comparison.html", context)


@login_required
@require_GET
def show_assignments(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """In whose hands a sheet was and is, for those of the offices that review it."""
    sheet = readable_sheet(request, sheet_id)
    offices = set(works_in_offices(request_reach(request)))
    if not offices & {sheet.supervisor_id, sheet.rating_authority_id}:
        raise PermissionDenied("经手记录供负责验收、评定这张表的部门查看。")
    context = {"sheet": sheet, "rows": history_of_assignments(sheet)}
    return render(request, "assessments/assignments.html", context)
