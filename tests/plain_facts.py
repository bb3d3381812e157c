"""The facts of one subject out of a generated history (``histories``), written only to be compared with the collectors'.

It asks everything anew, day by day, and shares no code with ``qiangji.scoring``. What a fact means is told in domain §4, in
the glossary and in decision 0025.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

from qiangji.rules.facts import MAXIMUM, Event, Facts, Individual, Moment, Reason, State
from qiangji.rules.periods import Period
from qiangji.rules.vocabulary import RECORDS
from tests.history import GROUPS, PARENTS, Entry, History, Holding, Seat
from tests.plain_seats import head_changes_of, vacancies_of

DAY = timedelta(days=1)
KEYS = {name: number for number, name in enumerate(PARENTS, start=1)}
ELECTED = ("committee", "discipline")
NUMBERS = {
    "leader_weight", "activity_budget", "member_budget_standard", "staff_total", "member_hours_excused",
    "leader_hours_excused", "committee_talks_excused", "term_reminder_excused",
}  # fmt: skip


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def held(first: date, last: date | None, day: date) -> bool:
    return first <= day and (last is None or day <= last)


def individuals(
    spells: Iterable[tuple[int, date, date]], excused: Callable[[int], tuple[Period, ...]] = lambda key: ()
) -> list[Individual]:
    """Each once, from the first of their days to the last, and when they were gone in between."""
    held_by: dict[int, list[tuple[date, date]]] = {}
    for key, first, last in spells:
        held_by.setdefault(key, []).append((first, last))
    found = []
    for key, some in held_by.items():
        begun, ended = min(first for first, _ in some), max(last for _, last in some)
        bounds = sorted(
            {begun, *(last + DAY for _, last in some if last < MAXIMUM), *(first for first, _ in some)}
        )
        stretches = [(one, after - DAY) for one, after in pairwise(bounds) if one < ended]
        away: list[Period] = []
        for first, last in stretches:
            if not any(held(*one, first) for one in some):
                joins = away and away[-1].last + DAY == first
                away = (
                    [*away[:-1], Period(away[-1].first, last, "")]
                    if joins
                    else [*away, Period(first, last, "")]
                )
        found.append(Individual(key, begun, ended, excused(key), tuple(away)))
    return found


def spells_of(one: Individual) -> Iterator[tuple[int, date, date]]:
    begun = one.first
    for gap in one.away:
        yield one.key, begun, gap.first - DAY
        begun = gap.last + DAY
    yield one.key, begun, one.last


class PlainFacts:
    """One subject of a history."""

    def __init__(self, history: History, subject: str) -> None:
        self.history, self.subject, self.now = history, subject, history.as_of
        self.begun, (self.founded, self.abolished) = date(history.year - 1, 1, 1), history.life(subject)
        self.inside = [name for name in PARENTS if self.is_inside(name)]
        self.events: dict[str, list[Event]] = {}
        self.states: dict[str, list[State]] = {}
        self.populations: dict[str, list[Individual]] = {}
        self.declared: dict[str, list[Period]] = {}
        self.reasons: dict[str, Reason] = {}
        self.seats = [
            (seat, one) for seat in history.seats if seat.node in self.inside for one in seat.holders
        ]
        self.seats = [(seat, one) for seat, one in self.seats if one.first <= self.now]

    def is_inside(self, name: str) -> bool:
        node: str | None = name
        while node is not None and node != self.subject:
            node = PARENTS[node]
        return node is not None

    def owner(self, name: str) -> int:
        """Whose a thing is: the branch's, also what its groups do; 0 where that is the subject itself."""
        if name in GROUPS:
            name = str(PARENTS[name])
        return 0 if name == self.subject else KEYS[name]

    def read(self) -> tuple[Facts, Moment]:
        """Return facts and circumstances as both evaluations take them."""
        self.tree()
        self.recorded_states()
        self.posts()
        self.terms()
        self.declarations()
        self.records()
        self.members()
        self.from_above()
        kept = (self.events, self.states, self.populations, self.declared, self.reasons)
        return Facts(*kept, self.founded), self.moment()

    def moment(self) -> Moment:
        return Moment(self.now, self.history.year, Period(*self.history.cycle, ""), self.history.closing)

    def daily(self, name: str, day: date, value: Any) -> None:
        self.states.setdefault(name, []).append(State(value, day, day))

    def span(self) -> Iterator[date]:
        """Every day that anything can be judged on."""
        return days(self.begun, self.now)

    # The tree and what is recorded of it.
    def tree(self) -> None:
        form = {"H": "committee", "O": "branch"}.get(self.subject, "branch")
        self.states["organization_form"] = [State(form, self.founded, self.abolished)]
        branches = [name for name in self.inside if name.startswith("B")] if self.subject == "H" else []
        self.populations["branches"] = [
            Individual(KEYS[name], *self.history.life(name)) for name in branches
        ] or [Individual(0, self.founded, self.abolished)]
        groups = [self.history.life(name) for name in self.inside if name in GROUPS]
        for day in self.span():
            self.daily("group_count", day, Decimal(sum(held(*life, day) for life in groups)))

    def recorded_states(self) -> None:
        for node, kind, text, first, last in self.history.states:
            if node != self.subject or first > self.now:
                continue
            if any(held(first, last, day) for day in self.last_days()):
                self.state_reason(kind, text)
            value: Any = Decimal(text) if kind in NUMBERS else text
            value = text == "yes" if kind == "approved_small_committee" else value
            self.states.setdefault(kind, []).append(State(value, first, last or MAXIMUM))

    def last_days(self) -> list[date]:
        """The last days of the cycle and of its year that can be judged."""
        return [min(self.now, self.history.cycle[1]), min(self.now, date(self.history.year, 12, 31))]

    def state_reason(self, kind: str, text: str) -> None:
        """A reason in words, or for how many; later ones replace earlier ones."""
        if kind.endswith("_reason"):
            self.reasons[kind] = Reason(text)
        if kind.endswith("_excused"):
            self.reasons.pop(kind.removesuffix("_excused"), None)
            if text != "0":
                self.reasons[kind.removesuffix("_excused")] = Reason("文件", int(text))

    # Posts.
    def who(self, wanted: Any) -> list[Individual]:
        """Who held a post that is wanted, and on which days."""
        return individuals(
            (one.person, one.first, one.last or MAXIMUM) for seat, one in self.seats if wanted(seat)
        )

    def posts(self) -> None:
        own = self.subject

        def leads(seat: Seat) -> bool:
            return seat.node == own and seat.body in ("committee", "administration")

        def heads(seat: Seat) -> bool:
            return seat.body == "committee" and seat.kind == "secretary"

        self.populations["leaders"] = self.who(leads)
        self.populations["centre_group"] = self.who(leads)
        self.populations["committee_members"] = self.who(
            lambda seat: seat.node == own and seat.body == "committee"
        )
        self.populations["secretaries"] = self.who(heads)
        self.populations["committee_secretary"] = self.who(lambda seat: seat.node == own and heads(seat))
        self.populations["secretaries_and_leaders"] = self.who(lambda seat: leads(seat) or heads(seat))
        self.populations["party_staff"] = self.who(
            lambda seat: (
                seat.node == own and (seat.body == "office" or (seat.full_time and seat.body in ELECTED))
            )
        )
        self.populations["full_time_deputies"] = individuals(self.sitting_in())
        self.new_heads([(seat, one) for seat, one in self.seats if heads(seat)])
        mine = [seat for seat in self.history.seats if seat.node == own]
        if mine:
            self.sizes(mine)
        self.vacancies([seat for seat in mine if seat.body in ELECTED])

    def sitting_in(self) -> Iterator[tuple[int, date, date]]:
        """Full-time deputies; who heads the office, stretch by stretch, only where none of them is there."""
        mine = [(seat, one) for seat, one in self.seats if seat.node == self.subject]
        deputies = [
            (one.person, one.first, one.last or MAXIMUM) for seat, one in mine
            if (seat.body, seat.kind) == ("committee", "deputy_secretary") and seat.full_time
        ]  # fmt: skip
        yield from deputies
        for seat, one in mine:
            if (seat.body, seat.kind) != ("office", "head"):
                continue
            ended = one.last or MAXIMUM
            turns = {one.first, *(first for _, first, _ in deputies)}
            turns |= {last + DAY for _, _, last in deputies if last < MAXIMUM}
            for first in sorted(day for day in turns if one.first <= day <= ended):
                last = min([day - DAY for day in turns if day > first] + [ended])
                if not any(held(begun, until, first) for _, begun, until in deputies):
                    yield one.person, first, last

    def new_heads(self, served: list[tuple[Seat, Holding]]) -> None:
        if not served:
            return
        self.events["new_head"] = [
            Event(f"new-{number}", one.first, one.first.year, present=frozenset({one.person}), owner=self.owner(seat.node))
            for number, (seat, one) in enumerate(served)
            if not any(
                other.person == one.person and there.node == seat.node and held(other.first, other.last, one.first - DAY)
                for there, other in served
            )
        ]  # fmt: skip

    def sizes(self, mine: list[Seat]) -> None:
        """Something is known from the day on which the first seat was made or taken."""
        bodies = {seat.body for seat in mine}
        taken = [one.first for seat, one in self.seats if seat.node == self.subject]
        for day in days(max(self.begun, min([seat.first for seat in mine] + taken)), self.now):
            now = [(seat, one) for seat, one in self.seats
                   if seat.node == self.subject and held(one.first, one.last, day)]  # fmt: skip

            def of(body: str, kind: str = "", now: Any = now) -> set[int]:
                return {
                    one.person for seat, one in now if seat.body == body and (not kind or seat.kind == kind)
                }

            for body in ELECTED:
                if body in bodies:
                    self.daily(f"{body}_size", day, Decimal(len(of(body))))
                    self.daily(f"{body}_secretaries", day, Decimal(len(of(body, "secretary"))))
                    self.daily(f"{body}_deputies", day, Decimal(len(of(body, "deputy_secretary"))))
            if "discipline" in bodies:
                full = any(
                    seat.body == "discipline" and seat.kind == "secretary" and seat.full_time
                    for seat, _ in now
                )
                self.daily("discipline_full_time", day, full)
            secretary, president = of("committee", "secretary"), of("administration", "president")
            if secretary and president:
                self.daily("heads_apart", day, secretary != president)
            heads = [seat for seat in mine
                     if (seat.body, seat.kind) == ("mass", "head") and held(seat.first, seat.last, day)]  # fmt: skip
            if heads:
                filled = {id(seat) for seat, _ in now}
                self.daily("mass_heads_vacant", day, Decimal(sum(id(seat) not in filled for seat in heads)))

    def vacancies(self, elected: list[Seat]) -> None:
        if not elected:
            return
        self.events["seat_vacancy"], self.events["by_election"] = [], []
        since = min(seat.first for seat in elected)
        if since <= self.now:
            known_since = min(since, self.begun)
            self.declared.setdefault("seat_vacancy", []).append(Period(known_since, self.now, ""))
        for number, seat in enumerate(elected):
            for name, event in vacancies_of(seat, f"{number}", self.now):
                self.events[name].append(event)

    # Terms.
    def terms(self) -> None:
        here = [term for term in self.history.terms if term.node in self.inside and term.first <= self.now]
        if here:
            for name in ("term_end", "term_election", "term_reminder", "term_request", "term_approval"):
                self.events[name] = []
        for number, term in enumerate(here):
            owner, body = self.owner(term.node), {"body": term.body}
            link, due = f"{term.node}-{term.body}-{term.number}", term.moved_to or term.due
            after = [
                one.first for one in here
                if (one.node, one.body) == (term.node, term.body) and one.first > term.first
            ]  # fmt: skip
            last = min(term.last or MAXIMUM, self.history.life(term.node)[1])
            if after or last >= self.now or last >= due:
                until = min(after) - DAY if after else last if last < self.now else None
                self.events["term_end"].append(
                    Event(link, due, due.year, body, link=link, owner=owner, until=until)
                )
            if any(
                (one.node, one.body, one.number) == (term.node, term.body, term.number - 1) for one in here
            ):
                before = f"{term.node}-{term.body}-{term.number - 1}"
                self.events["term_election"].append(
                    Event(f"{link}-elected", term.first, term.first.year, body, link=before, owner=owner)
                )
            for kind, day in () if term.is_cancelled else term.steps:
                if day <= self.now:
                    step = Event(f"step-{number}-{kind}", day, day.year, link=link, owner=owner)
                    self.events[f"term_{kind}"].append(step)
            if term.node == self.subject:
                state = State(term.elected_by in ("assembly", "congress"), term.first, term.last or MAXIMUM)
                self.states.setdefault(f"{term.body}_elected", []).append(state)
        self.head_changes([term for term in here if term.node == self.subject and term.body == "committee"])

    def head_changes(self, own: list[Any]) -> None:
        heads = [
            (seat, one) for seat, one in self.seats
            if seat.node == self.subject and seat.body == "committee" and seat.kind in ("secretary", "deputy_secretary")
        ]  # fmt: skip
        if not heads or not own:
            return
        self.events["head_change"], self.events["superior_consent"] = [], []
        for name, event in head_changes_of(heads, own, self.now):
            self.events[name].append(event)

    # Ledgers.
    def declarations(self) -> None:
        for one in self.history.declared:
            if one.node == self.subject and not one.is_withdrawn and one.first <= self.now:
                self.declared.setdefault(one.kind, []).append(Period(one.first, min(one.last, self.now), ""))

    def records(self) -> None:
        for kind in [*RECORDS, "dues_filed", "guided_life_meeting", "guided_appraisal", "dual_theme_day"]:
            self.events.setdefault(kind, [])
        for one, other, day in [
            talk[1:4] for talk in self.history.talks if talk[0] in self.inside and not talk[4]
        ]:
            self.events["heart_talk"].append(
                Event(f"talk-{one}-{other}-{day}", day, day.year, pair=frozenset({one, other}))
            )
        statements = []
        for number, entry in enumerate(self.history.entries):
            if entry.node in self.inside and entry.state == "confirmed" and entry.day <= self.now:
                for kind in entry.kinds:
                    self.record(f"{number:04d}", kind, entry)
                is_own = "platform_statement" in entry.kinds and self.owner(entry.node) == 0
                if is_own and entry.values.get("platform") == "e_branch":
                    statements.append((entry.day, number, entry.values))
        self.platforms(sorted(statements, key=lambda one: one[:2]))

    def record(self, name: str, kind: str, entry: Entry) -> None:
        came = {person for person, presence, _ in entry.who if presence == "present"}
        posted = {one.person for _, one in self.seats}
        leader = {entry.leader} if entry.leader in posted else set()
        day, year = entry.day, entry.year
        if kind == "branch_self_check" and "month" in entry.values:
            month = date.fromisoformat(f"{entry.values['month']}-01")
            if (month.year, month.month) != (day.year, day.month):
                day, year = entry.day.replace(day=1) - DAY, month.year
        about = KEYS[entry.about] if entry.about else 0
        link = str(KEYS[entry.node]) if kind == "organization_life_meeting" else ""
        event = Event(
            name, day, year, self.typed(kind, entry),
            frozenset(person for person, presence, _ in entry.who if presence != "exempt"),
            frozenset(came | leader), frozenset(person for person, _, spoke in entry.who if spoke),  # type: ignore[arg-type]
            link=str(about or "") if kind == "redo_order" else link, owner=self.owner(entry.node), until=entry.end,
        )  # fmt: skip
        self.events[kind].append(event)
        if kind == "dues_disclosure" and "filed_date" in entry.values:
            filed = date.fromisoformat(entry.values["filed_date"])
            self.events["dues_filed"].append(Event(name, filed, entry.year, owner=event.owner))
        if kind == "dual_organization_life" and entry.values.get("life_form") == "theme_party_day":
            self.events["dual_theme_day"].append(event)
        self.guided(name, kind, entry, self.sits_on_committee(entry.guide, entry.day))

    def from_above(self) -> None:
        """What an organization above recorded with hours counts for those of the subject who were there."""
        ours = {
            one.key
            for name, some in self.populations.items()
            if name not in ("branches", "groups")
            for one in some
        }
        above, node = [], PARENTS[self.subject]
        while node is not None:
            above.append(node)
            node = PARENTS[node]
        for number, entry in enumerate(self.history.entries):
            if entry.node in above and entry.state == "confirmed" and entry.day <= self.now:
                there = ours & {person for person, presence, _ in entry.who if presence == "present"}
                for kind in entry.kinds if there else ():
                    if RECORDS[kind].attended and "hours" in RECORDS[kind].properties:
                        event = Event(
                            f"{number:04d}", entry.day, entry.year, self.typed(kind, entry), frozenset(there),
                            frozenset(there), owner=KEYS[entry.node], above=True,
                        )  # fmt: skip
                        self.events[kind].append(event)

    def sits_on_committee(self, person: int | None, day: date) -> bool:
        return any(
            one.person == person and held(one.first, one.last, day) for seat, one in self.seats
            if (seat.node, seat.body) == (self.subject, "committee")
        )  # fmt: skip

    def guided(self, name: str, kind: str, entry: Entry, is_known: bool) -> None:
        """A committee member guided a meeting: it counts for the branch whose meeting it was."""
        if not is_known:
            return
        owner = self.owner(entry.node)
        if kind == "life_meeting_guidance":
            if entry.values.get("meeting_stage") != "during":
                return
            owner = self.owner(entry.about) if entry.about in self.inside else 0
        names = {"organization_life_meeting": "life_meeting", "life_meeting_guidance": "life_meeting",
                 "member_appraisal": "appraisal"}  # fmt: skip
        if kind in names:
            event = Event(f"{name}", entry.day, entry.year, owner=owner)
            self.events[f"guided_{names[kind]}"].append(event)

    def typed(self, kind: str, entry: Entry) -> dict[str, Any]:
        known = RECORDS[kind].properties
        return {
            name: Decimal(value) if known[name].type == "number" else value
            for name, value in entry.values.items()
            if name in known
        }

    def platforms(self, statements: list[Any]) -> None:
        """The newest statement holds until the next one."""
        for day in self.span():
            made = [values for when, _, values in statements if when <= day]
            for name, source in (("organizations", "organization_count"), ("members", "quantity")):
                if made and source in made[-1]:
                    self.daily(f"e_branch_{name}", day, Decimal(made[-1][source]))

    # Members.
    def spells(self) -> list[tuple[int, date, date]]:
        """Who belonged here as a member from when until when, as far as the year and the one before are touched."""
        found = []
        for key, one in enumerate(self.history.people):
            for stay in one.stays if one.joined else ():
                if stay.node in self.inside and stay.first <= self.now:
                    first = max(stay.first, one.joined or date.max)
                    last = min(stay.last or MAXIMUM, one.ceased - DAY if one.ceased else MAXIMUM)
                    if first <= last and last >= self.begun:
                        found.append((key, first, last))
        return found

    def excused(self, key: int, duty: str) -> tuple[Period, ...]:
        return tuple(
            Period(first, last, "")
            for what, first, last in self.history.people[key].exempt
            if what in (duty, "all")
        )

    def members(self) -> None:
        spells = self.spells()
        self.populations["members"] = individuals(spells, lambda key: self.excused(key, "training"))
        for name, source, duty in (
            ("leaders_in_party", "leaders", "organization_life"),
            ("secretaries_and_leaders", "secretaries_and_leaders", "training"),
        ):
            led = [spell for one in self.populations[source] for spell in spells_of(one)]
            self.populations[name] = individuals(
                ((key, max(first, begun), min(last, ended))
                 for key, first, last in led for member, begun, ended in spells
                 if member == key and first <= ended and begun <= last),
                partial(self.excused, duty=duty),
            )  # fmt: skip
        for day in self.span():
            here = [key for key, first, last in spells if first <= day <= last]
            if spells:
                retired = sum(self.history.people[key].is_retired for key in here)
                self.daily("member_count", day, Decimal(len(here)))
                self.daily("in_service_members", day, Decimal(len(here) - retired))
            in_difficulty = [
                key for key in here if (spell := self.history.people[key].hardship) and held(*spell, day)
            ]
            visits = self.declared.get("condolence_visit", ())
            if in_difficulty or any(one.first <= day <= one.last for one in visits):
                self.daily("hardship_count", day, Decimal(len(in_difficulty)))
        for state in self.states.get("member_budget_standard", []):
            if spells:
                day = max(state.first, min(first for _, first, _ in spells))
                count = sum(first <= day <= last for _, first, last in spells)
                due = State(state.value * count, state.first, state.last)  # type: ignore[operator]
                self.states.setdefault("activity_budget_due", []).append(due)
