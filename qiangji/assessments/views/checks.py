"""Pages of an edition's checks: who decides each criterion, one check in words with its cases, and an answer on trial."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from qiangji.accounts.requests import signed_in_user
from qiangji.assessments.forms_checks import TrialForm
from qiangji.assessments.forms_parameters import SettingForm
from qiangji.assessments.selectors.check_pages import CheckPage, check_lines, check_page, codes_in_work
from qiangji.assessments.selectors.check_trials import (
    Asked,
    has_reported,
    moment_for,
    points_words,
    reported_organizations,
    trace_line,
    trial_organizations,
    try_entry,
)
from qiangji.assessments.selectors.parameters import places_of, setting_places
from qiangji.assessments.services.own_checks import carry_over
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.rules.facts import Moment
from qiangji.scoring.proposing import Proposed
from qiangji.standards.check_carrying import earlier_checks
from qiangji.standards.checks import CheckEntry
from qiangji.standards.exceptions import CheckRefused
from qiangji.standards.models import Criterion, Edition
from qiangji.standards.succession import may_decide
from qiangji.standards.views.succession import who_decides

NOT_REPORTED = "{name}还没有向上级提交 {year} 年的考评表。提交以前只有本组织能试算，请换一个组织或年度。"


def visible_edition(reach: Reach, edition_id: UUID) -> Edition:
    """Return the edition, or raise Http404 for whoever does not see it."""
    editions = Edition.objects.visible_to(reach).select_related("standard", "organization")
    return get_object_or_404(editions, public_id=edition_id)


def decidable(request: HttpRequest, edition_id: UUID, code: str) -> Criterion:
    """Return a criterion whose check this person may write. Raises Http404 or PermissionDenied, which says who may."""
    reach = request_reach(request)
    edition = visible_edition(reach, edition_id)
    criterion = get_object_or_404(Criterion, edition=edition, code=code)
    criterion.edition = edition
    if not may_decide(reach, edition):
        raise PermissionDenied(f"怎样按事实判定由{who_decides(edition)}办理。")
    return criterion


# ---- trying ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trier:
    """Who tries a check and on whom: the own live facts, and, for who decides, what others have reported."""

    reach: Reach
    edition: Edition
    decides: bool

    def organizations(self) -> list[Organization]:
        """Return whom this person can try a check on: one or two statements."""
        own = trial_organizations(self.reach, self.edition)
        if not self.decides:
            return own
        known = {one.pk for one in own}
        return own + [one for one in reported_organizations(self.reach, self.edition) if one.pk not in known]

    def form(self, data: QueryDict | None) -> TrialForm | None:
        """Return the form of a trial, filled in where one was asked for; None where there is nobody to try on."""
        organizations = self.organizations()
        if not organizations:
            return None
        asked = data is not None and "organization" in data
        first = {"organization": str(organizations[0].public_id), "day": self.reach.day}
        return TrialForm(
            data if asked else None, initial=first, organizations=organizations, today=self.reach.day
        )

    def asked(self, form: TrialForm | None) -> Asked | None:
        """Return what the form asks; None, with the errors beside the fields, where it may not be answered."""
        if form is None or not form.is_bound or not form.is_valid():
            return None
        given = form.cleaned_data
        organization = form.found[given["organization"]]
        asked = Asked(organization, given["day"] or self.reach.day, given["whole_year"])
        own = {one.pk for one in trial_organizations(self.reach, self.edition)}
        if organization.pk not in own and not has_reported(self.reach, self.edition, asked):
            form.add_error("organization", NOT_REPORTED.format(name=organization.name, year=asked.year))
            return None
        return asked

    def moment(self, asked: Asked) -> Moment:
        """Return the circumstances that are asked for."""
        return moment_for(self.edition, asked, self.reach.day)


def tried_context(asked: Asked, proposed: Proposed | None) -> dict[str, Any]:
    """Return what a page shows of an answer on trial."""
    if proposed is None:
        return {}
    return {
        "asked": asked,
        "tried": proposed,
        "points": points_words(proposed),
        "trace": trace_line(proposed.trace),
    }


# ---- pages ----------------------------------------------------------------------------------------------------------


@login_required
@require_GET
def list_checks(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Every criterion of an edition, and whether facts or a person decide it."""
    edition = visible_edition(request_reach(request), edition_id)
    return render(request, "assessments/checks.html", list_context(request, edition))


