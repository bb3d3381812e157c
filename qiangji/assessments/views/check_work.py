"""A version of a check that is being worked on: tried on facts, held against cases, adopted or withdrawn."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiangji.accounts.requests import signed_in_user
from qiangji.assessments.forms_checks import ReasonForm
from qiangji.assessments.selectors.check_pages import VersionLine, version_view, versions_of
from qiangji.assessments.selectors.check_trials import effect_of, facts_of_trial, points_words, try_entry
from qiangji.assessments.services.own_checks import bring_into_force, take_back
from qiangji.assessments.views.checks import Trier, decidable, tried_context
from qiangji.lib.dates import local_day
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.rules.answers import Answer
from qiangji.rules.explain import HEAD
from qiangji.standards.case_facts import case_of
from qiangji.standards.exceptions import CheckRefused
from qiangji.standards.models import Criterion, SiteCheck
from qiangji.standards.schema import CriterionSpec
from qiangji.standards.selectors import criterion_spec
from qiangji.standards.site_checks import (
    Trial,
    checks_in_force,
    drop_case,
    failing_cases,
    keep_case,
    note_trial,
    readable,
)

ANSWERS = [(str(one), HEAD[one]) for one in Answer]


def working_version(criterion: Criterion) -> VersionLine:
    """Return the version that is being worked on. Raises Http404 where there is none."""
    lines = versions_of(criterion.edition, criterion.code)
    found = next((one for one in lines if one.version.is_in_work), None)
    if found is None:
        raise Http404("没有正在编写的判定。")
    found.version.criterion = criterion
    return found


def to_work(criterion: Criterion, place: str = "", **query: str) -> HttpResponse:
    """Lead to the page of the version in work."""
    address = reverse("assessments:check_work", args=[criterion.edition.public_id, criterion.code])
    return redirect(f"{address}{f'?{urlencode(query)}' if query else ''}{place}")


@login_required
@require_GET
def show_work(request: HttpRequest, edition_id: UUID, code: str) -> HttpResponse:
    """The version in work: in words, on trial beside the one in force, with its cases, and the way into force."""
    criterion = decidable(request, edition_id, code)
    try:
        line = working_version(criterion)
    except Http404:
        messages.info(request, "没有正在编写的判定。可以从现行的一版开始调整。")
        return redirect("assessments:check", criterion.edition.public_id, criterion.code)
    return render(request, "assessments/check_work.html", work_context(request, criterion, line))


def work_context(request: HttpRequest, criterion: Criterion, line: VersionLine) -> dict[str, Any]:
    """Return what the page shows; a trial that the address asks for is reckoned anew."""
    reach, edition = request_reach(request), criterion.edition
    spec = criterion_spec(criterion)
    entry = readable(line.version.entry)
    trier = Trier(reach, edition, decides=True)
    form = trier.form(request.GET) if entry.check is not None else None
    asked = trier.asked(form)
    context: dict[str, Any] = {
        "edition": edition,
        "criterion": criterion,
        "line": line,
        "view": version_view(line.version, spec),
        "form": form,
        "last_year": reach.day.year - 1,
        "answers": ANSWERS,
        "may_adopt": entry.check is None or line.version.state == SiteCheck.State.TRIED,
    }
    in_force = checks_in_force([edition])[edition.pk].get(criterion.code)
    if request.GET.get("everybody") and entry.check is not None:
        found = effect_of(reach, edition, criterion.code, entry, in_force, reach.day.year - 1)
        context |= {"effect": found, "wants_effect": True}
    if asked is not None:
        moment = trier.moment(asked)
        context |= tried_context(asked, try_entry(edition, criterion.code, entry, asked.organization, moment))
        if in_force is not None and in_force.check is not None:
            before = try_entry(edition, criterion.code, in_force, asked.organization, moment)
            if before is not None:
                context |= {"before": before, "before_points": points_words(before)}
    return context


@login_required
@require_POST
def try_version(request: HttpRequest, edition_id: UUID, code: str) -> HttpResponse:
    """Try the version on an organization's facts, or on its cases, and write down that it was tried."""
    criterion = decidable(request, edition_id, code)
    version = working_version(criterion).version
    spec = criterion_spec(criterion)
    if request.POST.get("on") == "cases":
        return try_cases(request, criterion, spec, version)
    trier = Trier(request_reach(request), criterion.edition, decides=True)
    form = trier.form(request.POST)
    asked = trier.asked(form)
    if asked is not None:
        entry = readable(version.entry)
        found = try_entry(criterion.edition, code, entry, asked.organization, trier.moment(asked))
        if found is not None:
            trial = Trial(
                str(asked.organization.public_id), asked.words, str(found.trace.answer), points_words(found)
            )
            moved(request, lambda: note_trial(version=version, trial=trial, **who(request)))
    return to_work(criterion, "#try", **trial_sent(request))


