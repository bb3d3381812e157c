"""Closing a cycle: what is open in it, each with its sheets, and the button once nothing holds."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qiangji.assessments.exceptions import AssessmentError
from qiangji.assessments.views.cycles import may_open, refuse
from qiangji.lib.dates import local_day
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.results.services.closing import all_gaps
from qiangji.results.services.closing import close as close_service
from qiangji.results.views.lookup import visible_cycle


class ClosingForm(forms.Form):
    """What is said when a cycle is closed."""

    reason = forms.CharField(
        label="说明",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="有单位始终没有申报的，写明情况；其他可以不写。",
    )


@login_required
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """Close a cycle, or read what keeps it open; done by who opens it."""
    cycle = visible_cycle(request, cycle_id)
    reach = request_reach(request)
    if not may_open(reach, cycle.owner):
        raise refuse()
    form = ClosingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["reason"]
        try:
            close_service(cycle=cycle, reason=words, by=reach.user, at=moment_of(request))
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "周期已关闭，内容锁定；更正、申诉仍可办理。")
            return redirect("assessments:cycle", cycle.public_id)
    gaps = all_gaps(cycle, on=local_day(moment_of(request)))
    context = {
        "cycle": cycle,
        "form": form,
        "gaps": gaps,
        "may_close": cycle.opened_at is not None
        and cycle.closed_at is None
        and not any(one.holds for one in gaps),
    }
    return render(request, "results/closing.html", context)
