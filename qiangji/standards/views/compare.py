"""Holding a draft against an earlier edition: what stayed, what changed, and the map of codes that a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.standards.comparison import Comparison, Kind, Match
from qiangji.standards.forms import EarlierForm
from qiangji.standards.models import Draft, Edition
from qiangji.standards.views.lookup import managed_draft, may_manage, visible_draft
from qiangji.standards.workshop.exceptions import WorkshopError
from qiangji.standards.workshop.selectors import DraftPage, draft_page
from qiangji.standards.workshop.services import apply, set_earlier_edition
from qiangji.standards.workshop.state import State, codes

WAITING = "waiting"
CODE_END = " "


@dataclass(frozen=True)
class CompareRow:
    """A line of the comparison; `key` "" where the criterion is gone from the draft."""

    key: str
    match: Match
    is_decided: bool


@login_required
@require_http_methods(["GET", "POST"])
def compare_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The comparison with an earlier edition; choosing it and deciding the map line by line, or all as suggested."""
    if request.method == "POST":
        return decided(request, managed_draft(request, draft_id))
    draft = visible_draft(request, draft_id)
    page = draft_page(draft)
    may_edit = draft.is_open and may_manage(request_reach(request), draft)
    chosen = request.GET.get("kind", "")
    rows = list(rows_of(page.state, page.comparison)) if page.comparison else []
    shown = [row for row in rows if not chosen or chosen == kind_of(row) or row.match.kind == chosen]
    form = EarlierForm(initial={"edition": draft.earlier and draft.earlier.public_id})
    form.fields["edition"].queryset = editions_for(request, page)  # type: ignore[attr-defined]
    context = {
        "draft": draft,
        "page": page,
        "may_edit": may_edit,
        "form": form,
        "rows": shown,
        "chosen": chosen,
        "filters": filters_of(rows),
        "suggested": sum(row.key != "" and not row.is_decided for row in rows),
        "earlier_lines": [row.match.earlier for row in rows if row.match.earlier],
    }
    return render(request, "standards/workshop/compare.html", context)


def editions_for(request: HttpRequest, page: DraftPage) -> QuerySet[Edition]:
    """Return the published editions to choose from, those of the same standard first."""
    same = Case(
        When(standard__code=page.state.details.code, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    editions = Edition.objects.visible_to(request_reach(request)).filter(status=Edition.Status.PUBLISHED)
    return editions.exclude(draft=page.draft).order_by(same, "standard__code", "-label")


def rows_of(state: State, comparison: Comparison) -> Iterator[CompareRow]:
    """Return the lines of the comparison, each with the draft's criterion it is about."""
    by_code = {code: key for key, code in codes(state).items()}
    settled = {criterion.key: criterion.earlier_decided for criterion in state.criteria()}
    for match in comparison.matches:
        key = by_code[match.later.code] if match.later else ""
        yield CompareRow(key, match, settled.get(key, True))


def kind_of(row: CompareRow) -> str:
    """Return the filter that finds a row beside its kind."""
    return WAITING if row.key and not row.is_decided else ""


def filters_of(rows: list[CompareRow]) -> list[tuple[str, str, int]]:
    """Return what can be filtered for, with how many rows each holds."""
    found = [("", "全部", len(rows)), (WAITING, "待确定", sum(kind_of(row) == WAITING for row in rows))]
    return found + [(kind.value, kind.label, sum(row.match.kind == kind for row in rows)) for kind in Kind]


def decided(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Carry out what was decided and come back to the comparison."""
    query = urlencode({"kind": request.POST["kind"]}) if request.POST.get("kind") else ""
    key = request.POST.get("key", "")
    back = reverse("standards:draft_compare", args=[draft.public_id]) + (f"?{query}" if query else "")
    try:
        decide(request, draft)
    except WorkshopError as error:
        messages.error(request, str(error))
    return redirect(f"{back}#{key}" if key else back)


def decide(request: HttpRequest, draft: Draft) -> None:
    """Choose the edition, decide one line, or take all suggestions. Raises WorkshopError."""
    seen = request.POST.get("seen", "")
    turn: dict[str, Any] = {
        "draft": draft,
        "seen": int(seen) if seen.isdecimal() else -1,
        "by": signed_in_user(request),
        "at": moment_of(request),
    }
    action = request.POST.get("action", "")
    if action == "choose":
        form = EarlierForm(request.POST)
        form.fields["edition"].queryset = editions_for(request, draft_page(draft))  # type: ignore[attr-defined]
        form.fields["edition"].required = False
        if not form.is_valid():
            raise WorkshopError("没有找到要对照的版本，请从列表里重新选择。")
        set_earlier_edition(edition=form.cleaned_data["edition"], **turn)
    elif action == "accept":
        state = draft_page(draft).state
        keys = [criterion.key for criterion in state.criteria() if not criterion.earlier_decided]
        apply(operation="accept_matches", arguments={"keys": keys}, **turn)
    else:
        code = request.POST.get("code", "").strip().partition(CODE_END)[0]
        arguments = {"key": request.POST.get("key", ""), "code": code}
        apply(operation="set_earlier", arguments=arguments, **turn)
