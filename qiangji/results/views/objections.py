"""Pages of factual corrections and appeals: those of a sheet, filing one, one with its answer."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.assessments.exceptions import AssessmentError
from qiangji.assessments.models import Answer, Sheet
from qiangji.assessments.permissions import may_read, who_may, why_unreadable
from qiangji.assessments.states import RESULTS, Position
from qiangji.assessments.views.lookup import readable_sheet
from qiangji.assessments.views.saving import read_points
from qiangji.files.exceptions import BytesMissing, FileRefused
from qiangji.files.kinds import ACCEPT, ACCEPTED
from qiangji.files.responses import serve
from qiangji.lib.dates import is_past
from qiangji.lib.sent import seen_version
from qiangji.orgs.authorization import Permission
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.results.exceptions import NotAllowed, Refused, ResultsError
from qiangji.results.models import Objection, ObjectionFile
from qiangji.results.services.objections import (
    MOST_FILES,
    answer_objection,
    file_objection,
    may_answer,
    may_object,
    subject_of,
    withdraw_objection,
)
from qiangji.results.views.lookup import answered

SUBJECT = "result"
State = Objection.State
OUTCOMES = [(one.value, one.label) for one in (State.UPHELD, State.PARTLY, State.REJECTED)]


class ObjectionForm(forms.Form):
    """What is objected to, in which of the two ways, and why."""

    subject = forms.ChoiceField(label="针对")
    kind = forms.ChoiceField(
        label="类别",
        choices=Objection.Kind.choices,
        help_text="事实更正：计分所依据的事实有误。申诉：对得分或认定结果不服。",
    )
    words = forms.CharField(
        label="理由",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写清楚哪里不对、依据是什么、请求怎样改。只写组织的工作，不写个人情况。涉密信息不得录入。",
    )


@login_required
@require_GET
def list_objections(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """The objections to one sheet and its results, the latest first."""
    sheet = readable_sheet(request, sheet_id)
    at = moment_of(request)
    rows = Objection.objects.filter(sheet=sheet).select_related("answer__criterion", "result", "body")
    context = {
        "sheet": sheet,
        "rows": [(row, is_late(row, at)) for row in rows],
        "may_object": may_object(request_reach(request), sheet) and sheet.is_final,
    }
    return render(request, "results/objections.html", context)


def is_late(row: Objection, at: datetime) -> bool:
    """Say whether an answer is overdue."""
    return row.is_open and row.answer_until is not None and is_past(row.answer_until, at=at)


def subjects(sheet: Sheet, answers: list[Answer]) -> list[tuple[str, str]]:
    """Return what can be objected to, as choices: the result, and each criterion."""
    first = [(SUBJECT, "认定结果")] if sheet.state in RESULTS else []
    return first + [(one.criterion.code, f"{one.criterion.code} {one.criterion.title}") for one in answers]


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """File a correction or an appeal for one's own organization."""
    sheet = readable_sheet(request, sheet_id)
    reach, at = request_reach(request), moment_of(request)
    if not may_object(reach, sheet):
        raise PermissionDenied(f"更正和申诉由{who_may(sheet, Position.OWN, Permission.SIGN_SHEET)}提出。")
    if not sheet.is_final:
        messages.warning(request, "最终得分还没有定，现在不能提出更正或申诉。")
        return redirect("results:objections", sheet.public_id)
    answers = list(
        Answer.objects.filter(sheet=sheet)
        .exclude(criterion__scoring_kind="checklist")
        .select_related("criterion")
        .order_by("criterion__position")
    )
    form = ObjectionForm(request.POST or None, initial={"subject": request.GET.get("code", "")})
    form.fields["subject"].choices = subjects(sheet, answers)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["subject"]
        try:
            row = file_objection(
                reach=reach,
                sheet=sheet,
                kind=form.cleaned_data["kind"],
                answer=next((one for one in answers if one.criterion.code == code), None),
                words=form.cleaned_data["words"],
                uploads=request.FILES.getlist("files"),
                at=at,
            )
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except (ResultsError, FileRefused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已提出，由{row.body.name}答复。")
            return redirect("results:objection", row.public_id)
    first = next((found for one in answers if (found := subject_of(sheet, one))), None)
    whole = subject_of(sheet, None)
    context = {
        "sheet": sheet,
        "form": form,
        "until": first.until if first else None,
        "result_until": whole.until if whole else None,
        "accept": ACCEPT,
        "accepted": ACCEPTED,
        "most": MOST_FILES,
    }
    return render(request, "results/objection_new.html", context)


def visible_objection(request: HttpRequest, objection_id: UUID) -> Objection:
    """Return an objection to a sheet that may be read. Raises Http404, PermissionDenied."""
    reach = request_reach(request)
    rows = Objection.objects.visible_to(reach).select_related(
        "sheet__organization", "sheet__supervisor", "sheet__rating_authority", "sheet__cycle__owner",
        "sheet__cycle__recognizer", "answer__criterion", "result__revocation", "body", "filed_by", "ended_by", "change",
        "new_result",
    )  # fmt: skip
    row = get_object_or_404(rows, public_id=objection_id)
    if not may_read(reach, row.sheet):
        raise PermissionDenied(why_unreadable(row.sheet))
    return row


@login_required
@require_GET
def show(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """One objection: what was said, until when it is answered, what was answered and what followed."""
    return page_of(request, visible_objection(request, objection_id))


def page_of(request: HttpRequest, row: Objection, failure: str = "") -> HttpResponse:
    """Draw the page, with what was typed where an answer was refused."""
    reach = request_reach(request)
    context = {
        "row": row,
        "sheet": row.sheet,
        "files": row.files.filter(detached_at__isnull=True).select_related("content"),
        "is_late": is_late(row, moment_of(request)),
        "may_answer": row.is_open and may_answer(reach, row),
        "may_withdraw": row.is_open and may_object(reach, row.sheet),
        "allowed": row.answer.criterion.allowed_values() if row.answer else None,
        "outcomes": OUTCOMES,
        "failure": failure,
        "typed": request.POST,
    }
    return render(request, "results/objection.html", context, status=409 if failure else 200)


@login_required
@require_POST
def answer(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """Answer an objection."""
    row = visible_objection(request, objection_id)
    try:
        answer_objection(
            reach=request_reach(request),
            objection=row,
            outcome=request.POST.get("outcome", ""),
            reply=request.POST.get("reply", ""),
            points=typed_points(request),
            seen_version=seen_version(request),
            at=moment_of(request),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except ResultsError as error:
        return page_of(request, visible_objection(request, objection_id), str(error))
    messages.success(request, "已答复。")
    return redirect("results:objection", row.public_id)


def typed_points(request: HttpRequest) -> Decimal | None:
    """Read the corrected points as typed. Raises Refused for what is no number."""
    try:
        return read_points(request.POST.get("points", "").strip())
    except AssessmentError as error:
        raise Refused(str(error)) from error


@login_required
@require_POST
def withdraw(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """Take an objection back."""
    row = visible_objection(request, objection_id)
    return answered(
        request,
        lambda: withdraw_objection(
            reach=request_reach(request),
            objection=row,
            seen_version=seen_version(request),
            at=moment_of(request),
        ),
        "已撤回。",
        "results:objection",
        row.public_id,
    )


@login_required
@require_GET
def open_file(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """A file that an objection rests on."""
    file = get_object_or_404(
        ObjectionFile.objects.select_related("content", "objection"), public_id=file_id, detached_at__isnull=True
    )  # fmt: skip
    visible_objection(request, file.objection.public_id)
    try:
        return serve(file, inline="view" in request.GET)
    except BytesMissing as error:
        raise Http404(str(error)) from error
