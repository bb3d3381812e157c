"""Posts of an organization and who holds them 班子与职务: on any day, vacancies, history, cross-appointments."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.members.exceptions import MembersError
from qiangji.members.forms_posts import AppointForm, ConsentForm, LeaveForm, PostForm, people_like
from qiangji.members.models import BranchMembership, Employment, Person, Tenure
from qiangji.members.querysets import PersonQuerySet, holds
from qiangji.members.selectors.tenures import (
    SeatShown,
    cross_appointments,
    seats_on,
    tenure_history,
    with_consents,
)
from qiangji.members.services.tenures import CONSENTED, appoint, close_post, end_tenure, note_consent
from qiangji.orgs import paths
from qiangji.orgs.authorization import Permission
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Body, Organization, Post
from qiangji.orgs.placing import AUTHORITIES
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.selectors import hospital_of
from qiangji.orgs.services.posts import NewPost, set_up_posts
from qiangji.orgs.tabs import tabs_of
from qiangji.orgs.views.access import visible_organization
from qiangji.orgs.views.facts import FactPage, chosen_day, need

GET_OR_POST = ["GET", "POST"]
HISTORY_SHOWN = 50
COMING, LEAVING = "coming", "leaving"
LEADING = frozenset({Body.COMMITTEE, Body.ADMINISTRATION})


@login_required
@require_GET
def posts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the seats of an organization on a day, body by body, with their holders, vacancies and history."""
    organization = visible_organization(request, public_id)
    reach = request_reach(request)
    need(reach, Permission.SEE_MEMBERS, organization)
    day = chosen_day(request, reach.day)
    seats = seats_on(organization, day)
    crossed = cross_appointments(organization, day) if has_administration(seats) else []
    history = with_consents(list(tenure_history(organization)[: HISTORY_SHOWN + 1]))
    data = {
        "organization": organization,
        "bodies": by_body(seats),
        "vacant": sum(seat.tenure is None for seat in seats),
        "crossed": [one for one in crossed if one.is_crossed],
        "apart": [one for one in crossed if not one.is_crossed and one.is_member and one.administration],
        "has_administration": has_administration(seats),
        "history": history[:HISTORY_SHOWN],
        "history_cut": len(history) > HISTORY_SHOWN,
        "day": day,
        "is_today": day == reach.day,
        "may_manage": reach.allows_at(Permission.MANAGE_POSTS, organization.path),
        "tabs": tabs_of(reach, organization, "posts"),
    }
    return render(request, "members/posts.html", data)


def has_administration(seats: list[SeatShown]) -> bool:
    """Say whether the seats tell of both sides, so that cross-appointments can be told."""
    return {seat.post.body for seat in seats} >= LEADING


def by_body(seats: list[SeatShown]) -> list[tuple[str, list[SeatShown]]]:
    """Return the seats under the name of their body, in the order of the bodies."""
    order = list(Body)
    bodies = sorted({seat.post.body for seat in seats}, key=lambda body: order.index(Body(body)))
    return [(Body(body).label, [seat for seat in seats if seat.post.body == body]) for body in bodies]


def people_of(organization: Organization, request: HttpRequest) -> PersonQuerySet:
    """Return who may be seated here: who works or belongs today at the organization's hospital or authority."""
    day = request_reach(request).day
    house = organization if organization.kind in AUTHORITIES else hospital_of(organization) or organization
    if organization.kind in AUTHORITIES:
        works = Employment.objects.filter(holds(day), organization=house)
        return named(Person.objects.filter(pk__in=works.values("person")))
    here = paths.below(house.path, "organization__path") & holds(day)
    works = Employment.objects.filter(here)
    belongs = BranchMembership.objects.filter(here).values("member__person")
    return named(Person.objects.filter(pk__in=works.values("person")) | Person.objects.filter(pk__in=belongs))


def named(people: PersonQuerySet) -> PersonQuerySet:
    """Return people as a field offers them, in the order of their names' sounds."""
    return people.distinct().order_by("pinyin", "name", "pk").prefetch_related("employments")


