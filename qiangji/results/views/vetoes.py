"""Pages of the year-end veto: proposing, proof, the second person's decision, appeal and its answer, lifting."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.assessments.forms_vetoes import (
    Act,
    AnswerForm,
    AppealForm,
    Button,
    DecideToADayForm,
    LiftForm,
    Refusal,
    form_of,
)
from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import may_read, why_unreadable
from qiangji.files.exceptions import BytesMissing, FileRefused
from qiangji.files.kinds import ACCEPT, ACCEPTED
from qiangji.files.responses import serve
from qiangji.lib.dates import is_past
from qiangji.lib.sent import seen_version, sent_day
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.results.exceptions import NotAllowed, ResultsError
from qiangji.results.models import Result, VetoProof, YearEndVeto
from qiangji.results.services.vetoes import (
    State,
    answer_appeal,
    appeal_veto,
    attach_veto_proof,
    decide_veto,
    grounds_of,
    lift_veto,
    may_appeal,
    may_approve,
    may_end,
    open_appeal,
    propose_veto,
    who_approves,
)
from qiangji.results.views.lookup import answered
from qiangji.results.views.standings import hospital_sheet


class ProposeForm(forms.Form):
    """A proposal with what it rests on."""

    basis = forms.CharField(
        label="理由和依据",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明限期整改要求、复评结论和文号。只写组织，不写个人。",
    )


@login_required
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Propose a year-end veto of an organization that is still below the line."""
    sheet = hospital_sheet(request, sheet_id)
    reach = request_reach(request)
    if not may_approve(reach, sheet.organization):
        raise PermissionDenied(who_approves())
    form = ProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            veto = propose_veto(
                reach=reach, sheet=sheet, basis=form.cleaned_data["basis"], at=moment_of(request)
            )
        except ResultsError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已提出。请上传依据材料，再由另一人审定。")
            return redirect("results:veto", veto.public_id)
    context = {"sheet": sheet, "form": form, "grounds": grounds_of(sheet)}
    return render(request, "results/veto_propose.html", context)


def visible_veto(request: HttpRequest, veto_id: UUID) -> YearEndVeto:
    """Return a year-end veto whose sheet may be read. Raises Http404, PermissionDenied."""
    reach = request_reach(request)
    rows = YearEndVeto.objects.filter(sheet__in=Sheet.objects.visible_to(reach).order_by())
    veto = get_object_or_404(
        rows.select_related(
            "organization",
            "sheet__organization",
            "sheet__cycle",
            "result",
            "rectification",
            "first_by",
            "second_by",
        ),  # fmt: skip
        public_id=veto_id,
    )
    if not may_read(reach, veto.sheet):
        raise PermissionDenied(why_unreadable(veto.sheet))
    return veto