def list_context(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    """Return what the list shows; to who decides also what waits, and what an earlier edition could bring."""
    decides = may_decide(request_reach(request), edition)
    lines = check_lines(edition)
    counts = {name: sum(line.decided == name for line in lines) for name in ("facts", "person", "open")}
    counts["own"] = sum(line.is_own for line in lines)
    waiting = codes_in_work(edition) if decides else set()
    earlier = list(earlier_checks(edition).values()) if decides else []
    return {
        "edition": edition,
        "lines": lines,
        "counts": counts,
        "waiting": waiting,
        "earlier": earlier,
        "earlier_refs": sorted({f"{one.earlier.edition}" for one in earlier}),
    }


@login_required
@require_POST
def carry(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Take over the checks of earlier editions for every criterion that has none; what is typed stays where it is refused."""
    reach = request_reach(request)
    edition = visible_edition(reach, edition_id)
    if not may_decide(reach, edition):
        raise PermissionDenied(f"怎样按事实判定由{who_decides(edition)}办理。")
    reason = request.POST.get("reason", "")
    try:
        carried, behind = carry_over(
            edition=edition, reason=reason, by=signed_in_user(request), at=moment_of(request)
        )
    except CheckRefused as error:
        context = list_context(request, edition) | {"refused": str(error), "reason": reason}
        return render(request, "assessments/checks.html", context)
    words = f"已沿用：{carried.adopted} 条采用" + (
        f"，{carried.drafts} 条存为草稿，请试算后采用" if carried.drafts else ""
    )
    tail = f"{behind} 张正在考评的表打开时或当晚重新核对，已给的分不变。" if behind else ""
    messages.success(request, f"{words}。{tail}")
    return redirect("assessments:checks", edition.public_id)


@login_required
@require_GET
def show_check(request: HttpRequest, edition_id: UUID, code: str) -> HttpResponse:
    """One check in words, its cases, and what it answers for an organization whose live facts this person may see."""
    reach = request_reach(request)
    edition = visible_edition(reach, edition_id)
    context = check_context(request, reach, edition, code)
    entry, trier = decided_by_facts(context["page"]), context["trier"]
    asked = trier.asked(context["form"])
    if entry is not None and asked is not None:
        proposed = try_entry(edition, code, entry, asked.organization, trier.moment(asked))
        context |= tried_context(asked, proposed)
    return render(request, "assessments/check.html", context)


def check_context(request: HttpRequest, reach: Reach, edition: Edition, code: str) -> dict[str, Any]:
    """Return what the page of one check shows. Raises Http404 where the edition has no such criterion."""
    places = places_of(reach)
    here = next((one for one in places if str(one.public_id) == request.GET.get("here")), None)
    here = here or next(iter(places), None)
    page = check_page(edition, code, reach=reach, here=here)
    if page is None:
        raise Http404("这个版本没有这一条。")
    setting = setting_places(reach, places) if edition.is_published else []
    for line in page.parameters if setting else ():
        begin = {"start_date": reach.day.replace(month=1, day=1)}
        line.forms["set"] = SettingForm(places=setting, auto_id=f"{line.name}-%s", initial=begin)
    decides = may_decide(reach, edition)
    trier = Trier(reach, edition, decides)
    return {
        "edition": edition,
        "page": page,
        "here": here,
        "places": places,
        "decides": decides,
        "who": who_decides(edition),
        "history": page.history(everything=decides),
        "last_year": reach.day.year - 1,
        "trier": trier,
        "form": trier.form(request.GET) if decided_by_facts(page) is not None else None,
        "tried": None,
    }


def decided_by_facts(page: CheckPage) -> CheckEntry | None:
    """Return the entry in force where facts decide the criterion."""
    entry = page.view.entry if page.view is not None else None
    return entry if entry is not None and entry.check is not None else None
