"""Pages of a revocation 撤销认定: proposed by one person of the recognizing body, decided by another."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.assessments.forms_vetoes import Act, Button, DecideToADayForm, Refusal, form_of
from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import may_read, why_unreadable
from qiangji.assessments.selectors.inspections import concluded_inspections
from qiangji.lib.dates import local_day
from qiangji.lib.sent import seen_version, sent_day
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.results.exceptions import NotAllowed, ResultsError
from qiangji.results.models import Revocation
from qiangji.results.permissions import may_revoke, who_revokes
from qiangji.results.selectors.findings import digest_of
from qiangji.results.services.revoking import decide_revocation, losing, propose_revocation
from qiangji.results.views.standings import hospital_sheet


class RevokeForm(forms.Form):
    """A proposal with what it rests on."""

    basis = forms.CharField(
        label="理由和依据",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明复查结论和文号。只写组织，不写个人。",
    )


@login_required
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Propose to take back the recognition of an organization that was found below when it was looked at again."""
    sheet = hospital_sheet(request, sheet_id)
    reach, at = request_reach(request), moment_of(request)
    if not may_revoke(reach, sheet):
        raise PermissionDenied(who_revokes(sheet.cycle))
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = propose_revocation(reach=reach, sheet=sheet, basis=form.cleaned_data["basis"], at=at)
        except ResultsError as error:
            field = getattr(error, "field", "")
            form.add_error(field if field in form.fields else None, str(error))
        else:
            messages.success(request, "已提出，待另一人审定。审定以前，原来的认定不变。")
            return redirect("results:revocation", row.public_id)
    lost = losing(sheet, on=local_day(at))
    context = {
        "sheet": sheet,
        "form": form,
        "found": lost[0] if lost else None,
        "standing": lost[1] if lost else None,
        "inspections": concluded_inspections(sheet),
    }
    return render(request, "results/revoke.html", context)


def visible_revocation(request: HttpRequest, revocation_id: UUID) -> Revocation:
    """Return a revocation whose sheet may be read. Raises Http404, PermissionDenied."""
    reach = request_reach(request)
    rows = Revocation.objects.filter(sheet__in=Sheet.objects.visible_to(reach).order_by())
    row = get_object_or_404(
        rows.select_related(
            "sheet__organization", "sheet__cycle__owner", "sheet__cycle__recognizer", "sheet__supervisor",
            "sheet__rating_authority", "result", "new_result", "first_by", "second_by",
        ),
        public_id=revocation_id,
    )  # fmt: skip
    if not may_read(reach, row.sheet):
        raise PermissionDenied(why_unreadable(row.sheet))
    return row


@login_required
@require_GET
def show(request: HttpRequest, revocation_id: UUID) -> HttpResponse:
    """One revocation: what it rests on, who decided, until when, and how to appeal."""
    return page_of(request, visible_revocation(request, revocation_id))


def page_of(request: HttpRequest, row: Revocation, refused: Refusal | None = None) -> HttpResponse:
    """Draw the page, with what was typed where the decision was refused."""
    reach = request_reach(request)
    proposed, is_first = row.state == Revocation.State.PROPOSED, row.first_by_id == reach.user.pk
    lost = losing(row.sheet, on=local_day(moment_of(request))) if proposed else None
    acts = []
    if proposed and not is_first and may_revoke(reach, row.sheet):
        buttons = [Button("不同意", name="agrees", value="no")]
        if lost:
            buttons.insert(0, Button("同意，撤销认定", "btn-danger", "agrees", "yes"))
        address = reverse("results:decide_revocation", args=[row.public_id])
        form = form_of(DecideToADayForm, "decide", refused)
        acts = [Act("decide", "审定", address, form, tuple(buttons))]
    context: dict[str, Any] = {
        "row": row,
        "sheet": row.sheet,
        "found": lost[0] if lost else None,
        "seen": digest_of([lost[0]]) if lost else "",
        "is_first": is_first,
        "inspections": concluded_inspections(row.sheet),
        "acts": acts,
        "offered": [act.name for act in acts],
        "refused": refused,
    }
    return render(request, "results/revocation.html", context, status=409 if refused else 200)


@login_required
@require_POST
def decide(request: HttpRequest, revocation_id: UUID) -> HttpResponse:
    """Take the recognition back, or keep it, as the second person."""
    row = visible_revocation(request, revocation_id)
    agrees = request.POST.get("agrees") == "yes"
    try:
        decide_revocation(
            reach=request_reach(request),
            revocation=row,
            agrees=agrees,
            words=request.POST.get("words", ""),
            notice_number=request.POST.get("notice_number", ""),
            end_date=sent_day(request, "end"),
            seen=request.POST.get("seen", ""),
            seen_version=seen_version(request),
            at=moment_of(request),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except ResultsError as error:
        refused = Refusal.of(request, "decide", DecideToADayForm, error)
        return page_of(request, visible_revocation(request, revocation_id), refused)
    messages.success(request, "已审定，认定已撤销。" if agrees else "已审定，没有通过，原来的认定不变。")
    return redirect("results:revocation", row.public_id)
