"""One member's page, and everybody's own page 我的."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiangji.accounts.requests import signed_in_user
from qiangji.members.models import Employment, Member, Person
from qiangji.members.selectors.persons import (
    MemberFile,
    arrival_of,
    file_of,
    hardships_of,
    history_of,
    readings_of,
    reinstatements_of,
)
from qiangji.members.views.access import hospital_around, visible_member
from qiangji.orgs.authorization import Permission
from qiangji.orgs.requests import request_reach


@login_required
@require_GET
def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one member: status, branches, posts, exemptions, floating and the history of the registration."""
    member, branch = visible_member(request, public_id)
    reach = request_reach(request)
    hospital = hospital_around(branch.organization)
    path = branch.organization.path
    managed = reach.allows_at(Permission.MANAGE_MEMBERS, path)
    held = file_of(member, hospital=hospital)
    data = standing_of(member, held, request) | {
        "member": member,
        "branch": branch,
        "file": held,
        "managed": managed,
        "may_see_restricted": reach.allows_at(Permission.SEE_RESTRICTED, path),
        "history": history_of(member, since=arrival_of(member, hospital)) if managed else [],
        "reinstatements": reinstatements_of(member, hospital) if managed else [],
    }
    return render(request, "members/detail.html", data)


def standing_of(member: Member, held: MemberFile, request: HttpRequest) -> dict[str, object]:
    """Return what holds of a member today: status, employment, floating, exemptions."""
    day = request_reach(request).day
    employments = Employment.objects.on(day).filter(person=member.person)
    confirmed = member.confirmed_date is not None and member.confirmed_date <= day
    return {
        "person": member.person,
        "year": day.year,
        "today": day,
        "is_full": confirmed,
        "is_member": member.ceased_date is None or member.ceased_date > day,
        "employment": employments.select_related("department", "organization").first(),
        "floats": next((row for row in held.floating if row.end_date is None or row.end_date >= day), None),
        "excused": [row for row in held.exemptions if row.start_date <= day <= row.end_date],
    }


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show everything that is held about the person who is signed in, restricted data with who read it included."""
    user = signed_in_user(request)
    person = Person.objects.filter(user=user).first()
    member = Member.objects.filter(person=person).select_related("person").first() if person else None
    if person is None or member is None:
        tenures = person.tenures.select_related("post__organization") if person else []
        return render(request, "members/mine_empty.html", {"person": person, "tenures": tenures})
    held = file_of(member, hospital=None)
    hardships = list(hardships_of(member, hospital=None))
    data = standing_of(member, held, request) | {
        "member": member,
        "file": held,
        "history": history_of(member, since=None),
        "hardships": hardships,
        "readings": readings_of(row.public_id for row in hardships),
    }
    return render(request, "members/mine.html", data)
