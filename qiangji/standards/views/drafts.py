"""The workshop's front door: the list of drafts, a new one from a file or from what was pasted, and throwing one away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.accounts.requests import signed_in_user
from qiangji.files.exceptions import BytesMissing
from qiangji.files.models import Content
from qiangji.files.responses import serve
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.standards.forms import UploadForm
from qiangji.standards.models import Draft
from qiangji.standards.views.lookup import managed_draft, visible_draft, who_manages
from qiangji.standards.workshop.exceptions import DraftClosed, DraftMoved, DraftRefused
from qiangji.standards.workshop.selectors import draft_rows
from qiangji.standards.workshop.services import discard, start_draft, start_pasted

PER_PAGE = 50
ACCEPT = ".docx,.xlsx,.doc,.txt"
VIEWS = (("open", "整理中"), ("mine", "我录入的"), ("published", "已发布"), ("all", "全部"))


@dataclass(frozen=True)
class Original:
    """The file of a draft, for handing it out."""

    content: Content
    filename: str


@login_required
@require_GET
def list_drafts(request: HttpRequest) -> HttpResponse:
    """Drafts of the organizations this person sees, those still being worked on first."""
    reach = request_reach(request)
    chosen = request.GET.get("show", "open")
    drafts = Draft.objects.visible_to(reach).select_related("organization", "created_by").defer("original")
    if chosen == "mine":
        drafts = drafts.filter(created_by=reach.user)
    elif chosen == "published":
        drafts = drafts.filter(status=Draft.Status.PUBLISHED)
    elif chosen != "all":
        chosen, drafts = "open", drafts.filter(status=Draft.Status.OPEN)
    page = Paginator(drafts.order_by("-changed_at"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": draft_rows(list(page.object_list)),
        "views": VIEWS,
        "chosen": chosen,
        "may_add": bool(places_of(reach)),
        "who": who_manages(),
    }
    return render(request, "standards/workshop/drafts.html", context)


def places_of(reach: Reach) -> list[int]:
    """Return the organizations for which this person may bring in a standard."""
    return reach.nodes_with(Permission.MANAGE_STANDARDS, own=True)


@login_required
@require_http_methods(["GET", "POST"])
def new_draft(request: HttpRequest) -> HttpResponse:
    """Take a scoring table in; a refusal names reason and remedy, and what was pasted stays."""
    places = places_of(request_reach(request))
    if not places:
        raise PermissionDenied(f"录入标准由{who_manages()}办理。")
    nodes = Organization.objects.filter(pk__in=places).order_by("path")
    form = UploadForm(request.POST or None, request.FILES or None, initial={"organization": nodes.first()})
    form.fields["organization"].queryset = nodes  # type: ignore[attr-defined]
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            draft = started(request, form.cleaned_data)
        except DraftRefused as refusal:
            problems = refusal.messages
        else:
            return redirect("standards:draft", draft.public_id)
    context = {
        "form": form,
        "problems": problems,
        "single": nodes[0] if len(places) == 1 else None,
        "accept": ACCEPT,
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "max_megabytes": settings.UPLOAD_MAX_BYTES // (1024 * 1024),
    }
    return render(request, "standards/workshop/new.html", context)


def started(request: HttpRequest, data: dict[str, Any]) -> Draft:
    """Read the file, or what was pasted, into a new draft. Raises DraftRefused."""
    by, at = signed_in_user(request), moment_of(request)
    node, upload = data["organization"], data["file"]
    if upload is not None:
        if upload.size > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
            raise DraftRefused(f"文件超过 {limit} MB。请删去文件里的图片，或只留下量化表，再上传。")
        return start_draft(organization=node, filename=upload.name, data=upload.read(), by=by, at=at)
    return start_pasted(organization=node, text=data["markup"] or data["text"], by=by, at=at)


@login_required
@require_POST
def discard_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Set a draft aside for good; what was done on it stays on record."""
    draft = managed_draft(request, draft_id)
    try:
        seen = request.POST.get("seen", "")
        turn = int(seen) if seen.isdecimal() else -1
        discard(draft=draft, seen=turn, by=signed_in_user(request), at=moment_of(request))
    except (DraftMoved, DraftClosed) as refusal:
        messages.error(request, str(refusal))
        return redirect("standards:draft", draft.public_id)
    messages.success(request, f"录入稿“{draft.filename}”已作废。")
    return redirect(reverse("standards:drafts"))


@login_required
@require_GET
def original_file(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    """The file as it was handed in."""
    draft = visible_draft(request, draft_id)
    if draft.content is None:
        raise Http404
    try:
        return serve(Original(draft.content, draft.filename), inline=False)
    except BytesMissing as error:
        messages.error(request, str(error))
        return redirect("standards:draft", draft.public_id)
