"""Trying a check: for whom, as of when, and what it answers. Nothing is written here.

Live facts are tried only by those who see the organization's sheet while it is filled (domain, part 5). Who decides how
facts count for an edition may also try on a year that the organization has reported: its sheet was submitted by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import QuerySet

from qiangji.assessments.models import Sheet
from qiangji.assessments.services.evaluating import moment_of_cycle, spec_of
from qiangji.assessments.states import State
from qiangji.lib.numbers import plain
from qiangji.orgs.authorization import ROLES, Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.rules.answers import Answer
from qiangji.rules.explain import HEAD
from qiangji.rules.facts import Facts, Moment
from qiangji.rules.needs import Needs, needs_of
from qiangji.rules.periods import Period, year_of
from qiangji.rules.trace import Trace
from qiangji.rules.vocabulary import title_of
from qiangji.rules.wording import COMBINED
from qiangji.scoring.collecting import collect
from qiangji.scoring.proposing import Proposed, judges_of, propose
from qiangji.standards.checks import CheckEntry
from qiangji.standards.models import Edition

SUBJECTS: dict[str, tuple[str, ...]] = {
    "hospital": (Organization.Kind.HOSPITAL,),
    "branch": (Organization.Kind.BRANCH,),
    "authority": (),
    "all": (Organization.Kind.HOSPITAL, Organization.Kind.BRANCH),
}
MOST_OFFERED = 500


@dataclass(frozen=True)
class TraceLine:
    """One node of a trace as a page shows it, with its parts."""

    answer: str
    verdict: str
    words: str
    figures: str
    parts: tuple[TraceLine, ...]


@dataclass(frozen=True)
class Asked:
    """For whom and as of when a check is tried: a day, or a whole year that is over."""

    organization: Organization
    day: date
    whole_year: int | None = None

    @property
    def words(self) -> str:
        """When, in words."""
        return f"{self.whole_year} 年全年" if self.whole_year is not None else f"{self.day:%Y-%m-%d}"

    @property
    def year(self) -> int:
        """The year whose facts are looked at."""
        return self.whole_year if self.whole_year is not None else self.day.year


# ---- for whom -------------------------------------------------------------------------------------------------------


def trial_organizations(reach: Reach, edition: Edition) -> list[Organization]:
    """Return whom an edition is for and whose live facts this person may see: their own, never a subordinate's (domain §5)."""
    nodes = reach.nodes_with(Permission.SEE_LIVE_SHEET, own=True)
    found = Organization.objects.visible_to(reach).on(reach.day)
    return list(found.filter(pk__in=nodes, kind__in=SUBJECTS[edition.standard.applies_to]).order_by("path"))


def reported_sheets(reach: Reach, edition: Edition) -> QuerySet[Sheet]:
    """Return the submitted sheets of organizations that an edition is for and whose submitted sheets this person may see."""
    looking = replace(
        reach,
        held=tuple(
            held for held in reach.held if ROLES[held.role].allows(Permission.SEE_SUBMITTED_SHEET, own=False)
        ),
    )
    kinds = SUBJECTS[edition.standard.applies_to]
    submitted = Sheet.objects.visible_to(looking).exclude(state=State.DRAFT)
    return submitted.filter(organization_kind__in=kinds, cycle__is_trial=False)


def reported_organizations(reach: Reach, edition: Edition) -> list[Organization]:
    """Return the organizations that have reported some year to this person, in the order of the tree."""
    sheets = reported_sheets(reach, edition).order_by().values("organization")
    return list(Organization.objects.filter(pk__in=sheets).order_by("path")[:MOST_OFFERED])


def has_reported(reach: Reach, edition: Edition, asked: Asked) -> bool:
    """Say whether the facts asked for were reported: the sheet of a cycle of that year, or one that the day falls into.

    A day that a draft of whatever edition falls into as well is still the organization's own: what its facts answer
    would tell of that draft before it is submitted (domain §5).
    """
    sheets = reported_sheets(reach, edition).filter(organization=asked.organization)
    if asked.whole_year is not None:
        return sheets.filter(cycle__year=asked.whole_year).exists()
    covering = {"cycle__period_start_date__lte": asked.day, "cycle__closing_date__gte": asked.day}
    drafts = Sheet.objects.filter(organization=asked.organization, state=State.DRAFT, **covering)
    return sheets.filter(**covering).exists() and not drafts.exists()


# ---- as of when -----------------------------------------------------------------------------------------------------


