"""Pages of the standards: what there is, where it comes from, and one edition whole."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from qiangji.orgs.authorization import Permission
from qiangji.orgs.requests import request_reach
from qiangji.standards.edition_page import edition_page
from qiangji.standards.models import Edition, PolicySource
from qiangji.standards.succession import readings


@login_required
@require_GET
def list_editions(request: HttpRequest) -> HttpResponse:
    """The editions this person sees, and the documents they rest on, the missing ones included."""
    reach = request_reach(request)
    editions = (
        Edition.objects.visible_to(reach).select_related("standard").order_by("standard__code", "-label")
    )
    return render(
        request,
        "standards/editions.html",
        {
            "editions": editions,
            "sources": PolicySource.objects.all(),
            "may_add": bool(reach.nodes_with(Permission.MANAGE_STANDARDS, own=True)),
        },
    )


@login_required
@require_GET
def show_edition(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """One edition as the table has it, with its source, its vetoes, its lines and what it leaves open."""
    reach = request_reach(request)
    editions = Edition.objects.visible_to(reach).select_related("standard")
    edition = get_object_or_404(editions, public_id=edition_id)
    return render(request, "standards/edition.html", edition_page(edition, readings(reach, edition)))
