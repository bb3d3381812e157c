"""A month at a glance: theme days kept on their fixed day, plans ahead, days on which integrity reminders are due."""

import calendar as weeks
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiangji.ledgers import selectors
from qiangji.ledgers.models import Record, RecurringPlan
from qiangji.ledgers.recurrence import days_between
from qiangji.ledgers.views.access import RECORD, SEE, ledger_organization, log_readings
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import request_reach

# Days before which people at important posts are reminded of integrity (D20); a site's own go into recurring plans.
TIME_POINTS = {(1, 1): "元旦", (5, 1): "五一", (10, 1): "国庆"}
MOVING_NAMES = ("春节", "清明", "端午", "中秋")
MOVING = {
    2025: ((1, 29), (4, 4), (5, 31), (10, 6)),
    2026: ((2, 17), (4, 5), (6, 19), (9, 25)),
    2027: ((2, 6), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 26), (4, 4), (5, 28), (10, 3)),
}


@dataclass
class Day:
    """One day of the month with what stands on it."""

    date: date
    is_today: bool
    records: list[Record] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)
    time_point: str = ""


def month_asked(request: HttpRequest) -> date:
    """Return the first day of the month in the address, of this month where none can be read."""
    today = request_reach(request).day
    year, _, month = request.GET.get("month", "").partition("-")
    if year.isdecimal() and month.isdecimal() and 2000 <= int(year) <= 2100 and 1 <= int(month) <= 12:
        return date(int(year), int(month), 1)
    return today.replace(day=1)


def time_points(year: int) -> dict[date, str]:
    """Return the days of a year before which a reminder is due."""
    found = {date(year, month, day): words for (month, day), words in TIME_POINTS.items()}
    days = zip(MOVING.get(year, ()), MOVING_NAMES, strict=False)
    return found | {date(year, month, day): words for (month, day), words in days}


@login_required
@require_GET
def month(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one month of an organization's ledgers."""
    organization = ledger_organization(request, public_id, SEE)
    reach = request_reach(request)
    first = month_asked(request)
    days = days_of(reach, organization, first)
    grid = [
        [days.get(one) if one.month == first.month else None for one in week]
        for week in weeks.Calendar().monthdatescalendar(first.year, first.month)
    ]
    reminders = reminders_of(reach, organization, first.year)
    shown = [record for day in days.values() for record in day.records]
    log_readings(request, [*shown, *(record for _, _, record in reminders if record)], "台账月历")
    context = {
        "organization": organization,
        "first": first,
        "before": date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1),
        "after": date(first.year + (first.month == 12), first.month % 12 + 1, 1),
        "grid": grid,
        "fixed": selectors.fixed_day(organization, first.year),
        "reminders": reminders,
        "may_record": reach.allows_at(RECORD, organization.path),
        "weekdays": "一二三四五六日",
    }
    return render(request, "ledgers/calendar.html", context)


def days_of(reach: Reach, organization: Organization, first: date) -> dict[date, Day]:
    """Return the days of a month with their records, plans and time points: two statements."""
    last = first.replace(day=weeks.monthrange(first.year, first.month)[1])
    days = {
        (one := first.replace(day=number)): Day(one, one == reach.day) for number in range(1, last.day + 1)
    }
    records = Record.objects.visible_to(reach).filter(organization=organization).between(first, last)
    for record in records.exclude(state=Record.State.WITHDRAWN).order_by("date", "pk"):
        days[record.date].records.append(record)
    for plan in RecurringPlan.objects.filter(organization=organization):
        for one in planned_days(plan, first, last):
            if not days[one].records:
                days[one].planned.append(plan.title)
    for one, words in time_points(first.year).items():
        if one in days:
            days[one].time_point = words
    return days


def planned_days(plan: RecurringPlan, first: date, last: date) -> list[date]:
    """Return a plan's days within a month."""
    start, end = max(first, plan.start_date), min(last, plan.end_date or last)
    if start > end:
        return []
    found = days_between(start, end, every=plan.every, day=plan.day, week=plan.week, weekday=plan.weekday)
    return [one for one in found if first <= one <= last]


def reminders_of(
    reach: Reach, organization: Organization, year: int
) -> list[tuple[date, str, Record | None]]:
    """Return the time points of a year, each with the integrity reminder given in the three weeks before it."""
    records = list(
        Record.objects.visible_to(reach)
        .confirmed()
        .of_kind("integrity_reminder")
        .filter(organization=organization)
        .between(date(year - 1, 12, 1), date(year, 12, 31))
        .order_by("date")
    )
    return [
        (day, words, next((one for one in records if 0 <= (day - one.date).days <= 21), None))
        for day, words in sorted(time_points(year).items())
    ]