@login_required
@require_GET
def show(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """One year-end veto: what it rests on, who decided, until when, and what may be done."""
    return page_of(request, visible_veto(request, veto_id))


def page_of(request: HttpRequest, veto: YearEndVeto, refused: Refusal | None = None) -> HttpResponse:
    """Draw the page, with what was typed where an act was refused."""
    reach, at = request_reach(request), moment_of(request)
    waits = veto.state == State.IN_FORCE and open_appeal(veto) is not None
    is_first = veto.first_by_id == reach.user.pk
    acts = acts_on(veto, reach, at, waits=waits, refused=refused)
    context = {
        "veto": veto,
        "steps": veto.steps.select_related("taken_by"),
        "proofs": veto.proofs.filter(detached_at__isnull=True).select_related("content"),
        "is_first": is_first,
        "may_prove": veto.state == State.PROPOSED and is_first,
        "waits": waits,
        "is_over": veto.state == State.IN_FORCE
        and veto.end_date is not None
        and is_past(veto.end_date, at=at),
        "result_changed": result_changed(veto),
        "acts": acts,
        "offered": [act.name for act in acts],
        "refused": refused,
        "accept": ACCEPT,
        "accepted": ACCEPTED,
    }
    return render(request, "results/veto.html", context, status=409 if refused else 200)


def result_changed(veto: YearEndVeto) -> bool:
    """Say whether what a veto rests on no longer stands: another outcome was decided. A mere re-assessment changes nothing."""
    newest = (
        Result.objects.filter(sheet=veto.sheet_id).order_by("-sequence").values_list("outcome", flat=True)
    )
    return newest.first() != veto.result.outcome


FORMS = {"decide": DecideToADayForm, "appeal": AppealForm, "answer": AnswerForm, "lift": LiftForm}


def acts_on(
    veto: YearEndVeto, reach: Reach, at: datetime, *, waits: bool, refused: Refusal | None
) -> list[Act]:
    """Return what this person may do with a veto now."""
    in_force, is_first = veto.state == State.IN_FORCE, veto.first_by_id == reach.user.pk
    ends = in_force and may_end(reach, veto)
    in_time = veto.appeal_until is not None and not is_past(veto.appeal_until, at=at)
    offers = [
        (
            veto.state == State.PROPOSED and not is_first and may_approve(reach, veto.organization),
            ("decide", "审定", (
                Button("同意，生效", "btn-danger", "agrees", "yes"), Button("不同意", name="agrees", value="no"),
            )),
        ),
        (
            in_force and not waits and in_time and may_appeal(reach, veto.organization),
            ("appeal", "申诉", (Button("提交申诉", "btn-primary"),)),
        ),
        (
            waits and ends,
            ("answer", "答复申诉", (
                Button("不成立，维持", name="upheld", value="no"),
                Button("成立，撤销一票否决", "btn-primary", "upheld", "yes"),
            )),
        ),
        (ends and not waits, ("lift", "提前撤销", (Button("撤销"),))),
    ]  # fmt: skip
    return [
        Act(
            name, title, reverse(f"results:{name}_veto", args=[veto.public_id]), form_of(FORMS[name], name, refused),
            buttons, is_folded=name == "lift",
        )
        for offered, (name, title, buttons) in offers if offered
    ]  # fmt: skip


@login_required
@require_POST
def add_proof(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """Store what a proposal rests on."""
    veto = visible_veto(request, veto_id)
    uploads = request.FILES.getlist("files")

    def act() -> None:
        for upload in uploads:
            attach_veto_proof(reach=request_reach(request), veto=veto, upload=upload, at=moment_of(request))

    try:
        return answered(request, act, "依据材料已上传。", "results:veto", veto.public_id)
    except FileRefused as error:
        messages.error(request, str(error))
        return redirect("results:veto", veto.public_id)


@login_required
@require_GET
def open_proof(request: HttpRequest, proof_id: UUID) -> HttpResponseBase:
    """The file itself."""
    proof = get_object_or_404(
        VetoProof.objects.select_related("content", "veto"), public_id=proof_id, detached_at__isnull=True
    )
    visible_veto(request, proof.veto.public_id)
    try:
        return serve(proof, inline="view" in request.GET)
    except BytesMissing as error:
        raise Http404(str(error)) from error


def acted(
    request: HttpRequest,
    veto_id: UUID,
    name: str,
    service: Callable[..., YearEndVeto],
    done: str,
    **more: Any,
) -> HttpResponse:
    """Do one thing with a veto and go back to its page; what was refused is drawn with what was typed."""
    veto = visible_veto(request, veto_id)
    try:
        service(
            reach=request_reach(request),
            veto=veto,
            words=request.POST.get("words", ""),
            seen_version=seen_version(request),
            at=moment_of(request),
            **more,
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except ResultsError as error:
        refused = Refusal.of(request, name, FORMS[name], error)
        return page_of(request, visible_veto(request, veto_id), refused)
    messages.success(request, done)
    return redirect("results:veto", veto.public_id)


@login_required
@require_POST
def decide(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """Put a proposal into force, or reject it, as the second person."""
    end = sent_day(request, "end")
    agrees = request.POST.get("agrees") == "yes"
    done = "已审定，一票否决生效。" if agrees else "已审定，没有通过。"
    number = request.POST.get("notice_number", "")
    return acted(
        request, veto_id, "decide", decide_veto, done, agrees=agrees, notice_number=number, end_date=end
    )


@login_required
@require_POST
def appeal(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """Appeal for the organization."""
    return acted(request, veto_id, "appeal", appeal_veto, "申诉已提交，等待答复。")


@login_required
@require_POST
def answer(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """Answer an appeal."""
    upheld = request.POST.get("upheld") == "yes"
    return acted(request, veto_id, "answer", answer_appeal, "申诉已答复。", upheld=upheld)


@login_required
@require_POST
def lift(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """Lift a veto before its end."""
    return acted(request, veto_id, "lift", lift_veto, "已撤销。")
