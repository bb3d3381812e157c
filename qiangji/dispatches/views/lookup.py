"""Finding the task a page is about, through what this person may see."""

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
