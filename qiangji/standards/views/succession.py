"""Pages on how editions follow each other: two editions side by side with the map to decide, and the interpretations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.standards.comparison import Kind, Match, Piece, pieces
from qiangji.standards.exceptions import SuccessionRefused
from qiangji.standards.forms_succession import InterpretationForm
from qiangji.standards.models import Edition
from qiangji.standards.succession import (
    Succession,
    add_interpretation,
    decide_map,
    interpreting_organizations,
    may_decide,
    succession,
    visible_interpretations,
)

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class CompareRow:
    """One line of the page: a match, the earlier code as typed, and what changed within the words."""

    match: Match
    typed: str
    pieces: list[Piece]


def visible_edition(request: HttpRequest, edition_id: UUID | str) -> Edition:
    """Return an edition this person may see. Raises Http404."""
    editions = Edition.objects.visible_to(request_reach(request)).select_related("standard", "organization")
    return get_object_or_404(editions, public_id=edition_id)


@login_required
@require_http_methods(["GET", "POST"])
def compare_editions(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Hold an edition against an earlier one; whoever may decides the map, everybody else reads it."""
    later = visible_edition(request, edition_id)
    others = list(candidates(request, later))
    earlier = chosen_earlier(request, others)
    if request.method == "POST":
        if earlier is None:
            raise Http404("没有要对照的版本。")
        if not may_decide(request_reach(request), later):
            raise PermissionDenied(f"确定对照表由{who_decides(later)}办理。")
        return decided(request, earlier, later, others)
    found = succession(earlier, later) if earlier else None
    context = compare_context(request, later, others, found)
    return render(request, "standards/compare.html", context)


def candidates(request: HttpRequest, later: Edition) -> list[Edition]:
    """Return the editions to hold one against: of its own standard first, of the same kind of organization only."""
    editions = (
        Edition.objects.visible_to(request_reach(request))
        .filter(standard__applies_to=later.standard.applies_to)
        .exclude(pk=later.pk)
        .select_related("standard")
    )
    return sorted(
        editions, key=lambda one: (one.standard_id != later.standard_id, -one.year_of_effect, one.ref)
    )


def chosen_earlier(request: HttpRequest, others: list[Edition]) -> Edition | None:
    """Return the edition that the address names, else the latest earlier one of the same standard that there is."""
    given = request.POST.get("with") or request.GET.get("with")
    if not given:
        return others[0] if others else None
    found = next((one for one in others if str(one.public_id) == given), None)
    if found is None:
        raise Http404("没有这个版本，或它适用于另一类组织。")
    return found


def who_decides(later: Edition) -> str:
    """Say in Chinese who decides what an edition continues."""
    place = later.organization.name if later.organization else "最上级组织"
    return f"{place}的{'、'.join(roles_that(Permission.MANAGE_STANDARDS, own=True))}"


def decided(request: HttpRequest, earlier: Edition, later: Edition, others: list[Edition]) -> HttpResponse:
    """Store the map as typed; what cannot be is shown beside what was typed."""
    typed = {
        name.removeprefix("earlier-"): str(value).strip()
        for name, value in request.POST.items()
        if name.startswith("earlier-")
    }
    try:
        decide_map(
            earlier=earlier,
            later=later,
            pairs=typed,
            by=signed_in_user(request),
            at=moment_of(request),
            seen=seen_map(request),
        )
    except SuccessionRefused as error:
        context = compare_context(request, later, others, succession(earlier, later), typed)
        context |= {"refused": str(error), "problems": error.messages}
        return render(request, "standards/compare.html", context)
    messages.success(request, f"对照表已确定：{len([old for old in typed.values() if old])} 条沿用。")
    return redirect(f"{reverse('standards:compare', args=[later.public_id])}?with={earlier.public_id}")


def seen_map(request: HttpRequest) -> datetime | None:
    """Return when the map on the page had been decided; a field that was tampered with fits no map."""
    given = request.POST.get("seen", "")
    return (parse_datetime(given) or NEVER) if given else None


def compare_context(
    request: HttpRequest,
    later: Edition,
    others: list[Edition],
    found: Succession | None,
    typed: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Return what the page shows: what changed first, by kind, then what did not."""
    context: dict[str, Any] = {
        "later": later,
        "others": others,
        "found": found,
        "may_decide": may_decide(request_reach(request), later),
        "who": who_decides(later),
    }
    if found is None:
        return context
    rows = [compare_row(match, typed) for match in found.comparison.matches]
    living = [row for row in rows if row.match.later]
    counts = found.comparison.counts
    return context | {
        "changed": [row for row in living if row.match.kind != Kind.SAME],
        "same": [row for row in living if row.match.kind == Kind.SAME],
        "gone": [row for row in rows if row.match.kind == Kind.GONE],
        "counts": [(kind, counts[kind]) for kind in Kind],
        "earlier_lines": sorted_lines(found),
    }


def compare_row(match: Match, typed: dict[str, str] | None) -> CompareRow:
    """Return one line, with what a person typed where the form came back."""
    code = match.earlier.code if match.earlier and match.later else ""
    if typed is not None and match.later:
        code = typed.get(match.later.code, code)
    words = pieces(match.earlier.words, match.later.words) if match.is_reworded else []  # type: ignore[union-attr]
    return CompareRow(match, code, words)


def sorted_lines(found: Succession) -> list[tuple[str, str]]:
    """Return the earlier edition's codes and titles, for choosing."""
    lines = [match.earlier for match in found.comparison.matches if match.earlier]
    order = {
        code: place
        for place, code in enumerate(
            found.earlier.criteria.order_by("position").values_list("code", flat=True)
        )
    }
    return [(line.code, line.title) for line in sorted(lines, key=lambda line: order[line.code])]


# ---- interpretations ------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def interpretations(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """The numbered interpretations of an edition that concern this person, and a new one."""
    edition = visible_edition(request, edition_id)
    reach = request_reach(request)
    places = interpreting_organizations(reach).order_by("path")
    may_add = edition.is_published and bool(places)
    if request.method == "POST" and not may_add:
        names = "、".join(roles_that(Permission.MANAGE_STANDARDS, own=True))
        raise PermissionDenied(
            f"录入条目解释由{names}办理。" if edition.is_published else "草稿没有解释，请直接修改条目。"
        )
    initial = {"criterion": request.GET.get("criterion", ""), "organization": places.first()}
    form = InterpretationForm(request.POST or None, edition=edition, places=places, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            added = add_interpretation(by=reach.user, at=moment_of(request), **form.cleaned_data)
        except SuccessionRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已录入 {added.criterion.code} 的解释“{added.number}”。")
            return redirect("standards:interpretations", edition.public_id)
    given = visible_interpretations(reach).filter(criterion__edition=edition)
    context = {
        "edition": edition,
        "given": given.select_related("added_by").order_by("criterion__position", "-effective_date", "-id"),
        "form": form if may_add else None,
    }
    return render(request, "standards/interpretations.html", context)
