"""Trying other thresholds on real sheets before they are issued: how many organizations would change side."""

from decimal import Decimal
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiangji.assessments.views.cycles import may_open
from qiangji.lib.dates import local_day
from qiangji.lib.numbers import plain
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.results.permissions import may_recognize, who_recognizes
from qiangji.results.selectors.findings import findings, rules_of
from qiangji.results.selectors.trials import compared
from qiangji.results.views.lookup import visible_cycle


class TrialForm(forms.Form):
    """Other figures in the place of the cycle's."""

    line = forms.DecimalField(label="达标线（须高于）", max_digits=7, decimal_places=2, min_value=0)
    share = forms.DecimalField(
        label="支部达标比例（%，不少于）", max_digits=5, decimal_places=2, min_value=0, max_value=100
    )


@login_required
@require_GET
def trial(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """Hold the final scores of a cycle against other figures; nothing is written."""
    cycle = visible_cycle(request, cycle_id)
    reach = request_reach(request)
    if not may_recognize(reach, cycle) and not may_open(reach, cycle.owner):
        raise PermissionDenied(f"试算达标线由{who_recognizes(cycle)}办理。")
    asked = "line" in request.GET
    form = TrialForm(
        request.GET if asked else None,
        initial={"line": plain(cycle.pass_line), "share": plain(cycle.branch_share)},
    )
    context: dict[str, object] = {"cycle": cycle, "form": form}
    if asked and form.is_valid():
        line: Decimal = form.cleaned_data["line"]
        share: Decimal = form.cleaned_data["share"]
        found = [one for one in findings(cycle, on=local_day(moment_of(request))) if one.is_final]
        context["trial"] = compared(found, rules_of(cycle, line=line, share=share))
    return render(request, "results/trial.html", context)
