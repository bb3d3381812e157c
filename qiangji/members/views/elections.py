"""The ledger of all terms, beginning an election, and one election as a timeline with its next step."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.members.elections import selectors, services
from qiangji.members.elections.access import (
    Rights,
    electing_in_reach,
    names_shown,
    rights_of,
    superior_of,
)
from qiangji.members.elections.contents import CandidatesData, MeetingData, Named, ResultData
from qiangji.members.elections.figures import TERM_BASIS, bodies_of, body_title, seat_range, timetable_of
from qiangji.members.elections.forms import OpenForm, ReminderForm
from qiangji.members.elections.ledger import LedgerRow, days_done, ledger_of
from qiangji.members.elections.refusals import Case
from qiangji.members.elections.selectors import Line
from qiangji.members.exceptions import MembersError
from qiangji.members.models import Election, ElectionStep
from qiangji.orgs.authorization import Permission
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Organization, Post
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.selectors import supervisor_of
from qiangji.orgs.views.access import refusal, visible_organization

Kind = ElectionStep.Kind
PER_PAGE = 50
VIEWS = {
    "all": "全部",
    "year": "本年届满",
    "late": "逾期",
    "soon": "近期应办",
    "open": "办理中",
    "vacant": "有空缺",
}
REFUSED = (MembersError, OrganizationError)


@login_required
@require_GET
def election_ledger(request: HttpRequest) -> HttpResponse:
    """Show every term in reach as of a day: when it is due, what comes next, how many days are left."""
    reach = request_reach(request)
    if not (reach.may_somewhere(Permission.SEE_MEMBERS) or reach.may_somewhere(Permission.APPROVE_ELECTIONS)):
        raise refusal(Permission.MANAGE_POSTS, "本单位")
    on = day_asked(request)
    rows = selectors.ledger(reach, on=on)
    chosen = request.GET.get("view", "all")
    shown = [row for row in rows if _is_in(row, chosen if chosen in VIEWS else "all")]
    text = request.GET.get("q", "").strip()
    if text:
        shown = [row for row in shown if text in row.organization.name or text in row.organization.code]
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    superiors = supervisor_of([row.organization for row in page], on=reach.day)
    context = {
        "page_obj": page,
        "shown": [
            (row, rights_of(reach, row.organization, superiors.get(row.organization.pk))) for row in page
        ],
        "waiting": selectors.by_elections_waiting(reach, on=on) if chosen == "vacant" else [],
        "tabs": [(key, words, sum(_is_in(row, key) for row in rows)) for key, words in VIEWS.items()],
        "chosen": chosen,
        "on": on,
        "today": reach.day,
        "q": text,
        "january": date(reach.day.year, 1, 1),
    }
    return render(request, "members/elections/ledger.html", context)


def day_asked(request: HttpRequest) -> date:
    """Return the day the ledger is asked for: today unless a valid earlier or later day stands in the address."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return request_reach(request).day


def _is_in(row: LedgerRow, view: str) -> bool:
    if view == "year":
        return row.is_due_in(row.on.year)
    if view == "open":
        return row.election is not None
    if view == "vacant":
        return bool(row.vacancies)
    return view == "all" or row.state == view


def electing(request: HttpRequest, organization_id: UUID, body: str) -> tuple[Organization, Rights]:
    """Return an organization whose elections this person looks after; else 404, or 403 where it is only in reach."""
    organization = visible_organization(request, organization_id)
    reach = request_reach(request)
    if body not in bodies_of(organization):
        raise Http404(f"no such body: {body}")
    rights = rights_of(reach, organization, superior_of(organization, on=reach.day))
    if not electing_in_reach(reach).filter(pk=organization.pk).exists() or not rights.reads:
        raise refusal(Permission.MANAGE_POSTS, f"“{organization.short_name}”或其上级")
    return organization, rights


