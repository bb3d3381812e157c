"""Finding the task a page is about, through what this person may see."""

from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from qiangji.dispatches.models import Task
from qiangji.dispatches.permissions import may_read, why_unreadable
from qiangji.orgs.requests import request_reach


def readable(request: HttpRequest, public_id: UUID) -> Task:
    """Return a task that may be opened. Raises Http404 out of reach, PermissionDenied in reach."""
    reach = request_reach(request)
    rows = Task.objects.visible_to(reach).select_related(
        "organization", "issuer", "owner", "dispatch__meeting", "dispatch__criterion__edition__standard"
    )
    row = get_object_or_404(rows, public_id=public_id)
    if not may_read(reach, row):
        raise PermissionDenied(why_unreadable())
    return row


def seen_version(request: HttpRequest) -> int:
    """Return the version the person decided on; -1, which fits nothing, where the field was tampered with."""
    value = request.POST.get("seen_version", "")
    return int(value) if value.isdecimal() and len(value) < 10 else -1


def sent_day(request: HttpRequest, name: str) -> date | None:
    """Return a day that a form sent, or None."""
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        return None


def sent_id(request: HttpRequest, name: str) -> UUID:
    """Return a key that a form sent; one that fits nothing where it was tampered with."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return UUID(int=0)
