"""What is done with a record as a whole: withdrawing it, confirming drafts, opening and removing its files."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.accounts.requests import signed_in_user
from qiangji.files.exceptions import BytesMissing
from qiangji.files.responses import serve
from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.forms import WithdrawForm
from qiangji.ledgers.models import Record
from qiangji.ledgers.services.files import detach_file
from qiangji.ledgers.services.records import confirm_record, withdraw_record
from qiangji.ledgers.views.access import (
    MANAGE,
    log_readings,
    may_change,
    readable_record,
    require_somewhere,
    writable_record,
)
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.views.access import refusal

GET_OR_POST = ["GET", "POST"]
MOST_DRAFTS = 200
DETACHED = "登记人移除"


@login_required
@require_http_methods(GET_OR_POST)
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a record back, with a reason: who typed it, or who manages the ledgers there."""
    reach = request_reach(request)
    record = readable_record(request, public_id, "撤回台账记录")
    mine = record.recorded_by_id == reach.user.pk and may_change(reach, record)
    if not mine and not reach.allows_at(MANAGE, record.organization.path):
        raise refusal(MANAGE, f"“{record.organization.short_name}”")
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_record(
                record=record,
                reason=form.cleaned_data["reason"],
                by=signed_in_user(request),
                at=moment_of(request),
            )
        except LedgersError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已撤回。记录仍可查看，不再计入任何方面。")
            return redirect("ledgers:record", record.public_id)
    words = {
        "title": "撤回记录",
        "about": f"{record.date} {record.title}。撤回后不再计入，历史保留。",
        "verb": "撤回",
        "back": reverse("ledgers:record", args=[record.public_id]),
    }
    return render(request, "ledgers/question.html", {"form": form, "words": words})


@login_required
@require_http_methods(GET_OR_POST)
def drafts(request: HttpRequest) -> HttpResponse:
    """List what waits for confirmation; confirm several at once, each of which may be refused for itself."""
    reach = request_reach(request)
    require_somewhere(reach)
    waiting = Record.objects.visible_to(reach).filter(state=Record.State.DRAFT).order_by("date", "pk")
    rows = list(waiting.select_related("organization", "host").prefetch_related("kinds")[:MOST_DRAFTS])
    allowed = [row for row in rows if may_change(reach, row)]
    log_readings(request, allowed, "待确认的登记")
    refused: list[tuple[Record, str]] = []
    if request.method == "POST":
        chosen = set(request.POST.getlist("draft"))
        done = 0
        for row in allowed:
            if str(row.public_id) not in chosen:
                continue
            try:
                confirm_record(record=row, by=signed_in_user(request), at=moment_of(request))
            except LedgersError as error:
                refused.append((row, str(error)))
            else:
                done += 1
        if done:
            messages.success(request, f"已确认 {done} 条。")
        if not refused:
            return redirect("ledgers:drafts")
        left = {row.pk for row, _ in refused}
        allowed = [row for row in allowed if row.pk in left or str(row.public_id) not in chosen]
    return render(request, "ledgers/drafts.html", {"drafts": allowed, "refused": refused})


@login_required
@require_GET
def file(request: HttpRequest, public_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Open a file of a record."""
    record = readable_record(request, public_id, "台账附件")
    found = get_object_or_404(
        record.files.select_related("content"), public_id=file_id, detached_at__isnull=True
    )
    try:
        return serve(found, inline="download" not in request.GET)
    except BytesMissing as error:
        messages.error(request, str(error))
        return redirect("ledgers:record", record.public_id)


@login_required
@require_POST
def file_detach(request: HttpRequest, public_id: UUID, file_id: UUID) -> HttpResponse:
    """Take a file off a record; the row stays with who and when."""
    record = writable_record(request, public_id, "台账附件")
    found = get_object_or_404(record.files, public_id=file_id)
    try:
        detach_file(file=found, reason=DETACHED, by=signed_in_user(request), at=moment_of(request))
    except LedgersError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"已移除“{found.filename}”。")
    return redirect("ledgers:record", record.public_id)
