"""The duties of whoever signed in: as a list by day, and as a month."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiangji.assessments.models import Sheet
from qiangji.duties.agenda import duties_for, duties_of, month_of, parts_of, tally_of
from qiangji.duties.asker import Asker
from qiangji.duties.forms import FilterForm
from qiangji.duties.lines import Duty
from qiangji.duties.registry import SOURCES
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.standards.site_checks import checks_in_force

YEARS = (2000, 2100)


@login_required
@require_GET
def agenda(request: HttpRequest) -> HttpResponse:
    """Show what is late, due and next."""
    reach = request_reach(request)
    asker = Asker(reach, moment_of(request))
    every = duties_for(asker)
    checks = checks_in_force({sheet.edition_id: sheet.edition for sheet in asker.own_sheets}.values())
    form, shown = filtered(request.GET, every)
    context = {
        "form": form,
        "held": [held_against_facts(sheet) for sheet in asker.own_sheets if checks[sheet.edition_id]],
        "parts": parts_of(shown, reach.day),
        "tally": tally_of(shown, reach.day),
        "is_empty": not every,
        "has_seat": bool(reach.held),
        "query": kept(request.GET),
    }
    return render(request, "duties/agenda.html", context)


@login_required
@require_GET
def month(request: HttpRequest) -> HttpResponse:
    """Show a month with what is due on each of its days."""
    reach = request_reach(request)
    every = duties_of(reach, at=moment_of(request))
    form, shown = filtered(request.GET, every)
    first = month_asked(request.GET.get("month", ""), reach.day)
    weeks = month_of(shown, first, reach.day)
    days = [day for week in weeks for day in week if day is not None and day.lines]
    context = {
        "form": form,
        "first": first,
        "before": shifted(first, -1),
        "after": shifted(first, 1),
        "weeks": weeks,
        "days": days,
        "count": sum(day.count for day in days),
        "weekdays": "一二三四五六日",
        "query": kept(request.GET),
    }
    return render(request, "duties/month.html", context)


def held_against_facts(sheet: Sheet) -> tuple[Sheet, date | None]:
    """Return one's own sheet with the day as of which it was last held against the facts; None where it never was."""
    evaluation = getattr(sheet, "evaluation", None)
    return sheet, evaluation.as_of if evaluation else None


def filtered(query: QueryDict, every: list[Duty]) -> tuple[FilterForm, list[Duty]]:
    """Return the filter line and what it leaves; it offers only what there is."""
    organizations = {
        str(one.organization.public_id): one.organization.short_name
        for one in sorted(every, key=lambda one: one.organization.path if one.organization else "")
        if one.organization is not None
    }
    present = {one.source for one in every}
    form = FilterForm(
        query,
        organizations=list(organizations.items()),
        sources=[(source.key, source.title) for source in SOURCES if source.key in present],
    )
    whose, organization, source = (form.chosen(name) for name in ("whose", "organization", "source"))
    shown = [
        one
        for one in every
        if (not whose or one.is_own == (whose == "own"))
        and (not source or one.source == source)
        and (not organization or (one.organization and str(one.organization.public_id) == organization))
    ]
    return form, shown


def kept(query: QueryDict) -> str:
    """Return the filter as a query string, for the way between list and month."""
    left = query.copy()
    left.pop("month", None)
    return left.urlencode()


def month_asked(text: str, today: date) -> date:
    """Return the first day of the month in the address, of this month where none can be read.

    >>> month_asked("2026-2", date(2026, 11, 29)), month_asked("2026-13", date(2026, 11, 29))
    (datetime.date(2026, 2, 1), datetime.date(2026, 11, 1))
    """
    year, _, month = text.partition("-")
    if not (year.isascii() and year.isdecimal() and month.isascii() and month.isdecimal()):
        return today.replace(day=1)
    if not (YEARS[0] <= int(year) <= YEARS[1] and 1 <= int(month) <= 12):
        return today.replace(day=1)
    return date(int(year), int(month), 1)


def shifted(first: date, months: int) -> date:
    """Return the first day of the month so many months on.

    >>> shifted(date(2026, 12, 1), 1), shifted(date(2026, 1, 1), -1)
    (datetime.date(2027, 1, 1), datetime.date(2025, 12, 1))
    """
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)
