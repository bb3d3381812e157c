"""Pages of an edition's checks: who decides each criterion, one check in words with its cases, and an answer on trial."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from qiangji.assessments.forms_parameters import SettingForm
from qiangji.assessments.selectors.check_pages import (
    check_lines,
    check_page,
    points_words,
    trace_line,
    trial_organizations,
    try_check,
)
from qiangji.assessments.selectors.parameters import places_of, setting_places
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import request_reach
from qiangji.standards.models import Edition

EARLIEST = date(2010, 1, 1)
LATEST = date(2100, 12, 31)


class TrialForm(forms.Form):
    """For whom, and as of which day, a check is tried."""

    organization = forms.ChoiceField(
        label="组织", error_messages={"invalid_choice": "请从列表里选一个组织。", "required": "请选择组织。"}
    )
    day = forms.DateField(
        label="按哪一天的登记",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填日期，例如 2026-10-31。", "required": "请填日期。"},
    )

    def __init__(self, *args: Any, organizations: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(one.public_id): one for one in organizations}
        field = self.fields["organization"]
        field.choices = [(key, one.name) for key, one in self.found.items()]  # type: ignore[attr-defined]
        for one in self.fields.values():
            one.widget.attrs["class"] = "form-select" if one is field else "form-control"

    def clean_day(self) -> date:
        """Refuse days on which nothing can have been recorded."""
        day: date = self.cleaned_data["day"]
        if not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(f"日期应在 {EARLIEST:%Y-%m-%d} 到 {LATEST:%Y-%m-%d} 之间。")
        return day


def visible_edition(reach: Reach, edition_id: UUID) -> Edition:
    """Return the edition, or raise Http404 for whoever does not see it."""
    editions = Edition.objects.visible_to(reach).select_related("standard")
    return get_object_or_404(editions, public_id=edition_id)


@login_required
@require_GET
def list_checks(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Every criterion of an edition, and whether facts or a person decide it."""
    edition = visible_edition(request_reach(request), edition_id)
    lines = check_lines(edition)
    counts = {name: sum(line.decided == name for line in lines) for name in ("facts", "person", "open")}
    context = {"edition": edition, "lines": lines, "counts": counts}
    return render(request, "assessments/checks.html", context)


@login_required
@require_GET
def show_check(request: HttpRequest, edition_id: UUID, code: str) -> HttpResponse:
    """One check in words, its cases, and what it answers for an organization whose live facts this person may see."""
    reach = request_reach(request)
    edition = visible_edition(reach, edition_id)
    context = check_context(request, reach, edition, code)
    form = context["form"]
    if form is not None and "organization" in request.GET and form.is_valid():
        organization = form.found[form.cleaned_data["organization"]]
        tried = try_check(edition, code, organization, form.cleaned_data["day"])
        if tried is not None:
            context |= {
                "tried": tried,
                "points": points_words(tried),
                "trace": trace_line(tried.trace),
                "tried_for": organization,
                "tried_on": form.cleaned_data["day"],
            }
    return render(request, "assessments/check.html", context)


def check_context(request: HttpRequest, reach: Reach, edition: Edition, code: str) -> dict[str, Any]:
    """Return what the page of one check shows. Raises Http404 where the edition has no such criterion."""
    places = places_of(reach)
    here = next((one for one in places if str(one.public_id) == request.GET.get("here")), None)
    here = here or next(iter(places), None)
    page = check_page(edition, code, reach=reach, here=here)
    if page is None:
        raise Http404("这个版本没有这一条。")
    setting = setting_places(reach, places) if edition.is_published else []
    for line in page.parameters if setting else ():
        begin = {"start_date": reach.day.replace(month=1, day=1)}
        line.forms["set"] = SettingForm(places=setting, auto_id=f"{line.name}-%s", initial=begin)
    organizations = trial_organizations(reach, edition) if page.said is not None else []
    form = None
    if organizations:
        first = {"organization": str(organizations[0].public_id), "day": reach.day}
        asked = request.GET if "organization" in request.GET else None
        form = TrialForm(asked, initial=first, organizations=organizations)
    return {"edition": edition, "page": page, "form": form, "tried": None, "here": here, "places": places}
