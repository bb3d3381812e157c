"""What is written on the page of a rectification: the plan, the leader, the deadline, the moves."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from qiangji.lib.sent import seen_version, sent_day
from qiangji.lib.typed import typed_words
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.rectification.exceptions import Incomplete, NotAllowed, RectificationError
from qiangji.rectification.models import Rectification
from qiangji.rectification.services.helping import answer_help, ask_help
from qiangji.rectification.services.moves import assign_leader, extend, move
from qiangji.rectification.services.planning import MOST_ITEMS, Written, write_plan
from qiangji.rectification.states import MOVES, move_from
from qiangji.rectification.views.lookup import readable
from qiangji.rectification.views.pages import page_of


def answered(
    request: HttpRequest, row: Rectification, act: Callable[[], Rectification], done: str
) -> HttpResponse:
    """Do something and go back to the page; what cannot be done is said there, and who may is said for whom may not."""
    try:
        act()
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Incomplete as error:
        return page_of(request, row, problems=error.missing, status=409)
    except RectificationError as error:
        return page_of(request, row, problems=[str(error)], status=409)
    messages.success(request, done)
    return redirect("rectification:one", row.public_id)


def lines_of(request: HttpRequest) -> list[Written]:
    """Read the plan's lines: those with a place, and the one that is added."""
    data = request.POST
    places = [value for value in data.getlist("position") if value.isdecimal() and len(value) < 6]

    def text(name: str, place: int) -> str:
        return typed_words(data.get(f"{name}-{place}", ""))

    return [
        Written(place, text("gap", place), text("cause", place), text("measure", place), text("done", place))
        for place in (int(value) for value in places[: MOST_ITEMS + 1])
    ]


@login_required
@require_POST
def save_plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Store causes and measures, or what was done."""
    row = readable(request, public_id)

    def act() -> Rectification:
        return write_plan(
            reach=request_reach(request),
            row=row,
            lines=lines_of(request),
            seen_version=seen_version(request),
            at=moment_of(request),
        )

    return answered(request, row, act, "已保存。")


@login_required
@require_POST
def assign(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Assign a leader to a lagging branch."""
    row = readable(request, public_id)
    try:
        person = UUID(request.POST.get("leader", ""))
    except ValueError:
        person = UUID(int=0)

    def act() -> Rectification:
        return assign_leader(
            reach=request_reach(request),
            row=row,
            person_id=person,
            seen_version=seen_version(request),
            at=moment_of(request),
        )

    return answered(request, row, act, "已指定联系领导。")


@login_required
@require_POST
def change_deadline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Set another deadline, with a reason."""
    row = readable(request, public_id)
    day = sent_day(request, "deadline")
    if day is None:
        return page_of(request, row, problems=["请选择新的期限。"], status=409)

    def act() -> Rectification:
        return extend(
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
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask whoever ordered it for help."""
    return helped(request, public_id, ask_help, "已请求上级帮助，等待答复。")


@login_required
@require_POST
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer the help that was asked for."""
    return helped(request, public_id, answer_help, "已答复。")


def helped(
    request: HttpRequest, public_id: UUID, service: Callable[..., Rectification], done: str
) -> HttpResponse:
    """Say something about help and go back to the page."""
    row = readable(request, public_id)

    def act() -> Rectification:
        return service(
            reach=request_reach(request),
            row=row,
            words=request.POST.get("words", ""),
            seen_version=seen_version(request),
            at=moment_of(request),
        )

    return answered(request, row, act, done)


@login_required
@require_POST
def make_move(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Settle the plan, hand in, verify, send back, close."""
    if verb == "withdraw" or verb not in {one.verb for one in MOVES}:
        raise Http404("没有这一步。")
    row = readable(request, public_id)
    step = move_from(row.state, verb)

    def act() -> Rectification:
        return move(
            reach=request_reach(request),
            row=row,
            verb=verb,
            words=request.POST.get("words", ""),
            seen_version=seen_version(request),
            at=moment_of(request),
        )

    return answered(request, row, act, f"已{step.label}。" if step else "已办理。")