def moment_for(edition: Edition, asked: Asked, today: date) -> Moment:
    """Return the circumstances of a trial.

    Of a whole year, everything recorded of it by the end of the next quarter, with nothing pending. Of a day, the newest
    cycle by this edition that had begun and was not closed; without one the calendar year of the day.
    """
    if asked.whole_year is not None:
        whole = year_of(asked.whole_year)
        as_of = max(min(today, date(asked.whole_year + 1, 4, 1)), whole.last + timedelta(days=1))
        return Moment(as_of, asked.whole_year, replace(whole, label=asked.words), as_of - timedelta(days=1))
    sheet = (
        Sheet.objects.filter(
            organization=asked.organization,
            edition=edition,
            cycle__period_start_date__lte=asked.day,
            cycle__closing_date__gte=asked.day,
        )
        .select_related("cycle")
        .order_by("-cycle__year", "-pk")
        .first()
    )
    if sheet is not None:
        return moment_of_cycle(sheet.cycle, asked.day)
    whole = year_of(asked.day.year)
    closing = date(asked.day.year + 1, 3, 31)
    period = Period(whole.first, whole.last, f"{asked.day.year}年")
    return Moment(asked.day, asked.day.year, period, closing)


# ---- what it answers ------------------------------------------------------------------------------------------------


def try_entry(
    edition: Edition, code: str, entry: CheckEntry, organization: Organization, moment: Moment
) -> Proposed | None:
    """Say what a check answers for one organization at a moment. None for what a person decides."""
    judges = judges_of(spec_of(edition), {code: entry})
    return next(propose([organization], judges, moment, edition_id=edition.pk), None)


def facts_of_trial(entry: CheckEntry, organization: Organization, moment: Moment) -> tuple[Facts, Needs]:
    """Return the facts that a check looked at, and what it asked for."""
    if entry.check is None:
        raise TypeError("a criterion that a person decides has no facts")
    needs = needs_of(entry.check)
    return collect([organization], needs, moment)[organization.pk], needs


def points_words(proposed: Proposed) -> str:
    """Say which points are proposed, or between which they lie."""
    awarded = proposed.awarded
    if awarded.points is not None:
        return f"{plain(awarded.points)} 分"
    return f"{plain(awarded.lowest)}–{plain(awarded.highest)} 分"


def trace_line(trace: Trace) -> TraceLine:
    """Turn a trace into what a page shows: counts and days, never records or persons.

    What is missing already names the figures; they are not said a second time.
    """
    parts: Sequence[Trace] = trace.children
    words = COMBINED.get(trace.operator, "") or "、".join(title_of(fact) for fact in trace.facts)
    figures = [trace.missing] if trace.missing else []
    if not figures and trace.found is not None:
        figures = [f"现有 {plain(trace.found)}"] + ([f"应{trace.bound}"] if trace.bound else [])
    figures += list(trace.notes)
    label = f"（{trace.label}）" if trace.label else ""
    return TraceLine(
        HEAD[trace.answer],
        str(trace.answer),
        f"{words or '若干项中够数即可'}{label}",
        "；".join(figures),
        tuple(trace_line(one) for one in parts),
    )


# ---- what would change ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    """What a version would answer for everybody who has reported a year, beside what the one in force answers: numbers only."""

    year: int
    organizations: int
    rows: tuple[
        tuple[str, int, int], ...
    ]  # answer, how many now (0 where nothing is in force), how many then
    changed: int
    has_before: bool


def effect_of(
    reach: Reach, edition: Edition, code: str, entry: CheckEntry, before: CheckEntry | None, year: int
) -> Effect | None:
    """Count what a version would answer for all who reported a year to this person; None where nobody did.

    The statements do not grow with the organizations; of more than five hundred the first in the tree are taken.
    """
    sheets = reported_sheets(reach, edition).filter(cycle__year=year).order_by().values("organization")
    found = list(Organization.objects.filter(pk__in=sheets).order_by("path")[:MOST_OFFERED])
    if not found:
        return None
    moment = moment_for(edition, Asked(found[0], reach.day, year), reach.day)
    then = answers_of(edition, code, entry, found, moment)
    now = answers_of(edition, code, before, found, moment) if before is not None else {}
    rows = [
        (
            HEAD[answer],
            sum(one == answer for one in now.values()),
            sum(one == answer for one in then.values()),
        )
        for answer in Answer
    ]
    changed = sum(now.get(pk) != answer for pk, answer in then.items()) if now else 0
    return Effect(year, len(found), tuple(row for row in rows if row[1] or row[2]), changed, bool(now))


def answers_of(
    edition: Edition, code: str, entry: CheckEntry, organizations: Sequence[Organization], moment: Moment
) -> dict[int, Answer]:
    """Return what a check answers for several organizations at once, by organization; nothing for what a person decides."""
    judges = judges_of(spec_of(edition), {code: entry})
    if not judges:
        return {}
    proposed = propose(organizations, judges, moment, edition_id=edition.pk)
    return {one.organization_id: one.trace.answer for one in proposed}
