"""The last page of the workshop: what will be published, what still hinders it, and the button."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.orgs.requests import moment_of
from qiangji.standards.views.board import board_of
from qiangji.standards.views.lookup import managed_draft
from qiangji.standards.views.original import wheres_of
from qiangji.standards.workshop.exceptions import DraftUnfinished, WorkshopError
from qiangji.standards.workshop.publishing import publish_draft, store_trial
from qiangji.standards.workshop.selectors import draft_page


@login_required
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Publish a draft as an edition, or store it for a trial; a refusal names everything that hinders."""
    draft = managed_draft(request, draft_id)
    if draft.edition is not None and not draft.is_open:
        return redirect("standards:edition", draft.edition.public_id)
    refusals: list[str] = []
    if request.method == "POST":
        is_trial = request.POST.get("action") == "trial"
        seen = request.POST.get("seen", "")
        turn: dict[str, Any] = {
            "draft": draft,
            "seen": int(seen) if seen.isdecimal() else -1,
            "by": signed_in_user(request),
            "at": moment_of(request),
        }
        try:
            edition = store_trial(**turn) if is_trial else publish_draft(**turn)
        except DraftUnfinished as error:
            refusals = error.messages
        except WorkshopError as error:
            refusals = [str(error)]
        else:
            words = (
                "已存为草稿版本，只能用于试评。"
                if is_trial
                else "已发布。内容从此不再改动，更正请另起一个版本。"
            )
            messages.success(request, words)
            return redirect("standards:edition", edition.public_id)
        draft.refresh_from_db()
    page = draft_page(draft)
    board = board_of(page.state, page.findings, wheres_of(page.lines))
    context = {
        "draft": draft,
        "page": page,
        "board": board,
        "hindrances": [one for one in board.findings if one.severity == "error"],
        "questions": [one for one in board.findings if one.severity != "error"],
        "refusals": refusals,
    }
    return render(request, "standards/workshop/publish.html", context)
