"""The sheet itself, the list of sheets, and the history of one criterion."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from qiangji.assessments.completeness import given, missing_points
from qiangji.assessments.models import Answer, Sheet
from qiangji.assessments.permissions import (
    Basis,
    may_answer_anew,
    may_move,
    may_read,
    sees_basis,
    why_unreadable,
    writable_stage,
)
from qiangji.assessments.selectors.history import history_of
from qiangji.assessments.selectors.inspections import concluded_inspections
from qiangji.assessments.selectors.review_queue import works_in_reviews
from qiangji.assessments.selectors.sheet_list import SheetFilter, list_page
from qiangji.assessments.selectors.sheet_page import SheetPage, sheet_page
from qiangji.assessments.services.evaluating import catch_up
from qiangji.assessments.services.outstanding import out_for_amendment
from qiangji.assessments.services.reviewing import to_confirm
from qiangji.assessments.states import Move, move_from, moves_from
from qiangji.assessments.vetoes import applying_vetoes, asked_before
from qiangji.assessments.views.lookup import readable_sheet, visible_sheet
from qiangji.lib.dates import local_day
from qiangji.orgs.authorization import Permission
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.practices.selectors.library import most_adopted, published_texts, serving

PRACTICES_SHOWN = 5


def open_moves(reach: Reach, sheet: Sheet) -> list[Move]:
    """Return the moves this person may make now, in the order of the state table."""
    moves = moves_from(sheet.state, final=sheet.final_stage)
    return [move for move in moves if move.act is None and may_move(reach, sheet, move)]


@login_required
@require_GET
def show_sheet(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """The sheet: to fill, to accept, to rate, or to read, as the state and the person's role have it.

    Opened for the first time by somebody who fills it, it is held against the facts, so that it shows what they propose.
    """
    sheet = visible_sheet(request, sheet_id)
    reach = request_reach(request)
    if not may_read(reach, sheet):
        raise PermissionDenied(why_unreadable(sheet))
    page = sheet_page(sheet, my_stage=writable_stage(reach, sheet))
    if page.proposals is not None and page.proposals.as_of is None:
        # Nobody has opened it yet: it arrives filled. Marks stay a person's.
        at = moment_of(request)
        catch_up(sheet=sheet, as_of=local_day(at), at=at, by=reach.user)
        page = sheet_page(sheet, my_stage=page.my_stage)
    return render(request, "assessments/sheet.html", sheet_context(request, page, reach))


def sheet_context(request: HttpRequest, page: SheetPage, reach: Reach) -> dict[str, Any]:
    """Return what the sheet's template needs beside the page object itself."""
    sheet = page.sheet
    moves = open_moves(reach, sheet)
    applying = applying_vetoes(sheet)
    return {
        "page": page,
        "parts": rendered_parts(request, page, sees_basis(reach, sheet)),
        "sheet": sheet,
        "moves": moves,
        "has_vetoes": any(move.verb == "start_rating" for move in moves)
        and bool(getattr(sheet, "asks_vetoes", False)),
        "may_withhold": bool(getattr(sheet, "asks_vetoes", False))
        and move_from(sheet.state, "withhold") is not None
        and reach.may_somewhere(Permission.APPROVE_VETO),
        "confirmable": page.confirmable,
        "applying": applying,
        "may_answer_anew": bool(applying)
        and asked_before(sheet) == "conclude_acceptance"
        and may_answer_anew(reach, sheet),
        "inspections": concluded_inspections(sheet),
        "now": moment_of(request),
        "deadline": sheet.deadline_of(page.my_stage) if page.my_stage else None,
        "save_url": reverse("assessments:save", args=[sheet.public_id]),
        "changes_url": reverse("assessments:changes", args=[sheet.public_id]),
    }


def rendered_parts(request: HttpRequest, page: SheetPage, basis: Basis) -> SafeString:
    """Return the parts with their criteria as markup, by the compiled engine, which has escaped what it wrote."""
    key = [page.sheet.public_id]
    context = {
        "page": page,
        "basis": basis,
        "confirm_url": reverse("assessments:confirm", args=key),
        "returns_url": reverse("assessments:returns", args=key),
        "doubt_url": lambda flag: reverse("assessments:integrity", args=[flag.public_id]),
        "return_url": reverse("assessments:return_criteria", args=key),
        "keep_url": lambda code: reverse("assessments:keep_carried", args=[*key, code]),
    }
    return mark_safe(render_to_string("assessments/_parts.html", context, request, using="fast"))


@login_required
@require_GET
def list_sheets(request: HttpRequest) -> HttpResponse:
    """Sheets this person sees, by cycle, state and name; contents stay closed until submission."""
    chosen = SheetFilter.read(request.GET)
    page = list_page(request_reach(request), chosen, at=moment_of(request))
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "assessments/_sheet_table.html" if is_fragment else "assessments/sheets.html"
    context = {
        "page": page,
        "chosen": chosen,
        "has_queue": works_in_reviews(request_reach(request)),
        "may_doubt": request_reach(request).may_somewhere(Permission.ISSUE_DISPATCH),
    }
    return render(request, template, context)


@login_required
@require_GET
def show_history(request: HttpRequest, sheet_id: UUID, code: str) -> HttpResponse:
    """Who changed which mark from what to what, when, at which stage; and the spells of writing."""
    sheet = readable_sheet(request, sheet_id)
    answer = get_object_or_404(Answer.objects.select_related("criterion"), sheet=sheet, criterion__code=code)
    reach = request_reach(request)
    entries = history_of(answer, sheet, reach=reach)
    return render(
        request, "assessments/_history.html", {"entries": entries, "answer": answer, "sheet": sheet}
    )


@login_required
@require_GET
def show_practices(request: HttpRequest, sheet_id: UUID, code: str) -> HttpResponse:
    """Good practices of the library that serve one criterion, the most adopted first."""
    sheet = readable_sheet(request, sheet_id)
    criterion = get_object_or_404(sheet.edition.criteria, code=code)
    texts = serving(published_texts(request_reach(request)), sheet.edition, code)
    context = {
        "sheet": sheet,
        "criterion": criterion,
        "texts": most_adopted(texts)[: PRACTICES_SHOWN + 1],
        "most": PRACTICES_SHOWN,
        "may_recommend": request_reach(request).may_somewhere(Permission.SUBMIT_PRACTICE),
    }
    return render(request, "assessments/_practices.html", context)


@login_required
@require_GET
def show_missing(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """What is still missing at the stage this person writes, each a link into the sheet."""
    sheet = readable_sheet(request, sheet_id)
    stage = writable_stage(request_reach(request), sheet)
    rows = given(sheet, stage) if stage else []
    context = {
        "sheet": sheet,
        "missing": out_for_amendment(sheet) + missing_points(rows, stage) if stage else [],
        "confirmable": len(to_confirm(rows)),
    }
    return render(request, "assessments/_missing.html", context)
