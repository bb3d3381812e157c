"""Pages about one organization: its result with the explanation, a revision, its distance, its ledger over the years."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.assessments.forms import date_field
from qiangji.assessments.models import Mark, Sheet
from qiangji.assessments.permissions import acts_from, holds_at, may_read
from qiangji.assessments.selectors.inspections import concluded_inspections
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import RESULTS, Position
from qiangji.assessments.views.lookup import readable_sheet
from qiangji.lib.dates import is_past, local_day
from qiangji.lib.sent import seen_version
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.rectification.models import Rectification
from qiangji.results.exceptions import NotAllowed, ResultsError
from qiangji.results.models import Consequence, Reassessment, Result, Revocation, YearEndVeto
from qiangji.results.permissions import may_recognize, may_revoke, who_recognizes
from qiangji.results.selectors.branches import courses
from qiangji.results.selectors.classes import RECHECKED
from qiangji.results.selectors.distance import distance_of
from qiangji.results.selectors.findings import Finding, findings
from qiangji.results.selectors.ripe import is_mended
from qiangji.results.services.causes import REVISING
from qiangji.results.services.reassessing import (
    may_reassess,
    ripe_order,
    start_reassessment,
    unfinished_branches,
)
from qiangji.results.services.recognizing import loses_recognition, revise_result
from qiangji.results.services.vetoes import grounds_of, may_approve
from qiangji.results.views.recognition import LOOKS


def hospital_sheet(request: HttpRequest, sheet_id: UUID) -> Sheet:
    """Return a hospital-level sheet that may be read. Raises Http404, PermissionDenied."""
    sheet = readable_sheet(request, sheet_id)
    if sheet.organization_kind != Organization.Kind.HOSPITAL:
        raise Http404("只有院级党组织的考评表有认定结果。")
    return sheet


def finding_of(request: HttpRequest, sheet: Sheet) -> Finding:
    """Return what a sheet stands at now. Raises Http404 for a private hospital's."""
    found = findings(sheet.cycle, on=local_day(moment_of(request)), sheets=[sheet.pk])
    if not found:
        raise Http404("民营医院不参加认定。")
    return found[0]


