"""Finding what a page is about, through what this person may see; and turning refusals into pages."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from qiangji.assessments.models import Cycle
from qiangji.assessments.views.cycles import visible_cycles
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import request_reach
from qiangji.results.exceptions import NotAllowed, ResultsError

READERS = (Permission.SEE_SUBMITTED_SHEET,)


def visible_cycle(request: HttpRequest, cycle_id: UUID) -> Cycle:
    """Return a cycle this person has to do with; 404 for any other."""
    rows = visible_cycles(request_reach(request)).select_related("owner", "recognizer")
    return get_object_or_404(rows, public_id=cycle_id)


def may_compare(reach: Reach) -> bool:
    """Say whether this person reads submitted sheets of others: ledgers, summaries and coverage are for them."""
    return any(reach.nodes_with(permission, own=False) for permission in READERS)


def compared_cycle(request: HttpRequest, cycle_id: UUID) -> Cycle:
    """Return a cycle whose ledgers this person may read. Raises Http404, PermissionDenied."""
    cycle = visible_cycle(request, cycle_id)
    if not may_compare(request_reach(request)):
        names = "、".join(roles_that(Permission.SEE_SUBMITTED_SHEET, own=False))
        raise PermissionDenied(f"分类台账和汇总由{names}查看。")
    return cycle


def visible_region(request: HttpRequest, region_id: UUID) -> Organization:
    """Return a guidance committee in reach; 404 for any other organization."""
    rows = Organization.objects.visible_to(request_reach(request)).select_related("parent")
    return get_object_or_404(rows, public_id=region_id, kind=Organization.Kind.GUIDANCE_COMMITTEE)


def answered(
    request: HttpRequest, act: Callable[[], Any], done: str, to: str, *arguments: Any
) -> HttpResponse:
    """Do something, say so, and go to a page; what cannot be done is said there, who may for whom may not."""
    try:
        act()
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except ResultsError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(to, *arguments)
