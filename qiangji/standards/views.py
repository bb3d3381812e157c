"""Pages of the standards: what there is, where it comes from, and one edition whole."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from qiangji.standards.descriptions import describe
from qiangji.standards.models import Edition, PolicySource
from qiangji.standards.selectors import CriterionNode, current_wording, edition_tree


@login_required
@require_GET
def list_editions(request: HttpRequest) -> HttpResponse:
    """All editions, and the documents they rest on, the missing ones included."""
    editions = Edition.objects.select_related("standard").order_by("standard__code", "-label")
    return render(
        request, "standards/editions.html", {"editions": editions, "sources": PolicySource.objects.all()}
    )


def described(node: CriterionNode) -> tuple[CriterionNode, str]:
    return node, describe(node.scoring, node.points, node.step)


@login_required
@require_GET
def show_edition(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """One edition as the table has it, with its source, its vetoes, its lines and what it leaves open."""
    edition = get_object_or_404(Edition.objects.select_related("standard"), public_id=edition_id)
    tree = edition_tree(edition)
    context = {
        "edition": edition,
        "tree": tree,
        "wording": current_wording(edition),
        "sections": [
            (section, [(group, [described(one) for one in group.criteria]) for group in section.groups])
            for section in tree.sections
        ],
    }
    return render(request, "standards/edition.html", context)
