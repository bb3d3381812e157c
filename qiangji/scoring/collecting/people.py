"""Members as a population and as counts: who belonged where from when until when, exempt from what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from qiangji.members.models import BranchMembership, Exemption, Hardship
from qiangji.members.models.persons import Person
from qiangji.rules.facts import MAXIMUM, Individual, State
from qiangji.rules.periods import Period, add_months
from qiangji.scoring.collecting.family import Family, Scope, both, merged

DAY = timedelta(days=1)
COUNTS = ("member_count", "in_service_members", "hardship_count", "activity_budget_due")
GROUPS = ("members", "full_members", "leaders_in_party")
Duty = Exemption.Duty
Exempt = dict[int, tuple[Period, ...]]


@dataclass(frozen=True, slots=True)
class Belonging:
    """Somebody's days as a member within one hospital."""

    person: int
    first: date
    last: date
    full_from: date
    is_retired: bool


def add_members(scope: Scope) -> None:
    """Read memberships once; make populations, and the counts of the days on which something can be judged."""
    if not scope.wants(*COUNTS, *GROUPS, "secretaries_and_leaders"):
        return
    found = memberships(scope)
    training, life = exemptions(scope, Duty.TRAINING), exemptions(scope, Duty.ORGANIZATION_LIFE)
    in_difficulty = hardships(scope) if scope.wants("hardship_count") else {}
    days = judged_days(scope)
    for family in scope.families.values():
        here = found.get(family.organization.pk, [])
        family.populations["members"] = merged(
            Individual(one.person, one.first, one.last, training.get(one.person, ())) for one in here
        )
        family.populations["full_members"] = merged(
            Individual(one.person, max(one.first, one.full_from), one.last, training.get(one.person, ()))
            for one in here
            if one.full_from <= one.last
        )
        add_leaders(family, training, life)
        add_counts(scope, family, here, days)
        if scope.wants("hardship_count"):
            add_hardship(family, here, in_difficulty, days)


def memberships(scope: Scope) -> dict[int, list[Belonging]]:
    """Read who belonged to which hospital, cut to the days of their membership: one statement."""
    rows = BranchMembership.objects.filter(
        scope.within("organization__path"), start_date__lte=scope.moment.as_of
    ).order_by()
    columns = (
        "organization_id", "start_date", "end_date", "member__person_id", "member__joined_date",
        "member__confirmed_date", "member__ceased_date", "member__person__occupation",
    )  # fmt: skip
    found: dict[int, list[Belonging]] = defaultdict(list)
    for organization_id, start, end, person, joined, confirmed, ceased, work in rows.values_list(*columns):
        place = scope.places.get(organization_id)
        first = max(start, joined)
        last = min(end or MAXIMUM, ceased - DAY if ceased else MAXIMUM)
        if place is None or first > last or last < scope.earliest:
            continue
        retired = work == Person.Occupation.RETIRED
        belonging = Belonging(person, first, last, confirmed or MAXIMUM, retired)
        found[place.family.organization.pk].append(belonging)
    return found


def exemptions(scope: Scope, duty: str) -> Exempt:
    """Read who is exempt from a duty, by person."""
    rows = Exemption.objects.filter(
        scope.within("member__branches__organization__path"),
        duty__in=(duty, Duty.ALL),
        end_date__gte=scope.earliest,
    ).distinct()
    found: dict[int, set[tuple[date, date]]] = defaultdict(set)
    for person, first, last in rows.order_by().values_list("member__person_id", "start_date", "end_date"):
        found[person].add((first, last))
    return {person: tuple(Period(*days, "") for days in sorted(spells)) for person, spells in found.items()}


def hardships(scope: Scope) -> dict[int, list[tuple[date, date]]]:
    """Read since when until when somebody was registered as in difficulty; only counts go on from here."""
    rows = Hardship.objects.filter(scope.within("member__branches__organization__path")).distinct()
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for person, first, last in rows.order_by().values_list("member__person_id", "start_date", "end_date"):
        found[person].append((first, last or MAXIMUM))
    return found


def add_leaders(family: Family, training: Exempt, life: Exempt) -> None:
    """Narrow leaders and secretaries to their days in the Party, and give both groups the exemptions of what they are asked for."""
    members = {one.key: one for one in family.populations["members"]}

    def in_party(name: str, exempt: Exempt) -> list[Individual]:
        return merged(
            replace(spell, exempt=exempt.get(one.key, ()))
            for one in family.populations[name]
            if one.key in members
            for spell in both(one, members[one.key])
        )

    family.populations["leaders_in_party"] = in_party("leaders", life)
    family.populations["secretaries_and_leaders"] = in_party("secretaries_and_leaders", training)


def judged_days(scope: Scope) -> list[date]:
    """Return the last days of the windows that a state can be judged on, none after the day of the evaluation."""
    moment = scope.moment
    year = moment.year
    ends = {moment.as_of, moment.cycle.last, date(year, 12, 31), date(year - 1, 12, 31), date(year, 7, 31)}
    months = {add_months(date(year, 1, 1), number) - DAY for number in range(1, 13)}
    return sorted({min(day, moment.as_of) for day in ends | months})


def add_group_counts(scope: Scope) -> None:
    """Count the Party groups on the days that matter: the tree is always known, so none is a figure too."""
    if not scope.wants("group_count"):
        return
    for family in scope.families.values():
        for day in judged_days(scope):
            there = sum(one.first <= day <= one.last for one in family.populations["groups"])
            family.hold("group_count", Decimal(there), day, day)


def add_counts(scope: Scope, family: Family, here: list[Belonging], days: list[date]) -> None:
    """Count members on the days that matter, and what the budget for activities would have to be."""
    if not here:
        return
    for day in days:
        there = [one for one in here if one.first <= day <= one.last]
        family.hold("member_count", Decimal(len(there)), day, day)
        family.hold("in_service_members", Decimal(sum(not one.is_retired for one in there)), day, day)
    for state in family.states.get("member_budget_standard", ()):
        begun = max(state.first, min(one.first for one in here))
        count = sum(one.first <= begun <= one.last for one in here)
        due = Decimal(str(state.value)) * count
        family.states["activity_budget_due"].append(State(due, state.first, state.last))


def add_hardship(
    family: Family,
    here: Iterable[Belonging],
    in_difficulty: Mapping[int, Sequence[tuple[date, date]]],
    days: Iterable[date],
) -> None:
    """Count who is registered as in difficulty while belonging here. None is a figure only where visits were declared."""
    spells = [
        (max(one.first, first), min(one.last, last))
        for one in here
        for first, last in in_difficulty.get(one.person, ())
    ]
    declared = family.declared.get("condolence_visit", ())
    for day in days:
        count = sum(first <= day <= last for first, last in spells)
        if count or any(period.holds(day) for period in declared):
            family.hold("hardship_count", Decimal(count), day, day)
