"""What is done on the page of a task: answering, deciding, reporting and urging, another deadline, another owner."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from qiangji.dispatches.exceptions import DispatchError, NotAllowed, Refused
from qiangji.dispatches.models import Task
from qiangji.dispatches.services import moves as services
from qiangji.dispatches.services.proving import attach_proof
from qiangji.dispatches.states import MOVES, move_from
from qiangji.dispatches.views.lookup import readable
from qiangji.dispatches.views.pages import page_of
from qiangji.files.exceptions import FileRefused
from qiangji.lib.sent import seen_version, sent_day, sent_id
from qiangji.orgs.requests import moment_of, request_reach

DECISIONS = {one.verb for one in MOVES} - {"answer"}


def answered(request: HttpRequest, row: Task, act: Callable[[], Task], done: str) -> HttpResponse:
    """Do something and go back to the page; what cannot be done is said there, and who may is said for whom may not."""
    try:
        act()
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        return page_of(request, row, problems=error.problems, status=409)
    except DispatchError as error:
        return page_of(request, readable(request, row.public_id), problems=[str(error)], status=409)
    messages.success(request, done)
    return redirect("dispatches:one", row.public_id)


@login_required
@require_POST
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Store what was typed and the files that came with it; hand both in where that was the button.

    What was typed is stored before anything can be refused for another reason, so that nothing is lost.
    """
    row = readable(request, public_id)
    reach, at = request_reach(request), moment_of(request)
    hands_in = request.POST.get("act") == "submit"

    def act() -> Task:
        stored = services.save_draft(
            reach=reach,
            row=row,
            text=request.POST.get("text", ""),
            seen_version=seen_version(request),
            at=at,
        )
        failures = []
        for upload in request.FILES.getlist("files"):
            try:
                attach_proof(reach=reach, row=stored, upload=upload, at=at)
            except (Refused, FileRefused) as error:
                failures.append(f"{upload.name}：{error}")
        row.version, row.draft = stored.version, stored.draft
        if failures:
            raise Refused(*failures)
        if hands_in:
            stored = services.move(reach=reach, row=stored, verb="answer", seen_version=stored.version, at=at)
        return stored

    done = "答复已提交，等待核定。" if hands_in else "已保存，还没有提交。"
    return answered(request, row, act, done)


@login_required
@require_POST
def make_move(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Accept, send back, open again, withdraw."""
    if verb not in DECISIONS:
        raise Http404("没有这一步。")
    row = readable(request, public_id)
    step = move_from(row.state, verb)

    def act() -> Task:
        return services.move(
            reach=request_reach(request),
            row=row,
            verb=verb,
            words=request.POST.get("words", ""),
            deadline_date=sent_day(request, "deadline"),
            seen_version=seen_version(request),
            at=moment_of(request),
        )

    return answered(request, row, act, f"已{step.label}。" if step else "已办理。")


@login_required
@require_POST
def add_remark(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Report progress, or urge."""
    row = readable(request, public_id)

    def act() -> Task:
        return services.remark(
            reach=request_reach(request),
            row=row,
            words=request.POST.get("words", ""),
            seen_version=seen_version(request),
            at=moment_of(request),
        )

    return answered(request, row, act, "已记入办理过程。")


@login_required
@require_POST
def change_deadline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Set another deadline, with a reason."""
    row = readable(request, public_id)
    day = sent_day(request, "deadline")

    def act() -> Task:
        if day is None:
            raise Refused("请选择新的期限。")
        return services.extend(
            reach=request_reach(request),
            row=row,
            deadline_date=day,
            words=request.POST.get("words", ""),
            seen_version=seen_version(request),
            at=moment_of(request),
        )

    return answered(request, row, act, "期限已调整。")


@login_required
@require_POST
def change_owner(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let a colleague follow up."""
    row = readable(request, public_id)

    def act() -> Task:
        return services.hand_over(
            reach=request_reach(request),
            row=row,
            owner_id=sent_id(request, "owner"),
            seen_version=seen_version(request),
            at=moment_of(request),
        )

    return answered(request, row, act, "督办人已更换。")
