"""The page that puts the figures of the documents side by side."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiangji.orgs.requests import request_reach
from qiangji.standards.figure_board import figure_board


class StaffForm(forms.Form):
    """How many established staff a hospital has, to see what the documents ask of it."""

    staff = forms.IntegerField(
        label="在编职工数",
        min_value=1,
        max_value=100_000,
        required=False,
        error_messages={"invalid": "请填整数，例如 800。"},
    )


@login_required
@require_GET
def show_figures(request: HttpRequest) -> HttpResponse:
    """Every matter on which the documents differ, with what the figures rest on and whom they bind."""
    form = StaffForm(request.GET or None)
    staff = form.cleaned_data["staff"] if form.is_valid() else None
    context = {"board": figure_board(reach=request_reach(request), staff=staff), "form": form, "staff": staff}
    return render(request, "standards/figures.html", context)
