"""The settings of a cycle that its results rest on: recognizer, reading of the line, target."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qiangji.assessments.exceptions import AssessmentError
from qiangji.assessments.models import Cycle
from qiangji.assessments.services.figures import set_figures
from qiangji.assessments.views.cycles import may_open, refuse
from qiangji.lib.numbers import plain
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.orgs.placing import AUTHORITIES
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.results.views.lookup import visible_cycle


class FiguresForm(forms.Form):
    """Who recognizes, how the line is read, what is aimed at."""

    recognizer = forms.ModelChoiceField(
        label="认定单位",
        queryset=Organization.objects.none(),
        help_text="谁来认定结果。认定以后不能再改。",
        empty_label=None,
    )
    lagging_reading = forms.ChoiceField(label="“90分以下”的读法", choices=Cycle.LaggingReading.choices)
    target_rate = forms.DecimalField(
        label="标准化率目标（%，须高于；可不填）",
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        required=False,
    )
    target_date = forms.DateField(
        label="目标期限（与目标一起填）",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )

    def __init__(self, *args: Any, recognizers: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["recognizer"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = recognizers


def recognizers_of(cycle: Cycle) -> QuerySet[Organization]:
    """Return who may recognize: the owner, and the authorities right below it."""
    return Organization.objects.filter(
        Q(pk=cycle.owner_id) | Q(paths.below(cycle.owner.path), parent=cycle.owner_id, kind__in=AUTHORITIES)
    ).order_by("path")


@login_required
@require_http_methods(["GET", "POST"])
def figures(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """Set what results rest on; done by who opens the cycle."""
    cycle = visible_cycle(request, cycle_id)
    reach = request_reach(request)
    if not may_open(reach, cycle.owner):
        raise refuse()
    initial = {
        "recognizer": cycle.recognizing_id,
        "lagging_reading": cycle.lagging_reading,
        "target_rate": plain(cycle.target_rate),
        "target_date": cycle.target_date,
    }
    form = FiguresForm(request.POST or None, initial=initial, recognizers=recognizers_of(cycle))
    if request.method == "POST" and form.is_valid():
        try:
            set_figures(cycle=cycle, by=reach.user, at=moment_of(request), **form.cleaned_data)
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存认定设置。")
            return redirect("results:figures", cycle.public_id)
    return render(request, "results/figures.html", {"cycle": cycle, "form": form})
