"""The forms of an election's steps, with the calculators beside them, and its end."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.members.elections import figures, services
from qiangji.members.elections.advice import advice_for
from qiangji.members.elections.concluding import conclude_election
from qiangji.members.elections.forms import CancelForm, ConcludeForm, StepForm, person_text, staff_numbers
from qiangji.members.elections.refusals import Case
from qiangji.members.elections.step_forms import form_for
from qiangji.members.elections.steps import STEP_KINDS, may_be_taken, next_step
from qiangji.members.models import Election, ElectionStep, Person
from qiangji.members.views.elections import (
    REFUSED,
    people_of,
    posts_asked,
    readable_election,
    require_step,
)
from qiangji.orgs.authorization import Permission
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.views.access import refusal

Kind = ElectionStep.Kind
MOST_PEOPLE = 20
WITH_ROWS = (Kind.CANDIDATES, Kind.RESULT)
WITH_ADVICE = (Kind.REQUEST, Kind.CANDIDATES, Kind.MEETING)


@login_required
@require_http_methods(["GET", "POST"])
def election_step(request: HttpRequest, public_id: UUID, kind: str) -> HttpResponse:
    """Show a step's form; when it is sent and the service accepts it, go back to the timeline."""
    if kind not in STEP_KINDS:
        raise Http404(f"no such step: {kind}")
    election, rights = readable_election(request, public_id)
    require_step(rights, kind, election.organization)
    case = services.case_of(election, today=request_reach(request).day)
    if not may_be_taken(election, case.standing, kind):
        messages.warning(request, f"现在还不能登记“{Kind(kind).label}”，请按时间线的次序办理。")
        return redirect("members:election", election.public_id)
    extending = request.GET.get("purpose") == "extension"
    posted = request.POST if request.method == "POST" else None
    form = form_for(case, kind, extending=extending, posted=posted)
    if posted is not None and form.is_valid() and _record(request, election, kind, form):
        return redirect("members:election", election.public_id)
    return render(request, "members/elections/step.html", _context(request, case, kind, form, extending))


def _record(request: HttpRequest, election: Election, kind: str, form: StepForm) -> bool:
    try:
        services.record_step(
            election=election,
            kind=kind,
            date=form.cleaned_data["date"],
            document=form.cleaned_data.get("document", ""),
            data=form.content(),
            by=signed_in_user(request),
            at=moment_of(request),
        )
    except REFUSED as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, f"“{Kind(kind).label}”已登记。")
    return True


def _context(
    request: HttpRequest, case: Case, kind: str, form: StepForm, extending: bool
) -> dict[str, object]:
    typed = request.POST if request.method == "POST" else _starting(form)
    return {
        "election": case.election,
        "kind": kind,
        "form": form,
        "step": STEP_KINDS[kind],
        "title": "报送延期换届请示" if extending and kind == Kind.REQUEST else STEP_KINDS[kind].verb,
        "with_rows": kind in WITH_ROWS,
        "advised": kind in WITH_ADVICE,
        "advice": advice_for(case, kind, typed),
        "corrects": kind in case.standing,
        "people": people_of(case) if kind in (Kind.CANDIDATES_APPROVAL, Kind.RESULT_APPROVAL) else [],
        "posts": posts_asked(case),
        "needs_people": kind in (*WITH_ROWS, Kind.MEETING),
    }


def _starting(form: StepForm) -> dict[str, str]:
    return {
        name: "" if (value := form.get_initial_for_field(field, name)) is None else str(value)
        for name, field in form.fields.items()
    }


@login_required
@require_GET
def election_advice(request: HttpRequest, public_id: UUID, kind: str) -> HttpResponse:
    """Return what the calculators say about the figures typed so far, as a fragment."""
    if kind not in STEP_KINDS:
        raise Http404(f"no such step: {kind}")
    election, rights = readable_election(request, public_id)
    require_step(rights, kind, election.organization)
    case = services.case_of(election, today=request_reach(request).day)
    typed = {name: value for name, value in request.GET.items() if isinstance(value, str)}
    return render(request, "members/elections/_advice.html", {"advice": advice_for(case, kind, typed)})


@login_required
@require_GET
def election_people(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Return full members of the organization that match what is being typed; only inside the own line."""
    election, rights = readable_election(request, public_id)
    if not (rights.keeps and rights.sees_people):
        raise refusal(Permission.MANAGE_POSTS, f"“{election.organization.short_name}”或其上级")
    reach = request_reach(request)
    typed = request.GET.get(request.htmx.trigger_name or "q", "").strip()  # type: ignore[attr-defined]
    persons: list[Person] = []
    if typed:
        rows = figures.eligible(election.organization, on=reach.day)
        match = Q(name__icontains=typed) | Q(pinyin__icontains=typed.lower())
        match |= Q(employments__staff_number__istartswith=typed)
        persons = list(rows.filter(match).distinct().order_by("name", "pk")[:MOST_PEOPLE])
    numbers = staff_numbers(persons, on=reach.day)
    options = [person_text(person, numbers.get(person.pk, "")) for person in persons]
    return render(request, "orgs/_options.html", {"options": options})


@login_required
@require_http_methods(["GET", "POST"])
def election_conclude(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Record the approved result: the new term and who holds which post."""
    election, rights = readable_election(request, public_id)
    if not rights.keeps:
        raise refusal(Permission.MANAGE_POSTS, f"“{election.organization.short_name}”或其上级")
    case = services.case_of(election, today=request_reach(request).day)
    is_by_election = election.kind == Election.Kind.BY_ELECTION
    start = {"years": figures.years_of(election.organization)}
    form = ConcludeForm(request.POST or None, initial=start)
    if is_by_election:
        del form.fields["years"]
    if request.method == "POST" and (form.is_valid() or is_by_election):
        try:
            conclude_election(
                election=election,
                years=getattr(form, "cleaned_data", {}).get("years"),
                by=signed_in_user(request),
                at=moment_of(request),
            )
        except REFUSED as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "届次和任职已登记，选举办结。")
            return redirect("members:election", election.public_id)
    context = {
        "election": election,
        "form": form,
        "people": people_of(case),
        "is_by_election": is_by_election,
        "meeting": case.standing.get(Kind.MEETING),
        "missing": missing_words(case),
        "basis": figures.TERM_BASIS,
    }
    return render(request, "members/elections/conclude.html", context)


def missing_words(case: Case) -> str:
    """Say what is still to be done before the result can be recorded; empty where nothing is."""
    if case.election.state != Election.State.OPEN:
        return f"这次选举{case.election.get_state_display()}，不必再登记。"
    due = next_step(case.standing)
    return f"还没有办完“{Kind(due).label}”，办完各步骤后再登记届次和任职。" if due else ""


@login_required
@require_http_methods(["GET", "POST"])
def election_cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Call an election off."""
    election, rights = readable_election(request, public_id)
    if not rights.keeps:
        raise refusal(Permission.MANAGE_POSTS, f"“{election.organization.short_name}”或其上级")
    form = CancelForm(request.POST or None, initial={"date": request_reach(request).day})
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_election(
                election=election, **form.cleaned_data, by=signed_in_user(request), at=moment_of(request)
            )
        except REFUSED as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "选举已取消，已登记的步骤保留。")
            return redirect("members:election", election.public_id)
    return render(request, "members/elections/cancel.html", {"election": election, "form": form})
