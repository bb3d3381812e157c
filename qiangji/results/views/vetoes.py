"""Pages of the year-end veto: proposing, proof, the second person's decision, appeal and its answer, lifting."""

from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import may_read, why_unreadable
from qiangji.files.exceptions import BytesMissing, FileRefused
from qiangji.files.kinds import ACCEPT, ACCEPTED
from qiangji.files.responses import serve
from qiangji.lib.dates import is_past
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.results.exceptions import ResultsError
from qiangji.results.models import VetoProof, YearEndVeto
from qiangji.results.services.vetoes import (
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
from qiangji.results.views.lookup import answered, seen_version
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
    veto = visible_veto(request, veto_id)
    reach, at = request_reach(request), moment_of(request)
    appeal_waits = open_appeal(veto) is not None
    approves = may_approve(reach, veto.organization)
    in_force = veto.state == YearEndVeto.State.IN_FORCE
    context = {
        "veto": veto,
        "steps": veto.steps.select_related("taken_by"),
        "proofs": veto.proofs.filter(detached_at__isnull=True).select_related("content"),
        "is_first": veto.first_by_id == reach.user.pk,
        "may_prove": veto.state == YearEndVeto.State.PROPOSED and veto.first_by_id == reach.user.pk,
        "may_decide": veto.state == YearEndVeto.State.PROPOSED
        and approves
        and veto.first_by_id != reach.user.pk,
        "may_appeal": in_force
        and not appeal_waits
        and may_appeal(reach, veto.organization)
        and veto.appeal_until is not None
        and not is_past(veto.appeal_until, at=at),
        "may_answer": in_force and appeal_waits and may_end(reach, veto),
        "waits": in_force and appeal_waits,
        "may_lift": in_force and not appeal_waits and may_end(reach, veto),
        "is_over": in_force and veto.end_date is not None and is_past(veto.end_date, at=at),
        "result_changed": veto.sheet.state != veto.result.outcome,
        "accept": ACCEPT,
        "accepted": ACCEPTED,
    }
    return render(request, "results/veto.html", context)


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


@login_required
@require_POST
def decide(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """Put a proposal into force, or reject it, as the second person."""
    veto = visible_veto(request, veto_id)
    try:
        end = date.fromisoformat(request.POST.get("end", ""))
    except ValueError:
        end = None
    agrees = request.POST.get("agrees") == "yes"
    return answered(
        request,
        lambda: decide_veto(
            reach=request_reach(request),
            veto=veto,
            agrees=agrees,
            words=request.POST.get("words", ""),
            notice_number=request.POST.get("notice_number", ""),
            end_date=end,
            seen_version=seen_version(request),
            at=moment_of(request),
        ),
        "已审定，一票否决生效。" if agrees else "已审定，没有通过。",
        "results:veto",
        veto.public_id,
    )


@login_required
@require_POST
def appeal(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """Appeal for the organization."""
    veto = visible_veto(request, veto_id)
    return answered(
        request,
        lambda: appeal_veto(
            reach=request_reach(request),
            veto=veto,
            words=request.POST.get("words", ""),
            seen_version=seen_version(request),
            at=moment_of(request),
        ),
        "申诉已提交，等待答复。",
        "results:veto",
        veto.public_id,
    )


@login_required
@require_POST
def answer(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """Answer an appeal."""
    veto = visible_veto(request, veto_id)
    return answered(
        request,
        lambda: answer_appeal(
            reach=request_reach(request),
            veto=veto,
            upheld=request.POST.get("upheld") == "yes",
            words=request.POST.get("words", ""),
            seen_version=seen_version(request),
            at=moment_of(request),
        ),
        "申诉已答复。",
        "results:veto",
        veto.public_id,
    )


@login_required
@require_POST
def lift(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """Lift a veto before its end."""
    veto = visible_veto(request, veto_id)
    return answered(
        request,
        lambda: lift_veto(
            reach=request_reach(request),
            veto=veto,
            words=request.POST.get("words", ""),
            seen_version=seen_version(request),
            at=moment_of(request),
        ),
        "已撤销。",
        "results:veto",
        veto.public_id,
    )