@login_required
@require_GET
def result(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """One organization's result: what was decided and why, what led to it, what followed; or what it stands at."""
    return result_page(request, hospital_sheet(request, sheet_id))


def stands(sheet: Sheet, newest: Result) -> bool:
    """Say whether the newest result is in force: a title stays so while it is looked at again, nothing else does."""
    is_title = newest.outcome == Result.Outcome.MEETS
    return sheet.state in RESULTS or (is_title and sheet.state in RECHECKED)


def result_page(request: HttpRequest, sheet: Sheet, form: "ReassessForm | None" = None) -> HttpResponse:
    """Draw the page of a result; ``form`` is the beginning of a re-assessment, as typed where it was refused."""
    reach = request_reach(request)
    order = ripe_order(sheet, at=moment_of(request)) if may_reassess(reach, sheet) else None
    form = form or ReassessForm(order=order)
    rows = list(Result.objects.filter(sheet=sheet).select_related("decided_by").order_by("-sequence"))
    newest = rows[0] if rows and stands(sheet, rows[0]) else None
    found = finding_of(request, sheet)
    branches = (
        list(newest.branches.select_related("organization").order_by("organization__path")) if newest else []
    )
    again = {one.standing.pk: one for one in courses(newest.branches.all())} if newest else {}
    consequences = (
        Consequence.objects.filter(sheet=sheet)
        .select_related("organization", "owner", "rectification", "sheet__cycle")
        .order_by("-opened_at", "pk")
    )
    context = {
        "sheet": sheet,
        "newest": newest,
        "rows": rows,
        "found": found,
        "look": LOOKS[found.decision.outcome],
        "branches": [(row, again.get(row.pk)) for row in branches],
        "waiting_branches": sum(one.score_after is None for one in again.values()),
        "may_reassess_branches": any(may_reassess(reach, one.sheet) for one in again.values()),
        "consequences": consequences,
        "revocations": Revocation.objects.filter(sheet=sheet),
        "may_revoke": bool(rows) and loses_recognition(found, rows[0].outcome) and may_revoke(reach, sheet),
        "vetoes": YearEndVeto.objects.filter(sheet=sheet),
        "inspections": concluded_inspections(sheet),
        "reassessments": Reassessment.objects.filter(sheet=sheet).select_related(
            "rectification", "new_result", "started_by"
        ),
        "order": order,
        "unfinished": unfinished_branches(sheet, on=local_day(moment_of(request))).count() if order else 0,
        "form": form,
        "today": local_day(moment_of(request)),
        "is_late": sheet.own_deadline_date is not None
        and is_past(sheet.own_deadline_date, at=moment_of(request)),
        "may_revise": may_recognize(reach, sheet.cycle) and bool(rows) and sheet.state in RESULTS,
        "may_propose": may_approve(reach, sheet.organization) and grounds_of(sheet) is not None,
        "is_own": acts_from(reach, sheet, Position.OWN, Permission.FILL_SHEET),
    }
    return render(request, "results/result.html", context, status=409 if form.is_bound else 200)


class ReassessForm(forms.Form):
    """Until when the hospital brings up to date what it mended, and until when the new round is accepted and rated.

    Where the order was let pass there is nothing to bring up to date, and no day for it.
    """

    due_date = date_field("医院更新的期限", "整改的条目退回医院，到当日 24:00 为止更新并签字。")
    own_deadline_date = date_field("完成复评的期限", "到当日 24:00 为止重新验收、评定；是否逾期按它计算。")

    def __init__(self, *args: Any, order: Rectification | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if order is not None and not is_mended(order):
            del self.fields["due_date"]

    def clean(self) -> dict[str, Any]:
        """Hold the two days against each other at their field."""
        data = super().clean() or {}
        due, own = data.get("due_date"), data.get("own_deadline_date")
        if due and own and own < due:
            self.add_error("own_deadline_date", f"不能早于{self.fields['due_date'].label}。")
        return data


@login_required
@require_POST
def reassess(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Begin the re-assessment of a sheet whose mending was verified, or whose time to mend is over."""
    sheet = hospital_sheet(request, sheet_id)
    order = ripe_order(sheet, at=moment_of(request))
    form = ReassessForm(request.POST, order=order)
    if not form.is_valid():
        return result_page(request, sheet, form)
    try:
        start_reassessment(
            reach=request_reach(request),
            sheet=sheet,
            due_date=form.cleaned_data.get("due_date"),
            own_deadline_date=form.cleaned_data["own_deadline_date"],
            seen_version=seen_version(request),
            at=moment_of(request),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except ResultsError as error:
        field = getattr(error, "field", "")
        form.add_error(field if field in form.fields else None, str(error))
        return result_page(request, hospital_sheet(request, sheet_id), form)
    if order is not None and is_mended(order):
        messages.success(request, "已开始复评，整改的条目已退回医院更新。")
    else:
        messages.success(request, "已开始复评，可以重新验收。")
    return redirect("results:result", sheet.public_id)


class ReviseForm(forms.Form):
    """Why a result is decided anew."""

    cause = forms.ChoiceField(
        label="起因",
        choices=[(cause.value, cause.label) for cause in REVISING],
        help_text="抽查须已完成，申诉须已答复成立。复评的结果在“认定”一页认定。",
    )
    reason = forms.CharField(
        label="原因",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如抽查结论、申诉答复或更正决定的文号。原来的结果留在历史里，不会改写。",
    )


@login_required
@require_http_methods(["GET", "POST"])
def revise(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Decide one organization anew from what its sheet stands at."""
    sheet = hospital_sheet(request, sheet_id)
    reach = request_reach(request)
    if not may_recognize(reach, sheet.cycle):
        raise PermissionDenied(f"重新认定由{who_recognizes(sheet.cycle)}办理。")
    form = ReviseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = revise_result(
                sheet=sheet,
                cause=form.cleaned_data["cause"],
                reason=form.cleaned_data["reason"],
                by=reach.user,
                at=moment_of(request),
            )
        except ResultsError as error:
            form.add_error(getattr(error, "field", "") or None, str(error))
        else:
            messages.success(request, f"已重新认定：{row.get_outcome_display()}。")
            return redirect("results:result", sheet.public_id)
    found = finding_of(request, sheet)
    newest = Result.objects.filter(sheet=sheet).order_by("-sequence").first()
    context = {"sheet": sheet, "form": form, "found": found, "newest": newest}
    return render(request, "results/revise.html", context)


@login_required
@require_GET
def distance(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """How far one's own organization is from the standard. Superiors are never shown this (domain §5)."""
    reach = request_reach(request)
    sheets = Sheet.objects.visible_to(reach).select_related("organization", "cycle__owner", "edition")
    sheet = get_object_or_404(sheets, public_id=sheet_id, organization_kind=Organization.Kind.HOSPITAL)
    if not holds_at(reach, sheet.organization_id, Permission.SEE_LIVE_SHEET, own=True):
        names = "、".join(roles_that(Permission.SEE_LIVE_SHEET, own=True))
        raise PermissionDenied(f"离达标还差多少，只给本院的{names}看。")
    found = finding_of(request, sheet)
    context = {"sheet": sheet, "distance": distance_of(sheet, found), "cycle": sheet.cycle}
    return render(request, "results/distance.html", context)


@dataclass(frozen=True)
class Year:
    """One year in an organization's standardization ledger; ``marked`` of ``criteria`` are self-checked."""

    sheet: Sheet
    is_readable: bool
    criteria: int = 0
    marked: int = 0
    gaps: int = 0
    newest: Result | None = None


@login_required
@require_GET
def standard_ledger(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """The standardization ledger 标准化建设台账 of an organization, made from its self-checks: nothing is typed for it."""
    reach = request_reach(request)
    rows = Organization.objects.visible_to(reach)
    kinds = [Organization.Kind.HOSPITAL, Organization.Kind.BRANCH]
    organization = get_object_or_404(rows, public_id=organization_id, kind__in=kinds)
    sheets = list(
        Sheet.objects.visible_to(reach)
        .filter(organization=organization)
        .select_related("organization", "cycle", "edition")
        .annotate(criteria=Count("answers"))
        .order_by("-cycle__year", "pk")
    )
    if not any(may_read(reach, sheet) for sheet in sheets) and not reach.may(
        Permission.SEE_SUBMITTED_SHEET, organization.pk, organization.path
    ):
        names = [
            *roles_that(Permission.SEE_LIVE_SHEET, own=True),
            *roles_that(Permission.SEE_SUBMITTED_SHEET, own=False),
        ]
        raise PermissionDenied(f"标准化建设台账由{'、'.join(dict.fromkeys(names))}查看。")
    marks = Mark.objects.filter(answer__sheet__in=sheets, stage=Stage.SELF, points__isnull=False)
    below = Q(points__lt=F("answer__criterion__points"))
    counted = {
        sheet: (marked, gaps)
        for sheet, marked, gaps in marks.order_by()
        .values_list("answer__sheet")
        .annotate(marked=Count("pk"), gaps=Count("pk", filter=below))
    }
    results = {row.sheet_id: row for row in Result.objects.filter(sheet__in=sheets).newest()}
    years = []
    for sheet in sheets:
        if may_read(reach, sheet):
            marked, gaps = counted.get(sheet.pk, (0, 0))
            years.append(Year(sheet, True, sheet.criteria, marked, gaps, results.get(sheet.pk)))
        else:
            years.append(Year(sheet, False))
    context = {
        "organization": organization,
        "years": years,
        "rectifications": Rectification.objects.filter(organization=organization).select_related(
            "ordered_by"
        ),
    }
    return render(request, "results/standard_ledger.html", context)
