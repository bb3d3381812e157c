"""The summary of a region: live numbers, frozen ones, handing them up, and the receipt."""

import json
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.lib.dates import local_day
from qiangji.lib.digests import digest
from qiangji.orgs.models import Organization
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.results.exceptions import NotAllowed, ResultsError
from qiangji.results.models import Consequence, Filing, Summary
from qiangji.results.permissions import may_file, may_receive
from qiangji.results.selectors.classes import Class
from qiangji.results.selectors.ledgers import summary_of
from qiangji.results.selectors.rates import target_of
from qiangji.results.services.filing import file_summary, freeze_summary, receive_filing
from qiangji.results.views.lookup import answered, compared_cycle, may_compare, visible_region


@login_required
@require_http_methods(["GET", "POST"])
def live(request: HttpRequest, cycle_id: UUID, region_id: UUID) -> HttpResponse:
    """A region's numbers as they are; who files for it freezes them under a number."""
    cycle = compared_cycle(request, cycle_id)
    region = visible_region(request, region_id)
    reach, at = request_reach(request), moment_of(request)
    if request.method == "POST":
        try:
            row = freeze_summary(
                reach=reach,
                cycle=cycle,
                region=region,
                number=request.POST.get("number", ""),
                seen=request.POST.get("seen", ""),
                at=at,
            )
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except ResultsError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"已固定为汇总表 {row.number}。")
            return redirect("results:frozen_summary", row.public_id)
    summary = summary_of(cycle, region, on=local_day(at))
    seen = digest(summary.content)
    rows = Summary.objects.filter(cycle=cycle, region=region).select_related("filing__receipt")
    frozen = list(rows.order_by("-sequence"))
    context = {
        "cycle": cycle,
        "region": region,
        "summary": summary,
        "classes": [value.label for value in Class],
        "seen": seen,
        "is_stale": bool(frozen) and frozen[0].digest != seen,
        "waiting": summary.total.counts[Class.WAITING],
        "target": target_of(cycle, summary.total.rate),
        "opened": [
            (Consequence.Kind(kind).label, count) for kind, count in sorted(summary.consequences.items())
        ],
        "frozen": frozen,
        "below": Organization.objects.filter(
            parent=region, kind=Organization.Kind.GUIDANCE_COMMITTEE
        ).order_by("path"),
        "may_freeze": may_file(reach, region) and not cycle.is_trial,
    }
    return render(request, "results/summary.html", context)


def visible_summary(request: HttpRequest, summary_id: UUID) -> Summary:
    """Return a frozen summary of a region in reach. Raises Http404, PermissionDenied for who compares nothing."""
    reach = request_reach(request)
    regions = Organization.objects.visible_to(reach).order_by()
    rows = Summary.objects.filter(region__in=regions).select_related(
        "region__parent", "cycle", "frozen_by", "filing__receipt", "filing__filed_to"
    )
    summary = get_object_or_404(rows, public_id=summary_id)
    if not may_compare(reach):
        raise PermissionDenied("汇总表由上级和本区域的工作人员查看。")
    return summary


@login_required
@require_GET
def frozen(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """A frozen summary with its filing and its receipt."""
    summary = visible_summary(request, summary_id)
    reach = request_reach(request)
    filing = Filing.objects.filter(summary=summary).select_related("filed_to", "receipt__received_by").first()
    receipt = getattr(filing, "receipt", None)
    content = json.loads(summary.content)
    newest = Summary.objects.filter(cycle=summary.cycle, region=summary.region).order_by("-sequence")[0]
    today = summary_of(summary.cycle, summary.region, on=local_day(moment_of(request)))
    context = {
        "summary": summary,
        "newer": newest if newest.pk != summary.pk else None,
        "is_stale": digest(today.content) != newest.digest,
        "waiting": content["total"][Class.WAITING],
        "content": content,
        "classes": [value.label for value in Class],
        "lines": [
            (line["name"], [line["counts"][value] for value in Class.values]) for line in content["lines"]
        ],
        "total": [content["total"][value] for value in Class.values],
        "filing": filing,
        "receipt": receipt,
        "may_file": filing is None and may_file(reach, summary.region),
        "may_receive": filing is not None and receipt is None and may_receive(reach, summary.region),
    }
    return render(request, "results/frozen_summary.html", context)


@login_required
@require_POST
def file_it(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """Hand a frozen summary up."""
    summary = visible_summary(request, summary_id)
    return answered(
        request,
        lambda: file_summary(reach=request_reach(request), summary=summary, at=moment_of(request)),
        "已报备，等待上级回执。",
        "results:frozen_summary",
        summary.public_id,
    )


@login_required
@require_POST
def receive(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """Give the receipt for a filing, or send it back."""
    summary = visible_summary(request, summary_id)
    filing = get_object_or_404(Filing.objects.select_related("filed_to"), summary=summary)
    return answered(
        request,
        lambda: receive_filing(
            reach=request_reach(request),
            filing=filing,
            accepts=request.POST.get("accepts") == "yes",
            number=request.POST.get("number", ""),
            words=request.POST.get("words", ""),
            at=moment_of(request),
        ),
        "回执已出具。",
        "results:frozen_summary",
        summary.public_id,
    )
