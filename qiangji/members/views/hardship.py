"""Members in difficulty 困难党员: restricted data. Whoever may not see it finds no page, no count, no trace of it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.audit.services import note_reading
from qiangji.members import services
from qiangji.members.forms import EndForm, StartForm
from qiangji.members.models import BranchMembership, Hardship, Member
from qiangji.members.querysets import holds
from qiangji.members.selectors.persons import hardships_of, readings_of
from qiangji.members.services.journal import HARDSHIP
from qiangji.members.views.access import hospital_around, require_here, visible_member
from qiangji.members.views.changes import GET_OR_POST, act_as, answer, kept_member
from qiangji.orgs.authorization import Permission
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.views.access import refusal

PER_PAGE = 50


def members_read(reach: Reach, *permissions: Permission) -> QuerySet[BranchMembership]:
    """Return today's branch memberships where this person holds every one of these permissions."""
    rows = BranchMembership.objects.filter(holds(reach.day))
    for permission in permissions:
        rows = rows.filter(reach.condition_for(permission, "organization__path"))
    return rows


def log_reading(request: HttpRequest, rows: list[Hardship], page: str) -> None:
    """Write down that this person was shown these registrations."""
    note_reading(
        obj_type=HARDSHIP,
        obj_ids=[row.public_id for row in rows],
        page=page,
        by=signed_in_user(request),
        at=moment_of(request),
    )


@login_required
@require_GET
def hardships(request: HttpRequest) -> HttpResponse:
    """List who is registered today as in difficulty; each line that is shown counts as read, and is logged."""
    reach = request_reach(request)
    if not reach.may_somewhere(Permission.SEE_RESTRICTED):
        raise refusal(Permission.SEE_RESTRICTED, "本单位")
    places = members_read(reach, Permission.SEE_RESTRICTED, Permission.SEE_MEMBERS)
    rows = Hardship.objects.on(reach.day).filter(member__in=places.values("member"))
    rows = rows.select_related("member__person").order_by("member__person__pinyin", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    branches = {
        row.member_id: row.organization
        for row in places.filter(member__in=[row.member_id for row in shown]).select_related("organization")
    }
    log_reading(request, shown, "困难党员名单")
    data = {
        "lines": [(row, branches[row.member_id]) for row in shown],
        "page_obj": page,
        "may_see_readings": reach.may_somewhere(Permission.MANAGE_MEMBERS),
    }
    return render(request, "members/hardships.html", data)


@login_required
@require_GET
def hardship(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one member's registrations and who read them; opening it is logged."""
    member, branch = restricted_member(request, public_id)
    reach = request_reach(request)
    rows = list(hardships_of(member, hospital=hospital_around(branch.organization)))
    log_reading(request, rows, "困难党员登记")
    managed = reach.allows_at(Permission.MANAGE_MEMBERS, branch.organization.path)
    data = {
        "member": member,
        "branch": branch,
        "rows": rows,
        "managed": managed,
        "is_registered": any(row.end_date is None for row in rows),
        "readings": readings_of(row.public_id for row in rows) if managed else [],
    }
    return render(request, "members/hardship.html", data)


def restricted_member(request: HttpRequest, public_id: UUID) -> tuple[Member, BranchMembership]:
    """Return a member in reach whose restricted data this person may see; else the refusal that says who may."""
    member, branch = visible_member(request, public_id)
    require_here(request_reach(request), Permission.SEE_RESTRICTED, branch.organization)
    return member, branch


@login_required
@require_http_methods(GET_OR_POST)
def start(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Register a member as in difficulty."""
    restricted_member(request, public_id)
    member, branch, _ = kept_member(request, public_id)
    form = StartForm(request.POST or None, initial={"start_date": request_reach(request).day})

    def act(data: dict[str, object]) -> object:
        return services.register_hardship(member=member, **data, **act_as(request))  # type: ignore[arg-type]

    words = {
        "title": "登记困难党员",
        "verb": "登记",
        "done": "已登记。",
        "about": "只登记起止日期，不登记原因和家庭情况。此项只对有权查看敏感信息的人可见，每次查看都有记录。",
    }
    return answer(request, (member, branch), form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def end(request: HttpRequest, public_id: UUID, hardship_id: UUID) -> HttpResponse:
    """Record the last day of a registration."""
    restricted_member(request, public_id)
    member, branch, hospital = kept_member(request, public_id)
    row = get_object_or_404(hardships_of(member, hospital=hospital), public_id=hardship_id)
    form = EndForm(request.POST or None, initial={"end_date": request_reach(request).day})

    def act(data: dict[str, object]) -> object:
        return services.end_hardship(hardship=row, **data, **act_as(request))  # type: ignore[arg-type]

    log_reading(request, [row], "结束困难党员登记")
    words = {
        "title": "结束困难党员登记",
        "verb": "结束",
        "done": "已结束。",
        "about": f"自 {row.start_date} 起登记。填登记的最后一天。",
    }
    return answer(request, (member, branch), form, words, act)


@login_required
@require_GET
def readings(request: HttpRequest) -> HttpResponse:
    """Show the Party office who read restricted data of its members, when and on which page; no names of members."""
    reach = request_reach(request)
    if not reach.may_somewhere(Permission.MANAGE_MEMBERS):
        raise refusal(Permission.MANAGE_MEMBERS, "本单位")
    places = members_read(reach, Permission.SEE_RESTRICTED, Permission.MANAGE_MEMBERS)
    rows = Hardship.objects.filter(member__in=places.values("member")).values_list("public_id", flat=True)
    return render(request, "members/readings.html", {"readings": readings_of(rows)})