def answer(
    request: HttpRequest,
    organization: Organization,
    form: Form,
    page: FactPage,
    act: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """Show a form about a post; when it is sent and the service accepts it, go back to the posts."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except (MembersError, OrganizationError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, page.done)
            return redirect(page.back)
    return render(request, "orgs/fact_form.html", {"organization": organization, "form": form, "page": page})


def back_to(organization: Organization) -> str:
    """The page of posts, to which every form goes back."""
    return reverse("members:posts", args=[organization.public_id])


@login_required
@require_http_methods(GET_OR_POST)
def set_up(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Set up a seat, or several alike."""
    organization = visible_organization(request, public_id)
    reach = request_reach(request)
    need(reach, Permission.MANAGE_POSTS, organization)
    form = PostForm(request.POST or None, organization=organization, initial={"start_date": reach.day})

    def act(data: dict[str, Any]) -> list[Post]:
        new = NewPost(
            organization,
            data["body"],
            data["kind"],
            data["start_date"],
            duty=data["duty"],
            is_full_time=data["is_full_time"],
        )
        return set_up_posts(rows=[new] * data["count"], by=signed_in_user(request), at=moment_of(request))

    page = FactPage("设置职务", "设置", "职务已设置，请登记任职。", back_to(organization))
    return answer(request, organization, form, page, act)


def post_in_reach(request: HttpRequest, post_id: UUID) -> Post:
    """Return a seat of an organization in reach whose posts this person manages; 404 out of reach, 403 in reach."""
    reach = request_reach(request)
    rows = Post.objects.filter(reach.condition("organization__path")).select_related("organization__parent")
    post = get_object_or_404(rows, public_id=post_id)
    need(reach, Permission.MANAGE_POSTS, post.organization)
    return post


@login_required
@require_http_methods(GET_OR_POST)
def appoint_to(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Seat a person in a post; who holds it so far leaves it the day before."""
    post = post_in_reach(request, post_id)
    if post.end_date is not None:
        raise Http404
    day = request_reach(request).day
    present = post.tenures.filter(end_date__isnull=True).select_related("person").first()
    held_before = present is not None or post.tenures.exists()
    initial = {"start_date": day, "how": Tenure.How.BY_ELECTION if held_before else Tenure.How.ELECTED}
    if post.body not in (Body.COMMITTEE, Body.DISCIPLINE):
        initial["how"] = Tenure.How.APPOINTED
    people = people_of(post.organization, request)
    if request.htmx:  # type: ignore[attr-defined]
        offered = people_like(people, request.GET.get("person", "").strip())
        return render(request, "orgs/_options.html", {"options": offered})
    form = AppointForm(request.POST or None, among=people, post=post, initial=initial)

    def act(data: dict[str, Any]) -> Tenure:
        return appoint(post=post, **data, by=signed_in_user(request), at=moment_of(request))

    about = f"{post.get_body_display()} {post.title}："
    about += f"现由{present.person.name}担任，自 {present.start_date} 起。" if present else "现在空缺。"
    page = FactPage("登记任职", "登记任职", "任职已登记。", back_to(post.organization), about)
    return answer(request, post.organization, form, page, act)


@login_required
@require_http_methods(GET_OR_POST)
def leave(request: HttpRequest, tenure_id: UUID) -> HttpResponse:
    """End a tenure; the post is vacant from the next day."""
    reach = request_reach(request)
    rows = Tenure.objects.filter(reach.condition("post__organization__path"), end_date__isnull=True)
    tenure = get_object_or_404(rows.select_related("post__organization", "person"), public_id=tenure_id)
    organization = tenure.post.organization
    need(reach, Permission.MANAGE_POSTS, organization)
    form = LeaveForm(request.POST or None, post=tenure.post, initial={"end_date": reach.day})

    def act(data: dict[str, Any]) -> Tenure:
        return end_tenure(tenure=tenure, **data, by=signed_in_user(request), at=moment_of(request))

    about = f"{tenure.person.name}任{tenure.post.title}，自 {tenure.start_date} 起。填任职的最后一天。"
    page = FactPage("登记离任", "登记离任", "离任已登记，职务空缺待补。", back_to(organization), about)
    return answer(request, organization, form, page, act)


@login_required
@require_http_methods(GET_OR_POST)
def consent(request: HttpRequest, tenure_id: UUID, change: str) -> HttpResponse:
    """Write down later that the superior had agreed that a secretary or deputy came, or left; once for each."""
    reach = request_reach(request)
    rows = Tenure.objects.filter(reach.condition("post__organization__path"), post__kind__in=CONSENTED)
    if change == LEAVING:
        rows = rows.filter(end_date__isnull=False)
    tenure = get_object_or_404(rows.select_related("post__organization", "person"), public_id=tenure_id)
    organization = tenure.post.organization
    need(reach, Permission.MANAGE_POSTS, organization)
    form = ConsentForm(request.POST or None)

    def act(data: dict[str, Any]) -> Tenure:
        return note_consent(
            tenure=tenure,
            is_leaving=change == LEAVING,
            **data,
            by=signed_in_user(request),
            at=moment_of(request),
        )

    what = f"{tenure.end_date} 离任" if change == LEAVING else f"{tenure.start_date} 任职"
    about = f"{tenure.person.name}，{tenure.post.title}，{what}。"
    page = FactPage("补登上级同意", "登记", "上级同意已登记。", back_to(organization), about)
    return answer(request, organization, form, page, act)


@login_required
@require_http_methods(GET_OR_POST)
def close(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """End a seat that is not needed any more, and the tenure of whoever holds it."""
    post = post_in_reach(request, post_id)
    is_held = post.tenures.filter(end_date__isnull=True).exists()
    initial = {"end_date": request_reach(request).day}
    form = LeaveForm(request.POST or None, post=post, is_held=is_held, initial=initial)

    def act(data: dict[str, Any]) -> Post:
        return close_post(post=post, **data, by=signed_in_user(request), at=moment_of(request))

    about = f"{post.get_body_display()} {post.title}，自 {post.start_date} 设置。有人担任的，同日离任。"
    page = FactPage("撤销职务", "撤销", "职务已撤销，历史保留。", back_to(post.organization), about)
    return answer(request, post.organization, form, page, act)
