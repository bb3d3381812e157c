"""Pages of the sheet veto: proposing with proof, the second person's decision, appeal and its answer, lifting."""

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

from qiangji.assessments.exceptions import AssessmentError, NotAllowed
from qiangji.assessments.forms_vetoes import (
    Act,
    AnswerForm,
    AppealForm,
    Button,
    DecideForm,
    LiftForm,
    Refusal,
    form_of,
)
from qiangji.assessments.integrity_states import FOUND
from qiangji.assessments.models import IntegrityFlag, Sheet, SheetVeto, SheetVetoProof
from qiangji.assessments.permissions import may_read, why_unreadable
from qiangji.assessments.services import sheet_vetoes as services
from qiangji.assessments.states import State, move_from
from qiangji.assessments.vetoes import last_answers, sheet_vetoes
from qiangji.assessments.views.lookup import readable_sheet
from qiangji.files.exceptions import BytesMissing, FileRefused
from qiangji.files.kinds import ACCEPT, ACCEPTED
from qiangji.files.responses import serve
from qiangji.lib.dates import is_past, local_day
from qiangji.lib.sent import seen_version
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach


class ProposeForm(forms.Form):
    """A proposal: which condition, and what it rests on."""

    veto = forms.ChoiceField(label="情形")
    basis = forms.CharField(
        label="理由和依据",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明处理决定的机关和文号。只写组织，不写个人情况。",
    )


