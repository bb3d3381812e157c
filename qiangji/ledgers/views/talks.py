"""The tick matrix of talks: who has talked with whom this year. Only that, and when; never what was said (domain §8)."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.ledgers import selectors
from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.models import HeartTalk
from qiangji.ledgers.services.talks import tick_talk, untick_talk
from qiangji.ledgers.views.access import RECORD, SEE, ledger_organization
from qiangji.ledgers.views.recording import read_day, read_uuid
from qiangji.ledgers.views.statements import year_asked
from qiangji.members.models import Person
from qiangji.orgs.models import Organization
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.views.access import refusal

GET_OR_POST = ["GET", "POST"]


@dataclass(frozen=True)
class TalkCell:
    """Two people: their talks of the year, or nothing yet."""

    one: Person
    other: Person
    talks: list[HeartTalk]


@login_required
@require_http_methods(GET_OR_POST)
def talks(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the matrix; one click notes that two people talked, on the day that stands above the table."""
    organization = ledger_organization(request, public_id, SEE)
    reach = request_reach(request)
    if request.method == "POST":
        if not reach.allows_at(RECORD, organization.path):
            raise refusal(RECORD, f"“{organization.short_name}”")
        return tick(request, organization)
    year = year_asked(request)
    matrix = selectors.tick_matrix(organization, year)
    rows = [
        (one, [TalkCell(one, other, matrix.talks(one, other)) for other in matrix.people[:place]])
        for place, one in enumerate(matrix.people)
    ]
    context = {
        "organization": organization,
        "matrix": matrix,
        "rows": rows[1:],
        "heads": matrix.people[:-1],
        "year": year,
        "day": read_day(request.GET.get("date", "")) or reach.day,
        "may_record": reach.allows_at(RECORD, organization.path),
    }
    return render(request, "ledgers/talks.html", context)


def tick(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Note a talk, or take one back."""
    by, at = signed_in_user(request), moment_of(request)
    day = read_day(request.POST.get("date", ""))
    try:
        if taken_back := request.POST.get("talk"):
            talk = get_object_or_404(HeartTalk, organization=organization, public_id=read_uuid(taken_back))
            untick_talk(talk=talk, by=by, at=at)
        else:
            if day is None:
                raise LedgersError("日期不对，请写成 2026-10-31 的样子。")
            first, _, second = request.POST.get("pair", "").partition(" ")
            people = [get_object_or_404(Person, public_id=read_uuid(one)) for one in (first, second)]
            tick_talk(organization=organization, first=people[0], second=people[1], date=day, by=by, at=at)
    except LedgersError as error:
        messages.error(request, str(error))
    here = reverse("ledgers:talks", args=[organization.public_id])
    return redirect(f"{here}?year={year_asked(request)}" + (f"&date={day.isoformat()}" if day else ""))