def kinds_possible(organization: Organization, body: str, on: date) -> list[tuple[str, str]]:
    """Return the kinds of election that may be begun now."""
    term = services.open_term(organization, body)
    vacant = selectors.has_vacancy(organization, body, on=on)
    kinds = [Election.Kind.REGULAR]
    kinds += [Election.Kind.EARLY] if term else []
    kinds += [Election.Kind.BY_ELECTION] if term and vacant else []
    return [(kind.value, str(kind.label)) for kind in kinds]


@login_required
@require_http_methods(["GET", "POST"])
def election_open(request: HttpRequest, organization_id: UUID, body: str) -> HttpResponse:
    """Begin an election: by its time, early, or of vacant posts."""
    organization, rights = electing(request, organization_id, body)
    if not rights.keeps:
        raise refusal(Permission.MANAGE_POSTS, f"“{organization.short_name}”或其上级")
    reach = request_reach(request)
    under_way = Election.objects.filter(organization=organization, body=body, state="open").first()
    if under_way is not None:
        return redirect("members:election", under_way.public_id)
    kinds = kinds_possible(organization, body, reach.day)
    row = next((row for row in ledger_of([organization], on=reach.day) if row.body == body), None)
    start = (
        Election.Kind.BY_ELECTION if row and row.vacancies and row.state == "ahead" else Election.Kind.REGULAR
    )
    form = OpenForm(request.POST or None, kinds=kinds, initial={"kind": start.value})
    if request.method == "POST" and form.is_valid():
        try:
            election = services.open_election(
                organization=organization,
                body=body,
                kind=form.cleaned_data["kind"],
                by=signed_in_user(request),
                at=moment_of(request),
            )
        except REFUSED as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已发起，请按时间线逐步办理。")
            return redirect("members:election", election.public_id)
    context = {
        "form": form,
        "organization": organization,
        "title": f"发起选举：{body_title(organization, body)}",
        "verb": "发起",
        "row": row,
        "allowed": seat_range(organization, body, on=reach.day),
        "term_basis": TERM_BASIS,
    }
    return render(request, "members/elections/open.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def election_remind(request: HttpRequest, organization_id: UUID, body: str) -> HttpResponse:
    """Record the letter with which the superior reminds a body of its term's end."""
    organization, rights = electing(request, organization_id, body)
    if not rights.answers:
        raise refusal(Permission.APPROVE_ELECTIONS, f"“{organization.short_name}”的上级")
    reach = request_reach(request)
    form = ReminderForm(request.POST or None, initial={"date": reach.day})
    if request.method == "POST" and form.is_valid():
        try:
            election = services.send_reminder(
                organization=organization,
                body=body,
                **form.cleaned_data,
                by=signed_in_user(request),
                at=moment_of(request),
            )
        except REFUSED as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "提醒函已登记，可以下载函稿。")
            return redirect("members:election", election.public_id)
    row = next((row for row in ledger_of([organization], on=reach.day) if row.body == body), None)
    context = {
        "form": form,
        "organization": organization,
        "title": f"换届提醒函：{body_title(organization, body)}",
        "verb": "登记提醒函",
        "row": row,
    }
    return render(request, "members/elections/open.html", context)


def readable_election(request: HttpRequest, public_id: UUID) -> tuple[Election, Rights]:
    """Return an election with what this person may do in it; 404 out of reach, a refusal where only in reach."""
    reach = request_reach(request)
    organizations = Organization.objects.visible_to(reach)
    rows = Election.objects.filter(organization__in=organizations)
    election = get_object_or_404(
        rows.select_related("organization__parent", "term", "new_term"), public_id=public_id
    )
    organization = election.organization
    rights = rights_of(reach, organization, superior_of(organization, on=reach.day))
    if not rights.reads:
        raise refusal(Permission.MANAGE_POSTS, f"“{organization.short_name}”或其上级")
    return election, rights


def require_step(rights: Rights, kind: str, organization: Organization) -> None:
    """Refuse (PermissionDenied) who does not take this kind of step."""
    if not rights.takes(kind):
        raise step_refusal(kind, organization)


