"""Links from a criterion to the practices that serve it, for pages of any app that have a request."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiangji.orgs.requests import request_reach
from qiangji.practices.selectors.library import counts_by_code
from qiangji.standards.models import Edition

register = template.Library()


@register.simple_tag(takes_context=True)
def practice_counts(context: dict[str, Any], edition: Edition) -> dict[str, int]:
    """Return how many practices of the library serve each code of an edition's standard: one statement for a page."""
    return counts_by_code(request_reach(context["request"]), edition)


@register.simple_tag
def practice_link(counts: dict[str, int], edition: Edition, code: str) -> SafeString | str:
    """Return the link to the practices of one criterion, or nothing where there are none."""
    if not counts.get(code):
        return ""
    query = urlencode({"standard": edition.standard.code, "code": code})
    return format_html(
        '<a class="std-compare" href="{}?{}"><i class="bi bi-lightbulb" aria-hidden="true"></i> 好做法 {} 条</a>',
        reverse("practices:list"),
        query,
        counts[code],
    )
