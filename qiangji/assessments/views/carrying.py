"""The page on which a person sees what an earlier sheet would bring, chooses, and carries it over."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from qiangji.assessments.exceptions import Locked, NotAllowed, OutOfReach, Refused
from qiangji.assessments.models import Sheet
from qiangji.assessments.selectors.previous import (
    MOST_SOURCES,
    Previous,
    carry_plan,
    earlier_sheets,
    previous_of,
)
from qiangji.assessments.services.carrying import Carried, carry_over, check_fillable, keep_carried
from qiangji.assessments.views.lookup import readable_sheet
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.standards.models import Edition
from qiangji.standards.succession import may_decide


@login_required
@require_http_methods(["GET", "POST"])
def carry(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """What would be carried and what not, with its reason; then do it."""
    sheet = readable_sheet(request, sheet_id)
    try:
        check_fillable(request_reach(request), sheet)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Locked as error:
        messages.warning(request, str(error))
        return redirect("assessments:sheet", sheet.public_id)
    refused = ""
    if request.method == "POST":
        try:
            carried = carry_chosen(request, sheet)
        except (Locked, Refused) as error:
            refused = str(error)
        else:
            messages.success(request, outcome(carried))
            return redirect("assessments:sheet", sheet.public_id)
    return render(request, "assessments/carry.html", carry_context(request, sheet) | {"refused": refused})


@login_required
@require_POST
def keep(request: HttpRequest, sheet_id: UUID, code: str) -> HttpResponse:
    """Confirm one carried text as it stands."""
    sheet = readable_sheet(request, sheet_id)
    try:
        keep_carried(reach=request_reach(request), sheet_id=sheet.public_id, code=code, at=moment_of(request))
    except OutOfReach as error:
        raise Http404(str(error)) from error
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Locked as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('assessments:sheet', args=[sheet.public_id])}#c-{code}")


def carry_chosen(request: HttpRequest, sheet: Sheet) -> Carried:
    """Carry what the form names. Raises Refused and Locked."""
    chosen = request.POST.getlist("what")
    return carry_over(
        reach=request_reach(request),
        sheet_id=sheet.public_id,
        source_id=source_id(request.POST.get("source", "")),
        codes=frozenset(request.POST.getlist("code")),
        with_texts="texts" in chosen,
        with_evidence="evidence" in chosen,
        at=moment_of(request),
    )


def source_id(given: str) -> UUID:
    """Read a sheet's public id from an address or a form. Raises Http404 for what is none."""
    try:
        return UUID(given)
    except ValueError as error:
        raise Http404("没有这张以前的考评表。") from error


def outcome(carried: Carried) -> str:
    """Say what was done."""
    parts = [f"{carried.texts} 条落实情况"] if carried.texts else []
    parts += [f"{carried.files} 份佐证材料"] if carried.files else []
    if not parts:
        return "没有还能带入的内容，考评表没有改动。"
    return f"已带入{'、'.join(parts)}。请逐条核对，改成本年度的情况。"


def carry_context(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    """Return what the page shows of the earlier sheet that was chosen, by default the latest."""
    sources = list(earlier_sheets(sheet).select_related("cycle")[:MOST_SOURCES])
    given = request.POST.get("source") or request.GET.get("from")
    source = sources[0] if sources else None
    if given:
        source = next((one for one in sources if one.public_id == source_id(given)), None)
        if source is None:
            raise Http404("没有这张以前的考评表。")
    previous = previous_of(sheet, source) if source else None
    context: dict[str, Any] = {"sheet": sheet, "sources": sources, "previous": previous}
    context["chosen"] = request.POST.getlist("what")
    if previous and previous.is_mapped:
        context["plan"] = carry_plan(sheet, previous)
    elif previous:
        context |= to_compare(request, sheet, previous)
    return context


def to_compare(request: HttpRequest, sheet: Sheet, previous: Previous) -> dict[str, Any]:
    """Return where the map that is missing can be decided, and whether by this person."""
    earlier = Edition.objects.only("public_id").get(pk=previous.edition_id)
    address = reverse("standards:compare", args=[sheet.edition.public_id])
    return {
        "compare_url": f"{address}?with={earlier.public_id}",
        "may_compare": may_decide(request_reach(request), sheet.edition),
    }