def step_refusal(kind: str, organization: Organization) -> PermissionDenied:
    """Return the refusal that says whose turn it is."""
    if selectors.is_superiors(kind):
        return refusal(Permission.APPROVE_ELECTIONS, f"“{organization.short_name}”的上级")
    return refusal(Permission.MANAGE_POSTS, f"“{organization.short_name}”或其上级")


@login_required
@require_GET
def election_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one election as a timeline: what was done, by which document, and the next step as the main action."""
    election, rights = readable_election(request, public_id)
    reach = request_reach(request)
    case = services.case_of(election, today=reach.day)
    steps = list(election.steps.order_by("pk"))
    lines = selectors.timeline(election, steps, rights)
    is_open = election.state == Election.State.OPEN
    complete = is_open and not any(line.is_next for line in lines)
    named = names_shown(rights, election, steps[-1] if steps else None, on=reach.day)
    context = {
        "election": election,
        "rights": rights,
        "lines": lines,
        "main": next((line for line in lines if line.is_next and line.may_take), None),
        "waits_for": next((line for line in lines if line.is_next and not line.may_take), None),
        "may_conclude": complete and rights.keeps,
        "waits_for_conclusion": complete and not rights.keeps,
        "may_cancel": is_open and rights.keeps,
        "may_extend": may_extend(election, rights, lines),
        "title": body_title(election.organization, election.body),
        "superior": superior_of(election.organization, on=reach.day),
        "due": case.due,
        "milestones": milestones_of(election, case),
        "today": reach.day,
        "people": people_of(case) if named else [],
        "letters": selectors.letters_of(case.standing),
        "posts": posts_asked(case),
    }
    return render(request, "members/elections/detail.html", context)


def may_extend(election: Election, rights: Rights, lines: list[Line]) -> bool:
    """Say whether an extension may be asked for now: while a regular election's request is still to be made."""
    return (
        rights.keeps
        and election.kind == Election.Kind.REGULAR
        and election.term is not None
        and any(line.kind == Kind.REQUEST and line.is_next for line in lines)
    )


def milestones_of(election: Election, case: Case) -> list[dict[str, Any]]:
    """Return the letter, request and election days of the term, each with where it stands today."""
    if case.due is None or election.term is None or election.kind == Election.Kind.BY_ELECTION:
        return []
    done = days_done([(election, dict(case.standing))], election.term)
    table = timetable_of(
        case.due,
        reminded=done.get(Kind.REMINDER),
        requested=done.get(Kind.REQUEST),
        elected=done.get(Kind.MEETING),
    )
    return [{"milestone": one, "standing": one.standing(case.today)} for one in table.milestones]


def people_of(case: Case) -> list[dict[str, Any]]:
    """Return candidates and elected as rows: name, proposed post, votes, elected to what."""
    candidates, meeting, result = case.said(Kind.CANDIDATES), case.said(Kind.MEETING), case.said(Kind.RESULT)
    nominees = candidates.nominees if isinstance(candidates, CandidatesData) else ()
    votes = dict(meeting.votes) if isinstance(meeting, MeetingData) else {}
    elected = {one.person: one for one in result.elected} if isinstance(result, ResultData) else {}
    known = {one.person for one in nominees}
    rows = [*nominees, *(Named(person) for person in votes if person not in known)]
    names = selectors.names_of(rows)
    return [
        {
            "name": names[one.person],
            "proposed": Post.Kind(one.post).label if one.person in known else "另选他人",
            "votes": votes.get(one.person),
            "elected": elected_words(elected.get(one.person)),
        }
        for one in rows
    ]


def elected_words(one: Named | None) -> str:
    """Return the post somebody was elected to, with its duty."""
    if one is None:
        return ""
    return one.duty if one.duty and one.post == Post.Kind.MEMBER else str(Post.Kind(one.post).label)


def posts_asked(case: Case) -> list[Post]:
    """Return the posts that a by-election is to fill."""
    return selectors.posts_named(getattr(case.said(Kind.REQUEST), "posts", ()))
