"""The ledger of all terms 换届台账 (B53): every body of every organization in reach, as of a day, and what comes next.

Set-based: a fixed number of statements, however many organizations. Nobody is named in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from qiangji.members.elections.access import electing_in_reach
from qiangji.members.elections.figures import bodies_of, body_title, timetable_of
from qiangji.members.elections.steps import STEP_KINDS, Side, next_step, standing_steps
from qiangji.members.elections.timetable import Milestone, Standing, Timetable
from qiangji.members.models import Election, ElectionStep
from qiangji.members.selectors.tenures import first_day_vacant, vacancies
from qiangji.orgs.facts_selectors import open_terms
from qiangji.orgs.models import Body, Organization, Post, Term
from qiangji.orgs.reach import Reach

Kind = ElectionStep.Kind
BATCH = 5000
SHOWN = (Election.State.OPEN, Election.State.CONCLUDED)
LOOKS = {"late": "bad", "soon": "late", "open": "note", "ahead": "good", "none": "late"}
STATE_WORDS = {
    "late": "逾期",
    "soon": "近期应办",
    "open": "换届进行中",
    "ahead": "任期内",
    "none": "未登记任期",
}


@dataclass(frozen=True)
class LedgerRow:
    """One body of one organization as of a day. ``election`` is the one under way, of whatever kind."""

    organization: Organization
    body: str
    on: date
    term: Term | None = None
    due: date | None = None
    table: Timetable | None = None
    election: Election | None = None
    standing: dict[str, ElectionStep] = field(default_factory=dict)
    vacancies: int = 0

    @property
    def title(self) -> str:
        """What the body is called."""
        return body_title(self.organization, self.body)

    @property
    def is_moved(self) -> bool:
        """Whether an approval moved the day on which the term is due."""
        return self.term is not None and self.due != self.term.due_date

    @property
    def next(self) -> Milestone | None:
        """What has to be done next by the timetable."""
        return self.table.next(self.on) if self.table else None

    @property
    def next_day(self) -> date | None:
        return self.next.day if self.next else None

    @property
    def days_left(self) -> int | None:
        """Days until the next thing has to be done; negative where it is late."""
        return (self.next_day - self.on).days if self.next_day else None

    @property
    def remaining(self) -> str:
        """How far off the next thing is, in words."""
        days = self.days_left
        if days is None:
            return "—"
        if days == 0:
            return "今天到期"
        return f"还有 {days} 天" if days > 0 else f"逾期 {-days} 天"

    @property
    def state(self) -> str:
        """One word for the row: late, soon, open, ahead, none (no term recorded)."""
        if self.table is None:
            return "open" if self.election else "none"
        if self.table.late(self.on):
            return "late"
        if self.next and self.next.standing(self.on) == Standing.SOON:
            return "soon"
        return "open" if self.election else "ahead"

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def look(self) -> str:
        return LOOKS[self.state]

    @property
    def next_kind(self) -> str | None:
        """The step that comes next: in an election under way its next one, else the letter or the request."""
        if self.election is not None and set(self.standing) - {Kind.REMINDER}:
            return next_step(self.standing)
        if self.table is None:
            return None
        return Kind.REMINDER if self.table.reminder.is_open(self.on) else Kind.REQUEST

    @property
    def next_words(self) -> str:
        """What comes next and whose turn it is."""
        if self.election is not None and self.next_kind is None and self.standing:
            return "登记届次和任职"
        if self.next_kind is None:
            return "登记本届任期"
        step = STEP_KINDS[self.next_kind]
        return f"{Kind(step.kind).label}（{'上级' if step.side == Side.SUPERIOR else '本组织'}）"

    def is_due_in(self, year: int) -> bool:
        return self.due is not None and self.due.year == year


def ledger(reach: Reach, *, on: date) -> list[LedgerRow]:
    """Return the ledger of everything in a person's reach as of a day, most urgent first."""
    return ledger_of(electing_in_reach(reach).on(on).order_by("path"), on=on)


def ledger_of(organizations: Iterable[Organization], *, on: date) -> list[LedgerRow]:
    """Return the ledger of some organizations as of a day: four statements per five thousand beyond their own."""
    rows = list(organizations)
    found: list[LedgerRow] = []
    for start in range(0, len(rows), BATCH):
        found += _part(rows[start : start + BATCH], on)
    return sorted(found, key=lambda row: (row.next_day is None, row.next_day or on, row.organization.path))


