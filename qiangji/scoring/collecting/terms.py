"""What follows from terms and elections: when a term ends, what was sent before it, and who elected the next committee."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from qiangji.lib.prepared import Prepared
from qiangji.members.models import Election, ElectionStep
from qiangji.orgs.facts_selectors import due_of, with_due
from qiangji.orgs.models import Body, Term
from qiangji.rules.facts import MAXIMUM, Event, Value
from qiangji.scoring.collecting.family import Family, Scope, between

DAY = timedelta(days=1)
STEPS = {
    ElectionStep.Kind.REMINDER: "term_reminder",
    ElectionStep.Kind.REQUEST: "term_request",
    ElectionStep.Kind.APPROVAL: "term_approval",
}
EVENTS = ("term_end", "term_election", *STEPS.values())
BY_MEMBERS = (Term.ElectedBy.ASSEMBLY, Term.ElectedBy.CONGRESS)


@dataclass(frozen=True, slots=True)
class Spell:
    """One term of a body."""

    pk: int
    body: str
    number: int
    first: date
    last: date
    due: date
    owner: int
    is_elected: bool
    closed: date  # the last day of its organization

    def gone_on(self, as_of: date) -> date | None:
        """Return the last day of a term whose body or organization is gone by a day, given that no other followed it."""
        last = min(self.last, self.closed)
        return last if last < as_of else None


TERMS = Prepared(
    lambda first, last, day: with_due(
        Term.objects.filter(between("organization__path", first, last), start_date__lte=day)
    ).order_by("start_date", "pk"),
    first=str,
    last=str,
    day=date,
)
ELECTION_STEPS = Prepared(
    lambda first, last, day: (
        ElectionStep.objects.filter(
            between("election__organization__path", first, last),
            kind__in=STEPS,
            election__term__isnull=False,
            date__lte=day,
        )
        .exclude(election__state=Election.State.CANCELLED)
        .order_by("pk")
        .values_list("pk", "election_id", "election__term_id", "election__organization_id", "kind", "date")
    ),
    first=str,
    last=str,
    day=date,
)


def add_terms(scope: Scope) -> dict[int, list[tuple[date, date]]]:
    """Read terms and the steps of elections: two statements. Return the days of each hospital's own committees."""
    found: dict[int, list[Spell]] = defaultdict(list)
    for term in TERMS(first=scope.first, last=scope.last, day=scope.moment.as_of):
        place = scope.places.get(term.organization_id)
        if place is not None:
            spell = Spell(
                term.pk, term.body, term.number, term.start_date, term.end_date or MAXIMUM, due_of(term),
                place.owner, term.elected_by in BY_MEMBERS, place.last,
            )  # fmt: skip
            found[place.family.organization.pk].append(spell)
    committees: dict[int, list[tuple[date, date]]] = {}
    for family in scope.families.values():
        spells = found[family.organization.pk]
        note_terms(family, spells, scope.moment.as_of)
        committees[family.organization.pk] = [
            (one.first, one.last) for one in spells if one.owner == 0 and one.body == Body.COMMITTEE
        ]
    add_steps(scope)
    return committees


def note_terms(family: Family, spells: list[Spell], as_of: date) -> None:
    """Note ends and elections of terms. Where no term was ever recorded nothing is known of either.

    The end of a term lasts until the next term begins. A body that was gone before its term ran out had no end of it.
    """
    if not spells:
        return
    for name in EVENTS:
        family.events[name] = []
    starts: dict[tuple[int, str], list[date]] = defaultdict(list)
    for one in spells:
        starts[one.owner, one.body].append(one.first)
    by_number = {(one.owner, one.body, one.number): one for one in spells}
    for one in spells:
        body: dict[str, Value] = {"body": str(one.body)}
        following, gone = next_first(one, starts[one.owner, one.body]), one.gone_on(as_of)
        if following is not None or gone is None or gone >= one.due:
            until = gone if following is None else following - DAY
            family.happened("term_end", end_of(one, body, until))
        before = by_number.get((one.owner, one.body, one.number - 1))
        if before is not None:
            link = str(before.pk)
            elected = Event(f"elected-{one.pk}", one.first, one.first.year, body, link=link, owner=one.owner)
            family.happened("term_election", elected)
        if one.owner == 0:
            name = "committee_elected" if one.body == Body.COMMITTEE else "discipline_elected"
            family.hold(name, one.is_elected, one.first, one.last)


def next_first(one: Spell, starts: Iterable[date]) -> date | None:
    """Return the first day of the term that followed one, of the first days of all terms of its body."""
    return min((first for first in starts if first > one.first), default=None)


def end_of(one: Spell, body: Mapping[str, Value], until: date | None) -> Event:
    """Return the end of a term on the day on which it falls due; ``until``: the last day without a next one."""
    return Event(
        f"term-{one.pk}", one.due, one.due.year, body, link=str(one.pk), owner=one.owner, until=until
    )


def add_steps(scope: Scope) -> None:
    """Read letters, requests and approvals; a corrected step is the newer row of its kind."""
    rows = ELECTION_STEPS(first=scope.first, last=scope.last, day=scope.moment.as_of)
    newest: dict[tuple[int, str], tuple[int, int, int, date]] = {}
    for pk, election_id, term_id, organization_id, kind, day in rows:
        newest[election_id, kind] = (pk, term_id, organization_id, day)
    for (_, kind), (pk, term_id, organization_id, day) in newest.items():
        place = scope.places.get(organization_id)
        if place is None:
            continue
        event = Event(f"step-{pk}", day, day.year, link=str(term_id), owner=place.owner)
        place.family.happened(STEPS[ElectionStep.Kind(kind)], event)
