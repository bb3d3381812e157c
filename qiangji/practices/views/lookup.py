"""Finding the practice a page is about, through what this person may see."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import request_reach
from qiangji.practices.models import Practice
from qiangji.practices.permissions import may_read, why_unreadable


def readable(request: HttpRequest, public_id: UUID) -> Practice:
    """Return a practice that may be opened. Raises Http404 out of reach, PermissionDenied in reach."""
    reach = request_reach(request)
    rows = Practice.objects.visible_to(reach).select_related(
        "organization", "submitted_to", "published_by", "published_to"
    )
    row = get_object_or_404(rows, public_id=public_id)
    if not may_read(reach, row):
        raise PermissionDenied(why_unreadable(row))
    return row


def recommends(reach: Reach) -> bool:
    """Say whether this person recommends for any organization."""
    return bool(reach.nodes_with(Permission.SUBMIT_PRACTICE, own=True))


def reviews(reach: Reach) -> bool:
    """Say whether this person reviews for any body."""
    return bool(reach.nodes_with(Permission.REVIEW_PRACTICE, own=False))


def refuse_recommending() -> PermissionDenied:
    """Return the refusal that says who recommends."""
    who = "、".join(roles_that(Permission.SUBMIT_PRACTICE, own=True))
    return PermissionDenied(f"好做法由医院和支部的{who}推荐。")


def sent_number(request: HttpRequest, name: str) -> int | None:
    """Return a key that a form sent, or None."""
    value = request.POST.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 12 else None


def gone_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send the browser on: by htmx's own header where it asked by script."""
    if request.htmx:  # type: ignore[attr-defined]
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        return response
    return redirect(address)