def _part(organizations: Sequence[Organization], on: date) -> list[LedgerRow]:
    terms = {(term.organization_id, term.body): term for term in open_terms(organizations, on)}
    elections = _elections(organizations, on)
    vacant: dict[tuple[int, str], int] = {}
    for post in vacancies(organizations, on=on):
        key = (post.organization_id, post.body)
        vacant[key] = vacant.get(key, 0) + 1
    rows = []
    for organization in organizations:
        for body in bodies_of(organization):
            key = (organization.pk, body)
            term = terms.get(key)
            if body == Body.DISCIPLINE and term is None and key not in elections:
                continue
            rows.append(_row(organization, body, on, term, elections.get(key, []), vacant.get(key, 0)))
    return rows


def _row(
    organization: Organization,
    body: str,
    on: date,
    term: Term | None,
    elections: Sequence[tuple[Election, dict[str, ElectionStep]]],
    vacant: int,
) -> LedgerRow:
    running = [pair for pair in elections if is_running(pair[0], pair[1], on)]
    election, standing = running[-1] if running else (None, {})
    due = getattr(term, "due_on", None)
    table = None
    if term is not None and due is not None:
        done = days_done(elections, term)
        table = timetable_of(
            due,
            reminded=done.get(Kind.REMINDER),
            requested=done.get(Kind.REQUEST),
            elected=done.get(Kind.MEETING),
        )
    return LedgerRow(organization, body, on, term, due, table, election, standing, vacant)


def is_running(election: Election, standing: dict[str, ElectionStep], on: date) -> bool:
    """Say whether an election was under way on a day: open now, or concluded with a meeting after it."""
    if election.state == Election.State.OPEN:
        return True
    meeting = standing.get(Kind.RESULT_APPROVAL) or standing.get(Kind.MEETING)
    return meeting is None and bool(standing) and min(step.date for step in standing.values()) <= on


def days_done(elections: Iterable[tuple[Election, dict[str, ElectionStep]]], term: Term) -> dict[str, date]:
    """Return when the steps towards a term's end were taken, by kind; by-elections within the term do not count."""
    found: dict[str, date] = {}
    for election, standing in elections:
        if election.term_id != term.pk or election.kind == Election.Kind.BY_ELECTION:
            continue
        for kind, step in standing.items():
            if kind == Kind.REQUEST and _only_extends(standing):
                continue
            found[kind] = step.date
    return found


def _only_extends(standing: dict[str, ElectionStep]) -> bool:
    request = standing[Kind.REQUEST]
    return bool(request.data.get("purpose") == "extension")


def _elections(
    organizations: Sequence[Organization], on: date
) -> dict[tuple[int, str], list[tuple[Election, dict[str, ElectionStep]]]]:
    rows = Election.objects.filter(
        organization__in=[one.pk for one in organizations], state__in=SHOWN
    ).order_by("opened_at", "pk")
    steps: dict[int, list[ElectionStep]] = {}
    keys = [row.pk for row in rows]
    if not keys:
        return {}
    for step in ElectionStep.objects.filter(election__in=keys, date__lte=on).order_by("pk"):
        steps.setdefault(step.election_id, []).append(step)
    found: dict[tuple[int, str], list[tuple[Election, dict[str, ElectionStep]]]] = {}
    for election in rows:
        pair = (election, standing_steps(steps.get(election.pk, [])))
        found.setdefault((election.organization_id, election.body), []).append(pair)
    return found


@dataclass(frozen=True)
class Vacancy:
    """A seat of a committee that nobody holds, and since when."""

    post: Post
    since: date

    @property
    def body_title(self) -> str:
        """What the body is called in which it is vacant."""
        return body_title(self.post.organization, self.post.body)


def by_elections_waiting(reach: Reach, *, on: date) -> list[Vacancy]:
    """Return the vacant seats of committees in reach for which no election is under way, longest vacant first."""
    organizations = list(electing_in_reach(reach).on(on))
    under_way = set(
        Election.objects.filter(
            organization__in=[one.pk for one in organizations], state=Election.State.OPEN
        ).values_list("organization_id", "body")
    )
    found = [
        Vacancy(post, first_day_vacant(post))
        for post in vacancies(organizations, on=on)
        if post.body in (Body.COMMITTEE, Body.DISCIPLINE)
        and (post.organization_id, post.body) not in under_way
    ]
    return sorted(found, key=lambda one: (one.since, one.post.organization.path, one.post.position))
