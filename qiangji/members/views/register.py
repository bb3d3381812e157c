"""The register 党员名册 of a chosen day, and a new member in it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods
from django_tables2 import RequestConfig

from qiangji.accounts.requests import signed_in_user
from qiangji.members import services
from qiangji.members.exceptions import MembersError
from qiangji.members.filters import RegisterFilter
from qiangji.members.forms import NewMemberForm
from qiangji.members.models import Member
from qiangji.members.selectors.register import register_rows
from qiangji.members.tables import RegisterTable
from qiangji.members.views.access import branches_of, groups_of, require_here
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.views.access import refusal

SIZES = (25, 50, 100)
MOST_HOSPITALS = 25
KEEPERS = (Organization.Kind.BRANCH, Organization.Kind.HOSPITAL)


@login_required
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """Show the register of a day, today unless chosen, with search, filters and sorting."""
    reach = request_reach(request)
    if not reach.may_somewhere(Permission.SEE_MEMBERS):
        raise refusal(Permission.SEE_MEMBERS, "本单位")
    day = chosen_day(request.GET.get("on", ""), reach.day)
    hospitals = list(hospitals_in(reach))
    here = reach.condition_for(Permission.SEE_MEMBERS, "path")
    branches = Organization.objects.on(day).filter(here, kind__in=KEEPERS).order_by("path")
    filtered = RegisterFilter(request.GET, queryset=register_rows(reach, day), day=day, branches=branches)
    table = RegisterTable(filtered.qs)
    size = chosen_size(request.GET.get("per_page", ""))
    RequestConfig(request, paginate={"per_page": size}).configure(table)
    table.open_ids = openable(table, reach)
    managed = [one for one in hospitals if reach.allows_at(Permission.MANAGE_MEMBERS, one.path)]
    data = {
        "filter": filtered,
        "table": table,
        "day": day,
        "today": reach.day,
        "size": size,
        "sizes": SIZES,
        "hospitals": hospitals,
        "managed": managed,
        "may_see_restricted": reach.may_somewhere(Permission.SEE_RESTRICTED) and bool(hospitals or managed),
    }
    return render(request, "members/list.html", data)


def chosen_day(text: str, today: date) -> date:
    """Return the day typed, never one to come; today where none can be read."""
    try:
        return min(date.fromisoformat(text), today)
    except ValueError:
        return today


def chosen_size(text: str) -> int:
    """Return how many lines a page has."""
    return int(text) if text in {str(size) for size in SIZES} else SIZES[0]


def openable(table: RegisterTable, reach: Reach) -> frozenset[int]:
    """Return who on this page may be opened: on a day gone by, some have left since. One statement."""
    shown = [row.record.member_id for row in table.paginated_rows]
    rows = Member.objects.visible_to(reach).filter(pk__in=shown)
    return frozenset(rows.values_list("pk", flat=True))


def hospitals_in(reach: Reach) -> list[Organization]:
    """Return the hospital-level organizations whose members this person reads as a whole."""
    here = reach.condition_for(Permission.SEE_MEMBERS, "path")
    rows = Organization.objects.on(reach.day).filter(here, kind=Organization.Kind.HOSPITAL)
    return list(rows.order_by("path")[:MOST_HOSPITALS])


@login_required
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Register one member at a hospital."""
    reach = request_reach(request)
    rows = Organization.objects.visible_to(reach).filter(kind=Organization.Kind.HOSPITAL)
    hospital = get_object_or_404(rows, public_id=public_id)
    require_here(reach, Permission.MANAGE_MEMBERS, hospital)
    form = NewMemberForm(
        request.POST or None,
        branches=branches_of(hospital, reach.day),
        groups=groups_of(hospital, reach.day),
        departments=hospital.departments.on(reach.day),
    )
    if request.method == "POST" and form.is_valid():
        member = attempt(request, hospital, form)
        if member is not None:
            messages.success(request, f"{member.person.name}已登记。")
            return redirect("members:detail", member.public_id)
    words = {
        "title": "登记党员",
        "verb": "登记",
        "about": f"登记到“{hospital.name}”。只填工作需要的最少信息，身份证号、电话和健康状况都不登记。",
    }
    data = {"form": form, "words": words, "back": "members:list"}
    return render(request, "members/form.html", data)


def attempt(request: HttpRequest, hospital: Organization, form: NewMemberForm) -> Member | None:
    """Register what was typed; a refusal is shown on the form. A known staff number is not overwritten from here."""
    row = services.NewMember(**form.cleaned_data)
    known = hospital.staff.filter(end_date__isnull=True, staff_number=row.staff_number)
    if known.filter(person__member__isnull=False).exists():
        form.add_error("staff_number", "该工号已在名册中，请在名册里打开其页面更正。")
        return None
    facts: dict[str, Any] = {"by": signed_in_user(request), "at": moment_of(request)}
    try:
        registered = services.register_members(hospital=hospital, rows=[row], **facts)
    except MembersError as error:
        form.add_error(None, error.rows.get(row.staff_number, str(error)))
        return None
    return registered.members[row.staff_number]