def trial_sent(request: HttpRequest) -> dict[str, str]:
    """Return what a trial was asked with, for the address that shows it."""
    sent = {name: request.POST.get(name, "")[:40] for name in ("organization", "day", "whole_year")}
    return {name: value for name, value in sent.items() if value}


def try_cases(
    request: HttpRequest, criterion: Criterion, spec: CriterionSpec, version: SiteCheck
) -> HttpResponse:
    """Hold the version against its cases; where all come out as expected, that counts as having tried it."""
    count = version.cases.filter(dropped_at=None).count()
    problems = failing_cases(version, readable(version.entry), spec)
    if not count:
        messages.warning(request, "还没有样例。请先选一个组织试算，再把试算存为样例。")
    elif problems:
        messages.warning(request, f"有 {len(problems)} 处与样例不一致，见下面的样例。")
    else:
        trial = Trial("", local_day(moment_of(request)).isoformat(), f"{count} 个样例一致", "")
        if moved(request, lambda: note_trial(version=version, trial=trial, **who(request))):
            messages.success(request, f"{count} 个样例都一致。")
    return to_work(criterion, "#cases")


@login_required
@require_POST
def add_case(request: HttpRequest, edition_id: UUID, code: str) -> HttpResponse:
    """Keep the facts of a trial, and what is expected of them, as a case beside the version."""
    criterion = decidable(request, edition_id, code)
    version = working_version(criterion).version
    entry = readable(version.entry)
    trier = Trier(request_reach(request), criterion.edition, decides=True)
    asked = trier.asked(trier.form(request.POST))
    title = " ".join(request.POST.get("title", "").split())[:300]
    expected = request.POST.get("answer", "")
    query = trial_sent(request)
    typed = query | {"title": title}
    if asked is None or entry.check is None:
        messages.error(request, "没有存下：请先试算，再存为样例。")
    elif not title or expected not in dict(ANSWERS):
        messages.error(request, "没有存下：请写明样例说的是什么情形，并选定应有的结论。")
    else:
        moment = trier.moment(asked)

        def store() -> None:
            facts, needs = facts_of_trial(entry, asked.organization, moment)
            case = case_of(facts, needs, moment, code=code, title=title, answer=expected)
            keep_case(version=version, case=case, **who(request))

        if moved(request, store):
            messages.success(request, "已存为样例。人员和支部换成了编号，不含姓名和文字。")
            return to_work(criterion, "#cases", **query)
    return to_work(criterion, "#try", **typed)


@login_required
@require_POST
def remove_case(request: HttpRequest, edition_id: UUID, code: str, number: int) -> HttpResponse:
    """Set a case aside with a reason."""
    criterion = decidable(request, edition_id, code)
    version = working_version(criterion).version
    reason = request.POST.get("reason", "")
    if moved(request, lambda: drop_case(version=version, number=number, reason=reason, **who(request))):
        messages.success(request, f"样例 {number} 已去掉，理由留在记录里。")
    return to_work(criterion, "#cases")


@login_required
@require_POST
def adopt(request: HttpRequest, edition_id: UUID, code: str) -> HttpResponse:
    """Bring the version into force; what blocks it is shown with the reason still there."""
    criterion = decidable(request, edition_id, code)
    line = working_version(criterion)
    form = ReasonForm(request.POST)
    problems: list[str] = []
    if form.is_valid():
        try:
            behind = bring_into_force(
                version=line.version, reason=form.cleaned_data["reason"], **who(request)
            )
        except CheckRefused as error:
            form.add_error("reason", str(error))
            problems = [] if error.messages == [str(error)] else error.messages
        else:
            tail = f"{behind} 张正在考评的表打开时或当晚按它重新核对，已给的分不变。" if behind else ""
            messages.success(request, f"第 {line.version.number} 版已采用。{tail}")
            return redirect("assessments:check", criterion.edition.public_id, criterion.code)
    context = work_context(request, criterion, line) | {"adopting": form, "problems": problems}
    return render(request, "assessments/check_work.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, edition_id: UUID, code: str, number: int) -> HttpResponse:
    """Take a version back, in work or in force, with a reason."""
    criterion = decidable(request, edition_id, code)
    version = SiteCheck.objects.filter(criterion=criterion, number=number).first()
    if version is None:
        raise Http404("没有这一版。")
    version.criterion = criterion
    reason = request.POST.get("reason", "")
    if moved(request, lambda: take_back(version=version, reason=reason, **who(request))):
        messages.success(request, f"第 {number} 版已撤下，理由留在记录里。")
    return redirect("assessments:check", criterion.edition.public_id, criterion.code)


def who(request: HttpRequest) -> dict[str, Any]:
    """Return by whom and when something is done."""
    return {"by": signed_in_user(request), "at": moment_of(request)}


def moved(request: HttpRequest, do: Any) -> bool:
    """Do something to a version; say why not where it is refused."""
    try:
        do()
    except CheckRefused as error:
        messages.error(request, str(error))
        return False
    return True
