"""Pages of integrity flags: raising one, one with its course, the list of those that one may read."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.assessments.exceptions import AssessmentError, NotAllowed, Refused
from qiangji.assessments.integrity import may_make, may_raise, may_see, stands_above, who_raises
from qiangji.assessments.integrity_states import FOUND, MOVES, OPEN, Outcome, Side, State, moves_from
from qiangji.assessments.models import Evidence, IntegrityFlag, Sheet
from qiangji.assessments.permissions import acts_from, why_unreadable
from qiangji.assessments.selectors.integrity import VIEWS, may_list, readable_flags
from qiangji.assessments.services import integrity as services
from qiangji.assessments.services.sheet_vetoes import may_approve
from qiangji.assessments.states import Position
from qiangji.assessments.states import move_from as sheet_move_from
from qiangji.assessments.vetoes import sheet_vetoes
from qiangji.assessments.views.evidence import answer_of
from qiangji.lib.dates import is_past, local_day
from qiangji.lib.sent import seen_version, sent_day
from qiangji.orgs.authorization import Permission
from qiangji.orgs.requests import moment_of, request_reach

USUAL_DAYS = 7
PER_PAGE = 50


@login_required
@require_http_methods(["GET", "POST"])
def raise_one(request: HttpRequest, sheet_id: UUID, code: str) -> HttpResponse:
    """Raise a flag on one file of a criterion, or on what was written there."""
    sheet, answer = answer_of(request, sheet_id, code)
    reach, at = request_reach(request), moment_of(request)
    if not may_raise(reach, sheet):
        raise PermissionDenied(who_raises())
    files = list(
        Evidence.objects.filter(answer=answer, detached_at__isnull=True).order_by("attached_at", "pk")
    )
    chosen = request.POST.get("evidence", "") or request.GET.get("evidence", "")
    evidence = next((one for one in files if str(one.public_id) == chosen), None)
    problem = ""
    if request.method == "POST":
        try:
            if evidence is None and chosen != "statement":
                raise Refused("请选择对哪一份材料存疑；原来选的可能已经移除。")
            flag = services.raise_flag(
                reach=reach,
                answer=answer,
                evidence=evidence,
                reason=request.POST.get("reason", ""),
                answer_until=sent_day(request, "answer_until"),
                at=at,
            )
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except AssessmentError as error:
            problem = str(error)
        else:
            messages.success(request, "已提出，等填报单位说明，再由另一人认定。")
            return redirect("assessments:integrity", flag.public_id)
    usual = local_day(at) + timedelta(days=USUAL_DAYS)
    context = {
        "sheet": sheet,
        "answer": answer,
        "code": code,
        "files": files,
        "evidence": evidence,
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "until": request.POST.get("answer_until", "") or usual.isoformat(),
    }
    return render(request, "assessments/integrity_raise.html", context, status=409 if problem else 200)


@login_required
@require_GET
def list_flags(request: HttpRequest) -> HttpResponse:
    """What is doubted or was found false on sheets that one may read: a fixed number of statements."""
    reach = request_reach(request)
    if not may_list(reach):
        raise PermissionDenied(who_raises())
    rows = readable_flags(reach)
    counts = rows.order_by().aggregate(
        open=Count("pk", filter=Q(state__in=OPEN)),
        found=Count("pk", filter=Q(state__in=FOUND)),
        over=Count("pk", filter=Q(state__in=[State.DISMISSED, State.WITHDRAWN])),
    )
    chosen = request.GET.get("view", "open")
    if chosen in VIEWS:
        rows = rows.filter(state__in=VIEWS[chosen][1])
    else:
        chosen, rows = "over", rows.filter(state__in=[State.DISMISSED, State.WITHDRAWN])
    rows = rows.select_related("sheet__cycle", "answer__criterion", "evidence").order_by("-raised_at", "pk")
    context = {
        "chosen": chosen,
        "tabs": [(key, words, counts[key]) for key, (words, _) in VIEWS.items()]
        + [("over", "已排除、撤回", counts["over"])],
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "day": reach.day,
    }
    return render(request, "assessments/integrity_list.html", context)


def visible_flag(request: HttpRequest, flag_id: UUID) -> IntegrityFlag:
    """Return a flag that may be opened. Raises Http404 out of reach, PermissionDenied in reach."""
    reach = request_reach(request)
    rows = IntegrityFlag.objects.filter(sheet__in=Sheet.objects.visible_to(reach).order_by())
    row = get_object_or_404(
        rows.select_related(
            "sheet__organization", "sheet__cycle", "sheet__edition", "sheet__supervisor",
            "sheet__rating_authority", "answer__criterion", "evidence__content", "raised_by", "second_by",
        ),
        public_id=flag_id,
    )  # fmt: skip
    if not may_see(reach, row):
        raise PermissionDenied(why_unreadable(row.sheet))
    return row


@login_required
@require_GET
def show(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """One flag."""
    return page_of(request, visible_flag(request, flag_id))


def page_of(
    request: HttpRequest, row: IntegrityFlag, *, problem: str = "", status: int = 200
) -> HttpResponse:
    """Draw the page, with what kept a step from being made where there is something, and what was typed then."""
    reach, at = request_reach(request), moment_of(request)
    sheet = row.sheet
    over = is_past(row.answer_until, at=at)
    offered = [
        move
        for move in moves_from(row.state)
        if may_make(reach, row, move) and (over or not move.after_deadline)
    ]
    above = stands_above(reach, sheet)
    own = acts_from(reach, sheet, Position.OWN, Permission.SEE_LIVE_SHEET)
    found = row.state in FOUND
    context = {
        "row": row,
        "sheet": sheet,
        "steps": row.steps.select_related("taken_by"),
        "moves": [move for move in offered if move.side == Side.OWN or move.verb in ("confirm", "dismiss")],
        "settles": any(move.verb == "settle" for move in offered),
        "outcomes": Outcome.choices,
        "quiet_moves": [move for move in offered if move.verb in ("withdraw", "revoke")],
        "is_first": row.raised_by_id == reach.user.pk,
        "is_late": row.state == State.RAISED and over,
        "waits": row.state == State.RAISED and not over,
        "above": above,
        "own": own,
        "is_found": found,
        "vetoes": row.sheet_vetoes.all() if found else [],
        "may_veto": found
        and may_approve(reach, sheet)
        and sheet_move_from(sheet.state, "withhold") is not None
        and bool(sheet_vetoes(sheet)),
        "problem": problem,
        "typed": request.POST if problem else {},
    }
    return render(request, "assessments/integrity.html", context, status=status)


@login_required
@require_POST
def make_move(request: HttpRequest, flag_id: UUID, verb: str) -> HttpResponse:
    """Explain, confirm, dismiss, withdraw, note what was decided, revoke."""
    if verb not in {one.verb for one in MOVES}:
        raise Http404("没有这一步。")
    row = visible_flag(request, flag_id)
    try:
        stored = services.move_flag(
            reach=request_reach(request),
            flag=row,
            verb=verb,
            words=request.POST.get("words", ""),
            outcome=request.POST.get("outcome", ""),
            seen_version=seen_version(request),
            at=moment_of(request),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except AssessmentError as error:
        return page_of(request, visible_flag(request, flag_id), problem=str(error), status=409)
    messages.success(request, f"已办理：{stored.get_state_display()}。")
    return redirect("assessments:integrity", row.public_id)
