"""Finding the draft a page is about, and saying who may work on it, the same way on every page of the workshop."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import request_reach
from qiangji.standards.models import Draft


def visible_draft(request: HttpRequest, draft_id: UUID) -> Draft:
    """Return the draft, or raise Http404 for whoever does not reach its organization."""
    drafts = Draft.objects.visible_to(request_reach(request)).select_related(
        "organization", "created_by", "earlier__standard", "edition"
    )
    return get_object_or_404(drafts, public_id=draft_id)


def may_manage(reach: Reach, draft: Draft) -> bool:
    """Say whether this person brings standards into shape for the draft's organization."""
    node = draft.organization
    return reach.may(Permission.MANAGE_STANDARDS, node.pk, node.path)


def managed_draft(request: HttpRequest, draft_id: UUID) -> Draft:
    """Return a draft to change. Raises Http404 out of reach, PermissionDenied, which says who may, within."""
    draft = visible_draft(request, draft_id)
    if not may_manage(request_reach(request), draft):
        raise PermissionDenied(f"整理这份录入稿由{draft.organization.name}的{who_manages()}办理。")
    return draft


def who_manages() -> str:
    """Name the roles that bring standards into shape at their own node."""
    return "、".join(roles_that(Permission.MANAGE_STANDARDS, own=True))


def is_script(request: HttpRequest) -> bool:
    """Say whether a script asks for pieces, rather than a browser for a page."""
    return request.headers.get("HX-Request") == "true"
