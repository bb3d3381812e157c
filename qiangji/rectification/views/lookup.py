"""Finding the rectification a page is about, through what this person may see."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from qiangji.orgs.requests import request_reach
from qiangji.rectification.models import Rectification
from qiangji.rectification.permissions import may_read, why_unreadable


def readable(request: HttpRequest, public_id: UUID) -> Rectification:
    """Return a rectification that may be opened. Raises Http404 out of reach, PermissionDenied in reach."""
    reach = request_reach(request)
    rows = Rectification.objects.visible_to(reach).select_related(
        "organization", "ordered_by", "leader", "sheet__cycle"
    )
    row = get_object_or_404(rows, public_id=public_id)
    if not may_read(reach, row):
        raise PermissionDenied(why_unreadable())
    return row
