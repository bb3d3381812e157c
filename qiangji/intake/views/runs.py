"""One table that was handed in: what it would do, what is wrong with it, and the choice."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from qiangji.accounts.requests import signed_in_user
from qiangji.intake.exceptions import IntakeError
from qiangji.intake.exporting import marked_of, suggested
from qiangji.intake.kinds.base import CHANGED, NEW, UNCHANGED, Kind, Place
from qiangji.intake.models import ImportRun
from qiangji.intake.services.runs import discard_run, match_columns
from qiangji.intake.services.work import WORKING, begin, settle
from qiangji.intake.views.access import run_at, workbook
from qiangji.lib.tabular import Column
from qiangji.orgs.requests import moment_of, request_reach

State = ImportRun.State
STATUS = {NEW: "新增", CHANGED: "更新", UNCHANGED: "无变化"}
SHOWN_FINDINGS = 200


@dataclass(frozen=True)
class Matched:
    """One of our columns beside the choice of theirs."""

    column: Column
    chosen: str


@login_required
@require_GET
def run_page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Show one run; while it is worked on, a fragment that asks again."""
    run, kind = run_at(request, run_id)
    stand = settle(run) if run.state in WORKING else None
    context = context_of(run, kind) | {"stand": stand, "working": run.state in WORKING}
    fragment = request.htmx and request.GET.get("part") == "stand"  # type: ignore[attr-defined]
    if not fragment:
        return render(request, "intake/run.html", context)
    answer = render(request, "intake/_stand.html", context)
    if not context["working"]:
        answer["HX-Refresh"] = "true"
    return answer


def context_of(run: ImportRun, kind: Kind) -> dict:
    """Return what a run's page shows."""
    headings = run.counts.get("headings") or []
    chosen = run.columns or suggested(kind, headings)
    preview = run.counts.get("preview") or {}
    for row in preview.get("rows", []):
        row["words"] = STATUS[row["status"]]
    counts = run.counts
    return {
        "run": run,
        "kind": kind,
        "counts": counts,
        "to_write": counts.get(NEW, 0) + counts.get(CHANGED, 0),
        "findings": run.findings[:SHOWN_FINDINGS],
        "more_findings": max(0, counts.get("findings", 0) - SHOWN_FINDINGS),
        "preview": preview,
        "headings": [text for text in dict.fromkeys(headings) if text],
        "matched": [Matched(column, chosen.get(column.name, "")) for column in kind.columns]
        if headings
        else [],
    }


@login_required
@require_POST
def match(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Say which of the table's columns is which of ours, keep that if wished, and check again."""
    run, kind = run_at(request, run_id)
    by, at = signed_in_user(request), moment_of(request)
    columns = {column.name: request.POST.get(f"column-{column.name}", "") for column in kind.columns}
    try:
        match_columns(run=run, columns=columns, name=request.POST.get("name", "").strip(), by=by, at=at)
        begin(run=run, state=State.CHECKING, mode="", by=by, at=at)
    except IntakeError as error:
        messages.error(request, str(error))
    return redirect("intake:run", run.public_id)


@login_required
@require_POST
def apply(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Import the table, whole or without its bad rows."""
    run, _ = run_at(request, run_id)
    mode = ImportRun.Mode.GOOD if request.POST.get("mode") == ImportRun.Mode.GOOD else ImportRun.Mode.ALL
    try:
        if run.state != State.CHECKED:
            raise IntakeError("这张表现在不能导入：请先核对，或重新上传。")
        begin(run=run, state=State.APPLYING, mode=mode, by=signed_in_user(request), at=moment_of(request))
    except IntakeError as error:
        messages.error(request, str(error))
    return redirect("intake:run", run.public_id)


@login_required
@require_POST
def check_again(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Read the same table once more: after a break, or after what it rests on was mended."""
    run, _ = run_at(request, run_id)
    try:
        if run.state not in (State.CHECKED, State.FAILED, State.UPLOADED):
            raise IntakeError("这张表已经导入、放弃或正在处理。")
        begin(run=run, state=State.CHECKING, mode="", by=signed_in_user(request), at=moment_of(request))
    except IntakeError as error:
        messages.error(request, str(error))
    return redirect("intake:run", run.public_id)


@login_required
@require_POST
def discard(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Set the table aside."""
    run, _ = run_at(request, run_id)
    try:
        discard_run(run=run, by=signed_in_user(request), at=moment_of(request))
    except IntakeError as error:
        messages.error(request, str(error))
    return redirect("intake:run", run.public_id)


@login_required
@require_GET
def marked(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Hand out the table with its bad cells marked."""
    run, kind = run_at(request, run_id)
    try:
        data = marked_of(run, Place(run.organization, request_reach(request), moment_of(request)))
    except IntakeError as error:
        messages.error(request, str(error))
        return redirect("intake:run", run.public_id)
    return workbook(data, f"{kind.title}-标出问题.xlsx")
