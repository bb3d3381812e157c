"""A second, plain evaluation of checks, written only to be compared with the program's: day by day, nothing prepared.

It follows the page that fixes the language's meaning and shares nothing with ``qiangji.rules`` but the parsed check, the
facts as plain values and the table of derived properties. It says what a check answers; points follow from that.
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import Any

from qiangji.rules.facts import Event, Facts, Individual, Moment
from qiangji.rules.vocabulary import DERIVED, POPULATIONS
from tests.plain_days import DAY, Window, days, months_on, moved, whole_year

ORDER = ["unmet", "unknown", "pending", "met"]


class Plain:
    """One subject on one day."""

    def __init__(
        self,
        facts: Facts,
        moment: Moment,
        figures: dict[str, Decimal],
        window: str,
        units: dict[str, str] | None = None,
    ) -> None:
        self.facts, self.now, self.moment = facts, moment.as_of, moment
        self.figures, self.own_window, self.units = figures, window, units or {}

    # What is asked for.
    def amount(self, written: Decimal | str) -> Decimal:
        return written if isinstance(written, Decimal) else self.figures[written[1:]]

    def moved(self, day: date, written: str, sign: int) -> date:
        """A day so much later or earlier; a parameter stands for a number of its unit."""
        if written.startswith("$"):
            unit = {"个月": "months", "日": "days", "年": "years"}[self.units[written[1:]]]
            written = f"{self.figures[written[1:]]} {unit}"
        return moved(day, written, sign)

    def window(self, name: str | None) -> Window:
        name, year = name or self.own_window, self.moment.year
        if name == "cycle_period":
            return Window(self.moment.cycle.first, self.moment.cycle.last)
        if name in ("calendar_year", "previous_year"):
            return whole_year(year - (name == "previous_year"))
        if name == "by_year_end":
            return whole_year(year, by_day=True)
        if name == "two_years":
            return Window(date(year - 1, 1, 1), date(year, 12, 31))
        if name == "around_july_first":
            return Window(date(year, 6, 1), date(year, 7, 31))
        if name == "around_national_day":
            return Window(date(year, 9, 1), date(year, 10, 31))
        if name in ("july", "january"):
            month = 7 if name == "july" else 1
            return Window(date(year, month, 1), date(year, month, 31))
        length = {"month": 1, "quarter": 3, "half": 6}[name.removeprefix("last_completed_")]
        last = self.now - DAY
        while not ((last + DAY).day == 1 and last.month % length == 0):
            last -= DAY
        return Window(months_on(last + DAY, -length), last)

    def pieces(self, window: Window, per: str) -> list[Window]:
        if per == "window":
            return [window]
        length = {"month": 1, "quarter": 3, "half": 6, "year": 12}[per]
        found: dict[tuple[int, int], list[date]] = {}
        for day in days(window.first, window.last):
            found.setdefault((day.year, (day.month - 1) // length), []).append(day)
        whole = []
        for (year, number), held in found.items():
            first = date(year, number * length + 1, 1)
            last = months_on(first, length) - DAY
            if held[0] == first and held[-1] == last:
                same = window.year is not None and (first, last) == (window.first, window.last)
                whole.append(window if same else Window(first, last))
        return whole or [window]

    def over(self, window: Window) -> bool:
        return self.past(window.last)

    def past(self, day: date) -> bool:
        """Nothing is waited for after a last day, nor after the closing date."""
        return self.now > day or self.now > self.moment.closing

    def declared(self, kinds: Iterable[str], window: Window) -> bool:
        last, closing = window.last, self.moment.closing
        if window.first <= closing < self.now:
            last = min(last, closing)
        return all(
            all(any(one.first <= day <= one.last for one in self.facts.declared.get(kind, ()))
                for day in days(window.first, last))
            for kind in kinds
        )  # fmt: skip

    # Events.
    def events(self, node: Any, window: Window, above: bool = False) -> list[Event]:
        found = {}
        for kind in node.kinds:
            for event in self.facts.events[kind]:
                if event.day > self.now:
                    continue
                if node.in_force:
                    day = min(self.now, window.last)
                    inside = event.day <= day and (event.until is None or event.until >= day)
                else:
                    inside = window.takes(event)
                if inside and (above or not event.above) and self.picked(event, node):
                    found[event.id] = event
        return list(found.values())

    def picked(self, event: Event, node: Any) -> bool:
        if node.whose == "own" and event.owner != 0:
            return False
        if node.whose == "below" and event.owner == 0:
            return False
        return self.has(event, node.where)

    def has(self, event: Event, conditions: Any) -> bool:
        return all(self.keeps(self.property(event, name), asked) for name, asked in conditions.items())

    def keeps(self, value: Any, asked: Any) -> bool:
        if isinstance(asked, bool | str):
            return bool(value == asked)
        if asked.equals is not None:
            return bool(value == asked.equals)
        if asked.one_of:
            return value in asked.one_of
        return isinstance(value, Decimal) and self.inside(value, asked)

    def inside(self, value: Decimal, node: Any) -> bool:
        return not (
            (node.at_least is not None and value < self.amount(node.at_least))
            or (node.at_most is not None and value > self.amount(node.at_most))
            or (node.above is not None and value <= self.amount(node.above))
            or (node.below is not None and value >= self.amount(node.below))
        )

    def property(self, event: Event, name: str) -> Any:
        if name not in DERIVED:
            return event.values.get(name)
        derived = DERIVED[name]
        if derived.quotient is not None:
            top, bottom = event.values.get(derived.quotient[0]), event.values.get(derived.quotient[1])
            fine = isinstance(top, Decimal) and isinstance(bottom, Decimal) and bottom
            return top / bottom if fine else None  # type: ignore[operator]
        people = set(getattr(event, derived.people))
        if derived.among is not None:
            there = self.facts.populations.get(derived.among, ())
            people &= {one.key for one in there if self.theirs(one, event.day, event.day)}
        if not derived.of_expected:
            return Decimal(len(people))
        if not event.expected:
            return None
        return Decimal(len(people & event.expected)) / len(event.expected)

    def known(self, *kinds: str) -> bool:
        return all(kind in self.facts.events for kind in kinds)

    # Answers.
    def check(self, check: Any, path: str = "check") -> str:
        return self.node(check, path)

    def node(self, check: Any, path: str) -> str:
        if check.when is not None:
            asked = self.node(check.when, f"{path}.when")
            if asked == "unmet":
                return "not_applicable"
            if asked != "met":
                return asked
        for name in ("count", "sum"):
            node = getattr(check, name)
            if node is not None:
                return self.counted(node, check.key or path)
        for name in (
            "every",
            "absent",
            "attest",
            "share",
            "pairs",
            "attended",
            "value",
            "ratio",
            "ordered",
            "answered",
        ):
            node = getattr(check, name)
            if node is not None:
                judge: Callable[[Any, str], str] = getattr(self, name)
                return judge(node, check.key or path)
        children = check.all or check.any or check.at_least_n.of
        answers = [self.node(child, f"{path}.{number}") for number, child in enumerate(children)]
        answers = sorted((one for one in answers if one != "not_applicable"), key=ORDER.index)
        if not answers:
            return "not_applicable"
        if check.all is not None:
            return answers[0]
        if check.any is not None:
            return answers[-1]
        return answers[-min(check.at_least_n.number, len(answers))]

    def usual(self, answer: str, node: Any, key: str, short: int) -> str:
        """A stated reason stands for all, or for so many of those who fall short."""
        stated = self.facts.reasons.get(key)
        if answer != "unmet" or not node.usually or stated is None:
            return answer
        return "met" if stated.number is None or stated.number >= short else answer

    def counted(self, node: Any, key: str) -> str:
        if not self.known(*node.kinds):
            return "unknown"
        window = self.window(node.window)
        events = self.events(node, window)
        answers: list[str] = []
        short = 0
        for piece in self.pieces(window, node.per):
            if self.facts.since is not None and self.facts.since > piece.last:
                continue  # it did not exist yet
            here = [one for one in events if piece == window or piece.first <= one.day <= piece.last]
            answer = self.of_figure(node, self.figure(node, here), piece)
            short += answer == "unmet"
            answers.append(self.usual(answer, node, key, short))
        return min(answers, key=ORDER.index) if answers else "not_applicable"

    def figure(self, node: Any, events: list[Event]) -> Decimal:
        if hasattr(node, "quantity"):
            amounts = [one.values.get(node.quantity) for one in events]
            return sum((one for one in amounts if isinstance(one, Decimal)), Decimal(0))
        return Decimal(len({one.day for one in events}) if node.days else len(events))

    def of_figure(
        self, node: Any, found: Decimal, piece: Window, part: Decimal = Decimal(1), elsewhere: bool = False
    ) -> str:
        def asked(written: Decimal | str) -> Decimal:
            whole = self.amount(written)
            return whole if part == 1 else (whole * part).quantize(Decimal("0.1"), ROUND_HALF_UP)

        if node.at_most is not None and found > asked(node.at_most):
            return "unmet"
        if node.below is not None and found >= asked(node.below):
            return "unmet"
        declared = not elsewhere and self.declared(node.kinds, piece)
        short = (node.at_least is not None and found < asked(node.at_least)) or (
            node.above is not None and found <= asked(node.above)
        )
        if short:
            return "unmet" if declared or self.over(piece) else "pending"
        if (node.at_most is None and node.below is None) or declared:
            return "met"
        return "unknown" if self.over(piece) else "pending"

    def every(self, node: Any, key: str) -> str:
        if not self.known(*node.kinds):
            return "unknown"
        window = self.window(node.window)
        events = self.events(node, window)
        closed, declared = self.over(window), self.declared(node.kinds, window)
        if not events:
            return "met" if declared else "unknown" if closed else "pending"
        good = sum(self.has(one, node.has) for one in events)
        open_ones = sum(not self.has(one, node.has) and self.may_have(one, node.has) for one in events)
        share = self.amount(node.share)
        if good < share * len(events) <= good + open_ones:
            return "unknown"
        if good < share * len(events):
            return "pending" if share < 1 and not closed and not declared else "unmet"
        return "met" if closed or declared else "pending"

    def may_have(self, event: Event, conditions: Any) -> bool:
        """What was recorded is as asked; what was not may be."""
        for name, asked in conditions.items():
            lacks = name not in event.values
            if name in DERIVED:
                sources = DERIVED[name].quotient or ()
                lacks = any(source not in event.values for source in sources) or (
                    DERIVED[name].of_expected and not event.expected
                )
            if not lacks and not self.keeps(self.property(event, name), asked):
                return False
        return True

    def absent(self, node: Any, key: str) -> str:
        if not self.known(*node.kinds):
            return "unknown"
        window = self.window(node.window)
        if self.events(node, window):
            return "unmet"
        return "met" if self.declared(node.kinds, window) else "unknown" if self.over(window) else "pending"

    def attest(self, node: Any, key: str) -> str:
        if not self.known(*node.kinds):
            return "unknown"
        window = self.window(node.window)
        events = self.events(node, window)
        if not events:
            return "unknown" if self.over(window) else "pending"
        sure = not node.confirmed or any(one.values.get("confirmed", True) is True for one in events)
        return "met" if sure else "unknown"

    # Populations.
    def theirs(self, one: Individual, first: date, last: date) -> list[date]:
        """The days of a stretch on which somebody belonged."""
        there = days(max(one.first, first), min(one.last, last))
        return [day for day in there if all(not gap.first <= day <= gap.last for gap in one.away)]

    def exempt(self, one: Individual, first: date, last: date) -> bool:
        """Exemptions cover all that somebody owes of a stretch."""
        owed = self.theirs(one, first, last)
        return bool(one.exempt) and all(
            any(piece.first <= day <= piece.last for piece in one.exempt) for day in owed
        )

    def people(self, name: str, window: Window) -> list[Individual]:
        """Who belonged within a window and has not left, or is back, by the last day that can be judged."""
        there = self.facts.populations.get(name, ())
        day = min(window.last, self.now)
        gone = [
            one for one in there if one.last < day or any(gap.first <= day <= gap.last for gap in one.away)
        ]
        return [one for one in there if one not in gone and self.theirs(one, window.first, window.last)]

    def of_part(self, answers: list[str], needed: Decimal) -> str:
        if answers.count("met") >= needed:
            return "met"
        if answers.count("met") + answers.count("pending") >= needed:
            return "pending"
        return "unknown" if len(answers) - answers.count("unmet") >= needed else "unmet"

    def share(self, node: Any, key: str) -> str:
        asked = node.meets.asked
        window = self.window(asked.window)
        if not self.known(*asked.kinds):
            return "unknown"
        people = self.people(node.of, window)
        people = [one for one in people if not self.exempt(one, window.first, window.last)]
        if not people:
            return "unknown"
        events = self.events(asked, window, node.from_above)
        persons = POPULATIONS[node.of].of == "persons"
        answers = []
        for one in people:
            theirs = [
                each for each in events if (one.key in each.present if persons else each.owner == one.key)
            ]
            answers.append(self.of_individual(one, node, theirs, window))
        needed = self.amount(node.at_least) * len(people)
        return self.with_reason(answers, needed, node, key)

    def with_reason(self, answers: list[str], needed: Decimal, node: Any, key: str) -> str:
        """A reason for so many: they count as if they had done it, if with them enough have."""
        others = [one for one in answers if one != "unmet"]
        behind, answer = answers.count("unmet"), self.of_part(answers, needed)
        stated = self.facts.reasons.get(key)
        if answer != "unmet" or not node.usually or stated is None:
            return answer
        if stated.number is None:
            return "met"
        return self.of_part([*others, *["met"] * min(stated.number, behind)], needed)

    def of_individual(self, one: Individual, node: Any, events: list[Event], window: Window) -> str:
        part = Decimal(1)
        if node.pro_rata:
            months = self.pieces(window, "month")
            owed = [
                month for month in months
                if self.theirs(one, month.first, month.last)
                and not self.exempt(one, month.first, month.last)
            ]  # fmt: skip
            part = Decimal(len(owed)) / len(months)
        answers = []
        for piece in self.pieces(window, node.meets.asked.per):
            if self.theirs(one, piece.first, piece.last):
                here = [each for each in events if piece == window or piece.first <= each.day <= piece.last]
                found = self.figure(node.meets.asked, here)
                answers.append(self.of_figure(node.meets.asked, found, piece, part, node.from_above))
        return min(answers, key=ORDER.index) if answers else "not_applicable"

    def pairs(self, node: Any, key: str) -> str:
        if not self.known(node.by):
            return "unknown"
        window = self.window(node.window)
        day = min(self.now, window.last)
        people = {
            one.key for one in self.facts.populations.get(node.of, ())
            if self.theirs(one, day, day) and not self.exempt(one, window.first, window.last)
        }  # fmt: skip
        if len(people) < 2:
            return "unknown"
        talked = {one.pair for one in self.facts.events[node.by] if one.day <= self.now and window.takes(one)}
        silent = sum(frozenset(pair) not in talked for pair in combinations(people, 2))
        if not silent:
            return "met"
        closed = self.over(window) or self.declared([node.by], window)
        return self.usual("unmet" if closed else "pending", node, key, silent)

    def attended(self, node: Any, key: str) -> str:
        if not self.known(*node.kinds):
            return "unknown"
        window = self.window(node.window)
        people = [
            one for one in self.people(node.of, window) if not self.exempt(one, window.first, window.last)
        ]
        if not people:
            return "unknown"
        events = [
            event for kind in node.kinds for event in self.facts.events[kind]
            if event.day <= self.now and window.takes(event) and not event.above
        ]  # fmt: skip
        answers = [self.of_presence(one.key, node, window, events) for one in people]
        return self.of_part(answers, self.amount(node.everyone) * len(people))

    def of_presence(self, key: int, node: Any, window: Window, events: list[Event]) -> str:
        came = sum(key in one.present for one in events)
        asked_to = sum(key in one.expected or key in one.present for one in events)
        if node.at_least is not None:
            if came >= self.amount(node.at_least):
                return "met"
            return "unmet" if self.over(window) else "pending"
        if not self.over(window):
            return "pending"
        if not asked_to:
            return "unknown"
        return "met" if came >= self.amount(node.share) * asked_to else "unmet"

    # States.
    def value(self, node: Any, key: str) -> str:
        window = self.window(node.window)
        day = min(self.now, window.last)
        states = self.facts.states.get(node.of, ())
        if not node.throughout:
            held = [one for one in states if one.first <= day <= one.last]
            if not held:
                return "unknown"
            return self.usual("met" if self.keeps_state(node, held[-1].value) else "unmet", node, key, 1)
        seen = [one for one in states if one.first <= day and one.last >= window.first]
        if any(not self.keeps_state(node, one.value) for one in seen):
            return self.usual("unmet", node, key, 1)
        gap = any(not any(one.first <= each <= one.last for one in seen) for each in days(window.first, day))
        if gap or not seen:
            return "unknown"
        return "met" if self.over(window) else "pending"

    def keeps_state(self, node: Any, value: Any) -> bool:
        return self.keeps(value, node)

    def size(self, name: str, day: date) -> Decimal | None:
        if name in POPULATIONS:
            if name not in self.facts.populations:
                return None
            return Decimal(sum(bool(self.theirs(one, day, day)) for one in self.facts.populations[name]))
        held = [one.value for one in self.facts.states.get(name, ()) if one.first <= day <= one.last]
        return held[-1] if held and isinstance(held[-1], Decimal) else None

    def ratio(self, node: Any, key: str) -> str:
        day = min(self.now, self.window(node.window).last)
        top, bottom = self.size(node.top, day), self.size(node.bottom, day)
        if top is None or not bottom:
            return "unknown"
        found = top * (100 if node.percent else 1) / bottom
        if node.decimals is not None:
            found = found.quantize(Decimal(1).scaleb(-node.decimals), ROUND_HALF_UP)
        return self.usual("met" if self.inside(found, node) else "unmet", node, key, 1)

    # Sequences.
    def ordered(self, node: Any, key: str) -> str:
        if not self.known(*node.kinds, node.after):
            return "unknown"
        window = self.window(node.window)
        answers = []
        for event in (one for kind in node.kinds for one in self.facts.events[kind]):
            inside = window.first <= event.day <= window.last or self.overdue(event, node, window)
            if not (inside and self.picked(event, node)):
                continue
            latest = self.moved(event.day, node.by_at_least, -1) if node.by_at_least else event.day
            first = self.moved(event.day, node.by_at_most, -1) if node.by_at_most else date.min
            before = [one for one in self.facts.events[node.after] if one.link == event.link]
            fine = any(first <= one.day <= latest and one.day <= self.now for one in before)
            answers.append("met" if fine else "unmet" if self.past(latest) else "pending")
        if not answers:
            return "not_applicable"
        late = answers.count("unmet")
        if self.usual("unmet" if late else "met", node, key, late) == "met":
            answers = [one for one in answers if one != "unmet"]
        return min(answers, key=ORDER.index) if answers else "met"

    def overdue(self, event: Event, node: Any, window: Window) -> bool:
        """It happened before the window and was still open on the last day that can be judged."""
        if not node.still_open or window.takes(event) or event.day >= window.first or event.day > self.now:
            return False
        return event.until is None or event.until >= min(self.now, window.last)

    def answered(self, node: Any, key: str) -> str:
        if not self.known(*node.kinds, node.by):
            return "unknown"
        window = self.window(node.window)
        answers = []
        before = [
            event for kind in node.kinds for event in self.facts.events[kind]
            if self.overdue(event, node, window) and self.picked(event, node)
        ]  # fmt: skip
        for event in [*self.events(node, window), *before]:
            last = self.moved(event.day, node.within, 1)
            after = [
                one for one in self.facts.events[node.by] if one.link == event.link and one.day <= self.now
            ]
            if any(event.day + DAY * node.from_next_day <= one.day <= last for one in after):
                answers.append("met")
            else:
                gone = self.past(last) or any(one.day > last for one in after)
                answers.append("unmet" if gone else "pending")
        if answers:
            return min(answers, key=ORDER.index)
        if self.declared(node.kinds, window):
            return "met"
        return "unknown" if self.over(window) else "pending"
