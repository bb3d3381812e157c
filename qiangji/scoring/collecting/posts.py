"""What follows from posts and who holds them: leaders and other groups, sizes of bodies, changes, vacancies."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from qiangji.lib.prepared import Prepared
from qiangji.members.models import Member, Tenure
from qiangji.orgs.models import Body, Post
from qiangji.rules.facts import MAXIMUM, Event, Individual
from qiangji.rules.periods import Period
from qiangji.scoring.collecting.family import Family, Scope, between, merged
from qiangji.scoring.seat_changes import Held, head_changes, vacancies

DAY = timedelta(days=1)
Role = Post.Kind
ELECTED = (Body.COMMITTEE, Body.DISCIPLINE)
WITH_COMMITTEE = "branches_with_committee"
COMMITTEE_FROM = 3  # two are a secretary and a deputy: no committee was set up


@dataclass(frozen=True, slots=True)
class Seat:
    """A post of the subject itself, held or not."""

    pk: int
    body: str
    kind: str
    first: date
    last: date


OF_TENURES = (
    "pk", "post_id", "post__organization_id", "post__body", "post__kind", "post__is_full_time",
    "person_id", "person__public_id", "start_date", "end_date", "consent_date", "leaving_consent_date", "how",
    "term__start_date", "person__member__ceased_date", "person__member__ceased_how",
)  # fmt: skip
TENURES = Prepared(
    lambda first, last, day: (
        Tenure.objects.filter(between("post__organization__path", first, last), start_date__lte=day)
        .order_by("start_date", "pk")
        .values_list(*OF_TENURES)
    ),
    first=str,
    last=str,
    day=date,
)
POSTS = Prepared(
    lambda first, last, of_kind: (
        Post.objects.filter(between("organization__path", first, last), organization__kind=of_kind)
        .order_by("pk")
        .values_list("pk", "organization_id", "body", "kind", "start_date", "end_date")
    ),
    first=str,
    last=str,
    of_kind=str,
)


def add_posts(scope: Scope) -> dict[int, list[Held]]:
    """Read posts and tenures: two statements; make groups, sizes and vacancies of them; return each subject's own."""
    held: dict[int, list[Held]] = defaultdict(list)
    for row in TENURES(first=scope.first, last=scope.last, day=scope.moment.as_of):
        pk, post, organization_id, body, kind, full, person, public_id, first, last, *ways = row
        place = scope.places.get(organization_id)
        if place is None:
            continue
        place.family.people[str(public_id)] = person
        if kind == Role.GROUP_LEADER:  # leads a Party group and sits in no committee
            continue
        consent, let_go, how, term, ceased, ceased_how = ways
        died = ceased if ceased_how == Member.Ceased.DECEASED else None
        tenure = Held(
            pk, post, place.owner, body, kind, full, person, first, last or MAXIMUM,
            consent, let_go, how, term == first, died,
        )  # fmt: skip
        held[place.family.organization.pk].append(tenure)
    seats: dict[int, list[Seat]] = defaultdict(list)
    posts = POSTS(first=scope.first, last=scope.last, of_kind=scope.kind)
    for pk, organization_id, body, kind, first, last in posts:
        seats[organization_id].append(Seat(pk, body, kind, first, last or MAXIMUM))
    at_top: dict[int, list[Held]] = {}
    for family in scope.families.values():
        everybody, mine = held[family.organization.pk], seats[family.organization.pk]
        add_groups(family, everybody)
        own = [one for one in everybody if one.owner == 0]
        if scope.wants(WITH_COMMITTEE):
            add_branches_with_committee(family, everybody)
        add_sizes(family, own, mine, scope.moment.as_of)
        add_new_heads(family, everybody)
        add_vacancies(scope, family, own, mine)
        at_top[family.organization.pk] = own
    return at_top


def add_groups(family: Family, everybody: Sequence[Held]) -> None:
    """Make the groups that posts define."""

    def group(name: str, fits: Callable[[Held], bool]) -> None:
        found = (Individual(one.person, one.first, one.last) for one in everybody if fits(one))
        family.populations[name] = merged(found)

    def leads(one: Held) -> bool:
        return one.owner == 0 and one.body in (Body.COMMITTEE, Body.ADMINISTRATION)

    def is_secretary(one: Held) -> bool:
        return one.body == Body.COMMITTEE and one.kind == Role.SECRETARY

    group("leaders", leads)
    group("centre_group", leads)
    group("committee_members", lambda one: one.owner == 0 and one.body == Body.COMMITTEE)
    group("secretaries", is_secretary)
    group("committee_secretary", lambda one: one.owner == 0 and is_secretary(one))
    group("secretaries_and_leaders", lambda one: leads(one) or is_secretary(one))
    group("party_staff", lambda one: one.owner == 0 and is_party_staff(one))
    family.populations["full_time_deputies"] = sitting_in([one for one in everybody if one.owner == 0])


