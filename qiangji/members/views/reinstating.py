"""Who has left the register 已离开, for those who keep it; and taking back a leaving that was recorded wrongly."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from qiangji.members import services
from qiangji.members.exceptions import MembersError
from qiangji.members.forms import ReinstateForm
from qiangji.members.models import BranchMembership
from qiangji.members.views.access import branches_of, hospital_around
from qiangji.members.views.changes import act_as
from qiangji.orgs.authorization import Permission
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import request_reach
from qiangji.orgs.views.access import refusal

PER_PAGE = 50


def left_rows(reach: Reach, permission: Permission) -> QuerySet[BranchMembership]:
    """Return the last branch of everybody who left a register where this person holds a permission, but for transfers."""
    here = reach.condition_for(permission, "organization__path")
    later = BranchMembership.objects.filter(member=OuterRef("member"), start_date__gt=OuterRef("start_date"))
    rows = BranchMembership.objects.filter(
        here, ~Exists(later), departure=BranchMembership.Departure.CEASED, member__ceased_date__isnull=False
    )
    return rows.select_related("member__person", "organization", "group")


@login_required
@require_GET
def left(request: HttpRequest) -> HttpResponse:
    """List who has left, the latest first."""
    reach = request_reach(request)
    if not reach.may_somewhere(Permission.MANAGE_MEMBERS):
        raise refusal(Permission.MANAGE_MEMBERS, "本单位")
    rows = left_rows(reach, Permission.MANAGE_MEMBERS).order_by(
        "-member__ceased_date", "member__person__pinyin", "pk"
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "members/left.html", {"page_obj": page})


@login_required
@require_http_methods(["GET", "POST"])
def reinstate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take back a leaving; who reads the register of that branch and does not keep it is told who does."""
    reach = request_reach(request)
    last = get_object_or_404(left_rows(reach, Permission.SEE_MEMBERS), member__public_id=public_id)
    if not reach.allows_at(Permission.MANAGE_MEMBERS, last.organization.path):
        raise refusal(Permission.MANAGE_MEMBERS, f"“{last.organization.short_name}”或其上级院级党组织")
    hospital = hospital_around(last.organization)
    gone = last.organization.end_date is not None
    branches = branches_of(hospital, reach.day) if gone else None
    form = ReinstateForm(request.POST or None, branches=branches)
    member = last.member
    if request.method == "POST" and form.is_valid():
        try:
            services.reinstate_member(member=member, **form.cleaned_data, **act_as(request))
        except MembersError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{member.person.name}的离开登记已撤销，组织关系从离开之日起接续。")
            return redirect("members:detail", member.public_id)
    return render(
        request,
        "members/form.html",
        {"form": form, "words": words_of(last), "back": "members:left"},
    )


def words_of(last: BranchMembership) -> dict[str, str]:
    """Return what the form says of the leaving that is taken back."""
    member, branch = last.member, last.organization
    about = (
        f"{member.person.name}，{branch.name}：登记为自 {member.ceased_date} 起不在册"
        f"（{member.get_ceased_how_display()}）。撤销后组织关系从这一天起接续，当时一并结束的免除、流动等也从这一天接续；"
        "原登记和更正依据都保留。"
    )
    return {"title": "撤销离开登记", "verb": "撤销离开登记", "about": about}