@login_required
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Propose that a sheet be withheld, with what proves it."""
    sheet = readable_sheet(request, sheet_id)
    reach = request_reach(request)
    if not services.may_approve(reach, sheet):
        raise PermissionDenied(services.who_approves())
    conditions = sheet_vetoes(sheet)
    if move_from(sheet.state, "withhold") is None or not conditions:
        why = (
            "本表所用标准没有规定不予评定的情形。"
            if not conditions
            else f"考评表现在是“{State(sheet.state).label}”，不能提出不予评定。"
        )
        messages.warning(request, why)
        return redirect("assessments:sheet", sheet.public_id)
    flag = confirmed_flag(sheet, request.POST.get("flag") or request.GET.get("flag", ""))
    found = next((check for check in last_answers(sheet).values() if check.applies), None)
    first = {"veto": str(found.veto.number), "basis": found.basis} if found else {}
    if flag is not None:
        first["basis"] = f"第 {flag.answer.criterion.code} 条{flag.about}已认定不实：{flag.reason}"
    form = ProposeForm(request.POST or None, initial=first)
    form.fields["veto"].choices = [(str(one.number), f"{one.number}. {one.title}") for one in conditions]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        chosen = next(one for one in conditions if str(one.number) == form.cleaned_data["veto"])
        try:
            row = services.propose(
                reach=reach,
                sheet=sheet,
                veto=chosen,
                basis=form.cleaned_data["basis"],
                uploads=request.FILES.getlist("files"),
                flag=flag,
                at=moment_of(request),
            )
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except (AssessmentError, FileRefused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已提出，须由另一人审定。")
            return redirect("assessments:sheet_veto", row.public_id)
    context = {"sheet": sheet, "form": form, "flag": flag, "accept": ACCEPT, "accepted": ACCEPTED}
    return render(request, "assessments/sheet_veto_propose.html", context)


def confirmed_flag(sheet: Sheet, public_id: str) -> IntegrityFlag | None:
    """Return the finding of false evidence of this sheet that a link names, or None."""
    try:
        wanted = UUID(public_id)
    except ValueError:
        return None
    rows = IntegrityFlag.objects.filter(sheet=sheet, state__in=FOUND)
    return rows.select_related("answer__criterion", "evidence").filter(public_id=wanted).first()


def visible_veto(request: HttpRequest, veto_id: UUID) -> SheetVeto:
    """Return a sheet veto whose sheet may be read. Raises Http404, PermissionDenied."""
    reach = request_reach(request)
    rows = SheetVeto.objects.filter(sheet__in=Sheet.objects.visible_to(reach).order_by())
    row = get_object_or_404(
        rows.select_related(
            "sheet__organization", "sheet__cycle__owner", "sheet__rating_authority", "sheet__supervisor", "veto", "flag",
            "first_by", "second_by",
        ),
        public_id=veto_id,
    )  # fmt: skip
    if not may_read(reach, row.sheet):
        raise PermissionDenied(why_unreadable(row.sheet))
    return row


@login_required
@require_GET
def show(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """One sheet veto: what it rests on, who decided, until when, and what may be done."""
    return page_of(request, visible_veto(request, veto_id))


def page_of(request: HttpRequest, row: SheetVeto, refused: Refusal | None = None) -> HttpResponse:
    """Draw the page, with what was typed where an act was refused."""
    waits = row.state == services.IN_FORCE and services.open_appeal(row) is not None
    acts = acts_on(row, request_reach(request), moment_of(request), waits=waits, refused=refused)
    context = {
        "row": row,
        "sheet": row.sheet,
        "steps": row.steps.select_related("taken_by"),
        "proofs": row.proofs.filter(detached_at__isnull=True).select_related("content"),
        "is_first": row.first_by_id == request_reach(request).user.pk,
        "waits": waits,
        "is_over": services.is_over(row, local_day(moment_of(request))),
        "acts": acts,
        "offered": [act.name for act in acts],
        "refused": refused,
    }
    return render(request, "assessments/sheet_veto.html", context, status=409 if refused else 200)


FORMS = {"decide": DecideForm, "appeal": AppealForm, "answer": AnswerForm, "lift": LiftForm}


def acts_on(row: SheetVeto, reach: Reach, at: datetime, *, waits: bool, refused: Refusal | None) -> list[Act]:
    """Return what this person may do with a veto now."""
    in_force, is_first = row.state == services.IN_FORCE, row.first_by_id == reach.user.pk
    ends = in_force and services.may_end(reach, row)
    in_time = row.appeal_until is not None and not is_past(row.appeal_until, at=at)
    offers = [
        (
            row.state == services.PROPOSED and not is_first and services.may_approve(reach, row.sheet),
            ("decide", "审定", (
                Button("同意，不予评定", "btn-danger", "agrees", "yes"), Button("不同意", name="agrees", value="no"),
            )),
        ),
        (
            in_force and not waits and in_time and services.may_appeal(reach, row.sheet),
            ("appeal", "申诉", (Button("提交申诉", "btn-primary"),)),
        ),
        (
            waits and ends,
            ("answer", "答复申诉", (
                Button("不成立，维持", name="upheld", value="no"),
                Button("成立，解除不予评定", "btn-primary", "upheld", "yes"),
            )),
        ),
        (ends and not waits, ("lift", "解除不予评定", (Button("解除"),))),
    ]  # fmt: skip
    return [
        Act(
            name, title, reverse(f"assessments:sheet_veto_{name}", args=[row.public_id]),
            form_of(FORMS[name], name, refused), buttons,
            note="解除后考评表回到“已验收”，重新评定。" if name == "lift" else "", is_folded=name == "lift",
        )
        for offered, (name, title, buttons) in offers if offered
    ]  # fmt: skip


@login_required
@require_GET
def open_proof(request: HttpRequest, proof_id: UUID) -> HttpResponseBase:
    """The file itself."""
    proof = get_object_or_404(
        SheetVetoProof.objects.select_related("content", "sheet_veto"), public_id=proof_id, detached_at__isnull=True
    )  # fmt: skip
    visible_veto(request, proof.sheet_veto.public_id)
    try:
        return serve(proof, inline="view" in request.GET)
    except BytesMissing as error:
        raise Http404(str(error)) from error


def acted(
    request: HttpRequest, veto_id: UUID, name: str, service: Callable[..., SheetVeto], done: str, **more: Any
) -> HttpResponse:
    """Do one thing with a veto and go back to its page; what was refused is drawn with what was typed."""
    row = visible_veto(request, veto_id)
    try:
        service(
            reach=request_reach(request),
            row=row,
            words=request.POST.get("words", ""),
            seen_version=seen_version(request),
            at=moment_of(request),
            **more,
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except AssessmentError as error:
        refused = Refusal.of(request, name, FORMS[name], error)
        return page_of(request, visible_veto(request, veto_id), refused)
    messages.success(request, done)
    return redirect("assessments:sheet_veto", row.public_id)


@login_required
@require_POST
def decide(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """Put a proposal into force, or reject it, as the second person."""
    agrees = request.POST.get("agrees") == "yes"
    done = "已审定，考评表不予评定。" if agrees else "已审定，没有通过。"
    number = request.POST.get("notice_number", "")
    return acted(request, veto_id, "decide", services.decide, done, agrees=agrees, notice_number=number)


@login_required
@require_POST
def appeal(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """Appeal for the organization."""
    return acted(request, veto_id, "appeal", services.appeal, "申诉已提交，等待答复。")


@login_required
@require_POST
def answer(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """Answer an appeal."""
    upheld = request.POST.get("upheld") == "yes"
    return acted(request, veto_id, "answer", services.answer_appeal, "申诉已答复。", upheld=upheld)


@login_required
@require_POST
def lift(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """End a veto in force."""
    return acted(request, veto_id, "lift", services.lift, "已解除，考评表回到已验收。")
