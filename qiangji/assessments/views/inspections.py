"""Inspections on the spot: what is given to me, and one of them, written on a phone that may lose its connection."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from qiangji.assessments.exceptions import AssessmentError, Incomplete, Refused, Unseen
from qiangji.assessments.inspecting import inspections_of
from qiangji.assessments.models import Finding, Inspection
from qiangji.assessments.selectors.changes import changes_before
from qiangji.assessments.selectors.inspections import (
    findings_of,
    interview_form,
    may_read_inspection,
    my_inspections,
    visible_inspections,
    why_closed_to_you,
)
from qiangji.assessments.services.inspecting import (
    Note,
    conclude_inspection,
    record_finding,
    record_interview,
    start_inspection,
    withdraw_finding,
)
from qiangji.assessments.stages import Stage
from qiangji.assessments.views.lookup import json_errors
from qiangji.lib.typed import storable
from qiangji.orgs.requests import moment_of, request_reach

NOT_JSON = "发来的内容读不懂，请刷新页面后重试。"


def visible_inspection(request: HttpRequest, inspection_id: UUID) -> Inspection:
    """Return an inspection that this person may read. Raises Http404; PermissionDenied where only its sheet is in reach."""
    reach = request_reach(request)
    row = get_object_or_404(visible_inspections(reach), public_id=inspection_id)
    if not may_read_inspection(reach, row):
        raise PermissionDenied(why_closed_to_you(row))
    return row


@login_required
@require_GET
def list_inspections(request: HttpRequest) -> HttpResponse:
    """What is given to my teams today."""
    rows = my_inspections(request_reach(request))
    return render(request, "assessments/inspections.html", {"rows": rows})


@login_required
@require_GET
def show_inspection(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    """One inspection: what was noted and counted, to write for its team while it goes on."""
    row = visible_inspection(request, inspection_id)
    return render(request, "assessments/inspection.html", inspection_context(request, row))


def inspection_context(request: HttpRequest, row: Inspection, **more: Any) -> dict[str, Any]:
    """Return what the page of an inspection shows."""
    reach = request_reach(request)
    is_ours = Inspection.objects.filter(inspections_of(reach), pk=row.pk).exists()
    goes_on: bool = getattr(row, "goes_on", False)
    is_open = is_ours and row.started_at is not None and goes_on
    methods = [(method.value, method.label) for method in Inspection.Method if method in row.methods]
    return {
        "row": row,
        "sheet": row.sheet,
        "is_ours": is_ours,
        "is_open": is_open,
        "may_start": is_ours and row.started_at is None and goes_on,
        "changes": changes_before(row.sheet, Stage.INSPECTION) if is_open else None,
        "is_lead": row.team.members.filter(user=reach.user, is_lead=True, left_date=None).exists(),
        "methods": methods,
        "kinds": Finding.Kind.choices,
        "findings": findings_of(row),
        "interviews": interview_form(row) if Inspection.Method.INTERVIEW in row.methods else [],
        "criteria": row.sheet.answers.order_by("criterion__position").values_list(
            "criterion__code", "criterion__title"
        ),
        **more,
    }


@login_required
@require_POST
def start(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    """Begin an inspection."""
    row = visible_inspection(request, inspection_id)
    try:
        start_inspection(reach=request_reach(request), inspection_id=row.public_id, at=moment_of(request))
    except AssessmentError as error:
        messages.error(request, str(error))
    return redirect("assessments:inspection", row.public_id)


@login_required
@require_POST
def conclude(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    """End an inspection with its summary; what changed since the rating is on the page, and shown again where more did."""
    row = visible_inspection(request, inspection_id)
    summary = storable(request.POST.get("summary", ""))
    try:
        conclude_inspection(
            reach=request_reach(request),
            inspection_id=row.public_id,
            summary=summary,
            seen_changes=request.POST.get("seen_changes", ""),
            at=moment_of(request),
        )
    except Unseen as error:
        why = f"{error}变动列在下面。"
        context = inspection_context(request, row, failure=why, summary=summary)
        return render(request, "assessments/inspection.html", context, status=409)
    except Incomplete as error:
        context = inspection_context(request, row, missing=error.missing, summary=summary)
        return render(request, "assessments/inspection.html", context)
    except AssessmentError as error:
        context = inspection_context(request, row, failure=str(error), summary=summary)
        return render(request, "assessments/inspection.html", context)
    messages.success(request, "抽查已完成，所查条目以抽查得分为准。")
    return redirect("assessments:inspection", row.public_id)


@json_errors
@require_POST
def note(request: HttpRequest, inspection_id: UUID) -> JsonResponse:
    """Store one finding as the page's script sends it, once."""
    data = body_of(request)
    try:
        client_id = UUID(str(data.get("id", "")))
    except ValueError as error:
        raise Refused(NOT_JSON) from error
    found = record_finding(
        reach=request_reach(request),
        inspection_id=inspection_id,
        note=Note(
            client_id,
            text_of(data, "method"),
            text_of(data, "kind"),
            text_of(data, "text"),
            text_of(data, "code"),
        ),
        at=moment_of(request),
    )
    return JsonResponse({"id": str(found.client_id), "public_id": str(found.public_id)})


@json_errors
@require_POST
def count_interview(request: HttpRequest, inspection_id: UUID) -> JsonResponse:
    """Store the counts of one group."""
    data = body_of(request)
    counts = data.get("counts")
    if not isinstance(counts, dict):
        raise Refused(NOT_JSON)
    read = {str(name): numbers_of(numbers) for name, numbers in counts.items()}
    stored = record_interview(
        reach=request_reach(request),
        inspection_id=inspection_id,
        group=text_of(data, "group"),
        counts=read,
        at=moment_of(request),
    )
    return JsonResponse({"stored": stored})


def body_of(request: HttpRequest) -> dict[str, Any]:
    """Read a JSON object. Raises Refused."""
    try:
        data = json.loads(request.body)
    except ValueError as error:
        raise Refused(NOT_JSON) from error
    if not isinstance(data, dict):
        raise Refused(NOT_JSON)
    return data


def text_of(data: dict[str, Any], name: str) -> str:
    """Return a text of a JSON object without characters that no text has."""
    value = data.get(name, "")
    return storable(value) if isinstance(value, str) else ""


def numbers_of(value: object) -> list[int]:
    """Read three whole numbers. Raises Refused."""
    if not isinstance(value, list) or not all(
        isinstance(one, int) and not isinstance(one, bool) for one in value
    ):
        raise Refused("人数应是整数。")
    return value


@login_required
@require_POST
def withdraw_note(request: HttpRequest, inspection_id: UUID, finding_id: UUID) -> HttpResponse:
    """Withdraw a finding."""
    row = visible_inspection(request, inspection_id)
    try:
        withdraw_finding(
            reach=request_reach(request),
            inspection_id=row.public_id,
            finding_id=finding_id,
            at=moment_of(request),
        )
    except AssessmentError as error:
        raise PermissionDenied(str(error)) from error
    return redirect("assessments:inspection", row.public_id)