def is_party_staff(one: Held) -> bool:
    """Say whether somebody works for the Party organization: in its office, or full-time in a committee."""
    return one.body == Body.OFFICE or (one.full_time and one.body in ELECTED)


def sitting_in(own: Sequence[Held]) -> list[Individual]:
    """Return the full-time deputy secretaries, and who headed the Party office on days on which there was none."""
    deputies = [
        Individual(one.person, one.first, one.last)
        for one in own
        if one.body == Body.COMMITTEE and one.kind == Role.DEPUTY_SECRETARY and one.full_time
    ]
    heads = (one for one in own if one.body == Body.OFFICE and one.kind == Role.HEAD)
    taken = sorted((one.first, one.last) for one in deputies)
    in_place = (
        Individual(one.person, *days) for one in heads for days in days_without(one.first, one.last, taken)
    )
    return merged([*deputies, *in_place])


def days_without(first: date, last: date, taken: Iterable[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """Yield what is left of a stretch of days without others, which are in order.

    >>> left = days_without(date(2026, 1, 1), date(2026, 12, 31), [(date(2026, 3, 1), date(2026, 4, 30))])
    >>> [(one.isoformat(), two.isoformat()) for one, two in left]
    [('2026-01-01', '2026-02-28'), ('2026-05-01', '2026-12-31')]
    """
    for begun, ended in taken:
        if ended < first or begun > last:
            continue
        if begun > first:
            yield first, begun - DAY
        if ended >= last:
            return
        first = ended + DAY
    if first <= last:
        yield first, last


def add_branches_with_committee(family: Family, everybody: Sequence[Held]) -> None:
    """Note which branches have a committee and since when: all but those of which a smaller one is recorded.

    A branch of which nobody is recorded is asked like the others: that it has none would have to be known.
    """
    found: list[Individual] = []
    for branch in family.populations["branches"]:
        held = [one for one in everybody if one.owner == branch.key and one.body == Body.COMMITTEE]
        days = {branch.first, *(day for one in held for day in (one.first, one.gone))}
        starts = sorted(day for day in days if branch.first <= day <= branch.last)
        for number, first in enumerate(starts):
            last = starts[number + 1] - DAY if number + 1 < len(starts) else branch.last
            members = {one.person for one in held if one.first <= first <= one.last}
            if not held or len(members) >= COMMITTEE_FROM:
                found.append(Individual(branch.key, first, last))
    family.populations[WITH_COMMITTEE] = merged(found)


def add_sizes(family: Family, own: Sequence[Held], seats: Sequence[Seat], as_of: date) -> None:
    """Note how large each body was from which day on, and who headed it. Without posts nothing is known."""
    bodies = {seat.body for seat in seats}
    days = {seat.first for seat in seats} | {one.first for one in own}
    ends = [seat.last for seat in seats] + [one.last for one in own]
    days |= {last + DAY for last in ends if last < MAXIMUM}
    steps = sorted(day for day in days if day <= as_of)
    for number, first in enumerate(steps):
        last = steps[number + 1] - DAY if number + 1 < len(steps) else None
        now = [one for one in own if one.first <= first <= one.last]
        standing = [seat for seat in seats if seat.first <= first <= seat.last]
        for name, value in sizes(now, standing, bodies).items():
            family.hold(name, value, first, last)


def sizes(now: Sequence[Held], standing: Sequence[Seat], bodies: set[str]) -> dict[str, Decimal | bool]:
    """Return what can be said of the bodies on one day."""

    def people(found: Iterable[Held]) -> Decimal:
        return Decimal(len({one.person for one in found}))

    def of(body: str, *kinds: str) -> list[Held]:
        return [one for one in now if one.body == body and (not kinds or one.kind in kinds)]

    found: dict[str, Decimal | bool] = {}
    if Body.COMMITTEE in bodies:
        found["committee_size"] = people(of(Body.COMMITTEE))
        found["committee_secretaries"] = people(of(Body.COMMITTEE, Role.SECRETARY))
        found["committee_deputies"] = people(of(Body.COMMITTEE, Role.DEPUTY_SECRETARY))
    if Body.DISCIPLINE in bodies:
        found["discipline_size"] = people(of(Body.DISCIPLINE))
        found["discipline_secretaries"] = people(of(Body.DISCIPLINE, Role.SECRETARY))
        found["discipline_deputies"] = people(of(Body.DISCIPLINE, Role.DEPUTY_SECRETARY))
        found["discipline_full_time"] = any(one.full_time for one in of(Body.DISCIPLINE, Role.SECRETARY))
    secretary, president = of(Body.COMMITTEE, Role.SECRETARY), of(Body.ADMINISTRATION, Role.PRESIDENT)
    if secretary and president:
        found["heads_apart"] = secretary[0].person != president[0].person
    if bodies:
        full_time = [one for one in now if one.full_time and one.body in (*ELECTED, Body.OFFICE)]
        found["party_staff_full_time"] = people(full_time)
    if Body.OFFICE in bodies:
        found["party_office_staff"] = people(of(Body.OFFICE))
    heads = {seat.pk for seat in standing if seat.body == Body.MASS and seat.kind == Role.HEAD}
    if heads:
        found["mass_heads_vacant"] = Decimal(len(heads - {one.post for one in now}))
    return found


def add_new_heads(family: Family, everybody: Sequence[Held]) -> None:
    """Note who became secretary of the hospital or of anything below it."""
    secretaries = [one for one in everybody if one.body == Body.COMMITTEE and one.kind == Role.SECRETARY]
    if not secretaries:
        return
    family.events["new_head"] = []
    for one in secretaries:
        before = one.first - DAY
        stayed = any(
            other.person == one.person and other.owner == one.owner and other.first <= before <= other.last
            for other in secretaries
        )
        if not stayed:
            someone = frozenset({one.person})
            event = Event(f"tenure-{one.pk}", one.first, one.first.year, present=someone, owner=one.owner)
            family.happened("new_head", event)


def add_vacancies(scope: Scope, family: Family, own: Sequence[Held], seats: Sequence[Seat]) -> None:
    """Note seats of the elected bodies that fell vacant, and how each vacancy ended. Without seats nothing is known."""
    elected = [seat for seat in seats if seat.body in ELECTED]
    if not elected:
        return
    family.events["seat_vacancy"], family.events["by_election"] = [], []
    since = min(seat.first for seat in elected)
    if since <= scope.moment.as_of:
        # Before there were any seats none could fall vacant.
        first = min(since, scope.earliest)
        family.declared["seat_vacancy"].append(Period(first, scope.moment.as_of, ""))
    for seat in elected:
        closed = seat.last if seat.last < MAXIMUM else None
        holders = (one for one in own if one.post == seat.pk)
        for one in vacancies(holders, closed, scope.moment.as_of):
            link, until = f"seat-{seat.pk}-{one.day}", None if one.ended is None else one.ended - DAY
            body = {"body": str(seat.body)}
            vacancy = Event(f"vacancy-{one.left.pk}", one.day, one.day.year, body, link=link, until=until)
            family.happened("seat_vacancy", vacancy)
            if one.ended is not None and one.ended <= scope.moment.as_of:
                filled = Event(f"filled-{one.left.pk}", one.ended, one.ended.year, link=link)
                family.happened("by_election", filled)


def add_head_changes(
    family: Family, own: Sequence[Held], terms: Sequence[tuple[date, date]], as_of: date
) -> None:
    """Note changes of secretary or deputy within a running term, who left included, and the superior's consent to each."""
    heads = [one for one in own if one.body == Body.COMMITTEE and one.is_head]
    if not heads or not terms:
        return
    family.events["head_change"], family.events["superior_consent"] = [], []

    def is_within(day: date) -> bool:
        return any(first < day <= last for first, last in terms)

    for one in head_changes(heads, is_within, as_of):
        link = f"{'left' if one.is_departure else 'tenure'}-{one.held.pk}"
        family.happened("head_change", Event(link, one.day, one.day.year, link=link))
        for number, day in enumerate(one.consents):
            family.happened("superior_consent", Event(f"consent-{number}-{link}", day, day.year, link=link))
