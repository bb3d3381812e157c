"""Setting a figure of a check for a subtree, ending that, and withdrawing what was typed wrong: all on the check's page."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiangji.accounts.requests import signed_in_user
from qiangji.assessments.forms_parameters import DAY_FAULTS, SettingForm, day_input
from qiangji.assessments.selectors.parameters import setting_places
from qiangji.assessments.views.checks import check_context, visible_edition
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.standards.exceptions import ParameterRefused
from qiangji.standards.models import Edition, ParameterSetting
from qiangji.standards.parameter_services import (
    REASON_LIMIT,
    end_parameter,
    set_parameter,
    withdraw_parameter,
)
from qiangji.standards.parameters import figure_words


class EndForm(forms.Form):
    """The last day of a setting."""

    end_date = forms.DateField(label="最后一天", widget=day_input(), error_messages=DAY_FAULTS)


class WithdrawForm(forms.Form):
    """Why a setting is withdrawn."""

    reason = forms.CharField(
        label="撤回原因", max_length=REASON_LIMIT, error_messages={"required": "请填撤回原因。"}
    )


def who_sets() -> str:
    """Say in Chinese who sets parameters."""
    return f"参数由本组织的{'、'.join(roles_that(Permission.MANAGE_STANDARDS, own=True))}设定。"


def figures_address(edition: Edition, code: str) -> str:
    """Return the address of the panel on a check's page."""
    return f"{reverse('assessments:check', args=[edition.public_id, code])}#figures"


@login_required
@require_POST
def set_one(request: HttpRequest, edition_id: UUID, code: str, name: str) -> HttpResponse:
    """Set a parameter for one's own organization and all below it."""
    reach = request_reach(request)
    edition = visible_edition(reach, edition_id)
    if not reach.nodes_with(Permission.MANAGE_STANDARDS, own=True):
        raise PermissionDenied(who_sets())
    context = check_context(request, reach, edition, code)
    line = next((one for one in context["page"].parameters if one.name == name), None)
    if line is None:
        raise Http404("这一条没有这个参数。")
    places = setting_places(reach, context["places"])
    form = SettingForm(request.POST, places=places, auto_id=f"{name}-%s")
    if form.is_valid():
        given = {key: value for key, value in form.cleaned_data.items() if key != "organization"}
        try:
            added = set_parameter(
                edition=edition, criterion_code=code, name=name, spec=line.spec, **given,
                organization=form.found[form.cleaned_data["organization"]],
                by=signed_in_user(request), at=moment_of(request),
            )  # fmt: skip
        except ParameterRefused as error:
            form.add_error("value", str(error))
        else:
            messages.success(
                request,
                f"已设定：{added.organization.name}及下级自 {added.start_date:%Y-%m-%d} 起，"
                f"{figure_words(line.spec, added.value)}。受影响的建议得分会重新核对，已给的得分不变。",
            )
            return redirect(figures_address(edition, code))
    line.forms["set"] = form
    return render(request, "assessments/check.html", context)


def closable(request: HttpRequest, setting_id: UUID) -> ParameterSetting:
    """Return a setting that this person may end. Raises Http404 out of reach, PermissionDenied within it."""
    reach = request_reach(request)
    rows = ParameterSetting.objects.visible_to(reach).select_related("organization", "edition__standard")
    setting = get_object_or_404(rows, public_id=setting_id)
    if setting.organization_id not in reach.nodes_with(Permission.MANAGE_STANDARDS, own=True):
        raise PermissionDenied(who_sets())
    return setting


@login_required
@require_POST
def end_one(request: HttpRequest, setting_id: UUID) -> HttpResponse:
    """Let a setting end with a day."""
    setting = closable(request, setting_id)
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            end_parameter(
                setting=setting, **form.cleaned_data, by=signed_in_user(request), at=moment_of(request)
            )
        except ParameterRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"这条设定到 {form.cleaned_data['end_date']:%Y-%m-%d} 为止。")
    else:
        messages.error(request, str(form.errors["end_date"][0]))
    return redirect(figures_address(setting.edition, setting.criterion_code))


@login_required
@require_POST
def withdraw_one(request: HttpRequest, setting_id: UUID) -> HttpResponse:
    """Take back a setting that was typed wrong."""
    setting = closable(request, setting_id)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            withdraw_parameter(
                setting=setting, **form.cleaned_data, by=signed_in_user(request), at=moment_of(request)
            )
        except ParameterRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "设定已撤回，记录保留。")
    else:
        messages.error(request, str(form.errors["reason"][0]))
    return redirect(figures_address(setting.edition, setting.criterion_code))
