"""What the reviewers' queue shows beside its sheets: objections that wait for an answer."""

from typing import Any

from django import template

from qiangji.orgs.requests import moment_of, request_reach
from qiangji.results.selectors.waiting import objections_to_answer
from qiangji.results.views.objections import is_late

register = template.Library()
SHOWN, LISTED = 5, 50


@register.inclusion_tag("results/_objections_waiting.html", takes_context=True)
def objections_waiting(context: dict[str, Any]) -> dict[str, Any]:
    """Draw the objections that this person answers; nothing where there are none."""
    request = context["request"]
    at = moment_of(request)
    rows = [(row, is_late(row, at)) for row in objections_to_answer(request_reach(request))]
    return {
        "first": rows[:SHOWN],
        "rest": rows[SHOWN:LISTED],
        "more": max(len(rows) - LISTED, 0),
        "count": len(rows),
    }
