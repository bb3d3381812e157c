"""Everything an operator may ask while it judges one subject: facts, circumstances, parameters, and the words for facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from operator import attrgetter

from qiangji.rules.facts import Event, Facts, Individual, Moment
from qiangji.rules.language import Condition, Conditions, Selection
from qiangji.rules.periods import Period, Span, add_months, buckets, covered, span, span_of, year_of
from qiangji.rules.vocabulary import DERIVED, title_of

DAY_AND_ID = attrgetter("day", "id")
COMPLETED = {
    "last_completed_month": "month",
    "last_completed_quarter": "quarter",
    "last_completed_half": "half",
}
# Around a festival: in which days what is held for it counts, our default; the festivals themselves are 1 July, 1 October.
FESTIVALS = {
    "around_july_first": ((6, 1), (7, 31), "七一前后"),
    "around_national_day": ((9, 1), (10, 31), "国庆前后"),
}


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A figure that regions differ on. ``origin``: the document by which a subtree set its own, "" for the edition's.

    ``words`` name the figure and where it came from in either case; ``unit`` says of a span whether it is days or months.
    """

    value: Decimal
    origin: str = ""
    words: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Context:
    """One subject on one day, under one criterion."""

    facts: Facts
    moment: Moment
    window: str = "cycle_period"
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)

    @cached_property
    def as_of(self) -> date:
        """The day that everything is seen from."""
        return self.moment.as_of

    @cached_property
    def closed(self) -> bool:
        """Say whether the cycle's closing date has passed: nothing is waited for any more."""
        return self.as_of > self.moment.closing

    def is_over(self, period: Period) -> bool:
        """Say whether nothing more is waited for in a period: its last day has passed, or the cycle's closing date."""
        return self.closed or period.is_over(self.as_of)

    def is_past(self, day: date) -> bool:
        """Say whether a last day has passed, or the cycle's closing date, after which nothing is waited for."""
        return self.closed or self.as_of > day

    def in_time(self, day: date) -> date:
        """Return until when something can be mended: a last day, or the closing date where that comes first."""
        return min(day, self.moment.closing)

    def latest(self, day: date) -> str:
        """Say in Chinese by which day something has to be there, and where the closing date comes before it."""
        words = f"最迟 {day:%Y-%m-%d}"
        closing = self.in_time(day)
        return words if closing == day else f"{words}（本周期到 {closing:%Y-%m-%d} 为止）"

    def amount(self, written: Decimal | str) -> Decimal:
        """Return the figure that is written or that a parameter stands for."""
        if isinstance(written, Decimal):
            return written
        return self.parameters[written.removeprefix("$")].value

    def span(self, written: str) -> Span:
        """Return the span that is written or that a parameter stands for."""
        if not written.startswith("$"):
            return span(written)
        parameter = self.parameters[written.removeprefix("$")]
        return span_of(parameter.value, parameter.unit)

    def origins(self, *written: Decimal | str | None) -> tuple[str, ...]:
        """Return by what documents subtrees set the figures that are parameters."""
        names = [one.removeprefix("$") for one in written if isinstance(one, str) and one.startswith("$")]
        return tuple(self.parameters[name].origin for name in names if self.parameters[name].origin)

    def period(self, name: str | None) -> Period:
        """Return the stretch of days that a window's name means."""
        return period_of(name or self.window, self.moment)

    def known(self, kinds: Iterable[str]) -> bool:
        """Say whether the facts of all kinds were collected."""
        events = self.facts.events
        return all(kind in events for kind in kinds)

    def events(self, selection: Selection, period: Period, *, above: bool = False) -> list[Event]:
        """Return the events of a selection in a period that have happened by the day, oldest first; each once.

        Those that organizations above the subject recorded only where ``above`` asks for them.
        """
        found: dict[str, Event] = {}
        as_of, year, first, last = self.as_of, calendar_year(period), period.first, period.last
        for kind in selection.kinds:
            for event in self.facts.events.get(kind, ()):
                if event.day > as_of:
                    continue
                if selection.in_force:
                    if not self.is_in(event, selection, period):
                        continue
                elif event.year != year if year is not None else not first <= event.day <= last:
                    continue
                if self.picks(event, selection, above=above):
                    found[event.id] = event
        return sorted(found.values(), key=DAY_AND_ID)

    def is_in(self, event: Event, selection: Selection, period: Period) -> bool:
        """Say whether an event counts in a period; what lasts, whether it is in force on the last day to be judged."""
        if not selection.in_force:
            return belongs(event, period)
        day = min(self.as_of, period.last)
        return event.day <= day and (event.until is None or event.until >= day)

    def is_still_open(self, event: Event, period: Period) -> bool:
        """Say whether an event happened before a period and has not ended on the last day of it that can be judged."""
        day = min(self.as_of, period.last)
        began = event.day < period.first and event.day <= day and not belongs(event, period)
        return began and (event.until is None or event.until >= day)

    def picks(self, event: Event, selection: Selection, *, above: bool = False) -> bool:
        """Say whether an event is one that a selection asks for: by whose it is and by what it is like."""
        if event.above and not above:
            return False
        if selection.whose is not None and (event.owner == 0) != (selection.whose == "own"):
            return False
        return not selection.where or self.fits(event, selection.where)

    def fits(self, event: Event, conditions: Conditions) -> bool:
        """Say whether an event is what all conditions ask; a property that was not recorded is not."""
        return all(
            self.holds(self.property_of(event, name), condition) for name, condition in conditions.items()
        )

    def holds(self, value: object, condition: Condition | bool | str) -> bool:
        """Hold one property against one condition."""
        if not isinstance(condition, Condition):
            return value == condition
        if condition.equals is not None:
            return value == condition.equals
        if condition.one_of:
            return value in condition.one_of
        return isinstance(value, Decimal) and self.within(value, condition.amounts())

    def within(self, figure: Decimal, bounds: Mapping[str, Decimal | str]) -> bool:
        """Say whether a figure keeps all bounds."""
        return all(COMPARE[name](figure, self.amount(bound)) for name, bound in bounds.items())

    def lacking_of(self, event: Event, conditions: Conditions) -> tuple[str, ...]:
        """Return the names of what was not recorded of an event that could still be what all conditions ask.

        Nothing where a recorded property already is not what is asked.
        """
        absent: list[str] = []
        for name, condition in conditions.items():
            missing = self.unrecorded(event, name)
            if not missing and not self.holds(self.property_of(event, name), condition):
                return ()
            absent += missing
        return tuple(dict.fromkeys(absent))

    def unrecorded(self, event: Event, name: str) -> tuple[str, ...]:
        """Return which recorded properties a property would need and does not have."""
        derived = DERIVED.get(name)
        if derived is None:
            return () if name in event.values else (name,)
        if derived.quotient is not None:
            return tuple(one for one in derived.quotient if one not in event.values)
        return (name,) if derived.of_expected and not event.expected else ()

    def property_of(self, event: Event, name: str) -> object:
        """Return a property: a recorded one, or one that follows from who was there."""
        derived = DERIVED.get(name)
        if derived is None:
            return event.values.get(name)
        if derived.quotient is not None:
            top, bottom = (event.values.get(one) for one in derived.quotient)
            return (
                top / bottom if isinstance(top, Decimal) and isinstance(bottom, Decimal) and bottom else None
            )
        people = getattr(event, derived.people)
        if derived.among is not None:
            among = {one.key for one in self.population(derived.among) if one.on(event.day)}
            people = people & among
        if not derived.of_expected:
            return Decimal(len(people))
        return Decimal(len(people & event.expected)) / len(event.expected) if event.expected else None

    def population(self, name: str) -> Sequence[Individual]:
        """Return who belongs to a population, at any time."""
        return self.facts.populations.get(name, ())

    def declared(self, kinds: Iterable[str], period: Period) -> bool:
        """Say whether the ledgers of all kinds were declared complete for a whole period, as far as the closing date left it."""
        if self.closed and period.first <= self.moment.closing < period.last:
            period = Period(period.first, self.moment.closing, period.label)
        key = (tuple(kinds), period)
        known = self.facts.asked.get(key)
        if known is None:
            held = self.facts.declared
            known = self.facts.asked[key] = all(covered(period, held.get(kind, ())) for kind in key[0])
        return known

    def words(self, kinds: Iterable[str]) -> str:
        """Return the Chinese names of facts."""
        return "、".join(title_of(kind) for kind in kinds)


COMPARE = {
    "at_least": lambda figure, bound: figure >= bound,
    "at_most": lambda figure, bound: figure <= bound,
    "above": lambda figure, bound: figure > bound,
    "below": lambda figure, bound: figure < bound,
}


def belongs(event: Event, period: Period) -> bool:
    """Say whether an event counts in a period: in a whole calendar year by its 所属年度, else by its day.

    A stretch of the same days under another name (a cycle, "by the year's end") goes by the day.
    """
    year = calendar_year(period)
    return period.holds(event.day) if year is None else event.year == year


def calendar_year(period: Period) -> int | None:
    """Return which calendar year a period is by its name too; None where it is any other stretch of days.

    >>> calendar_year(year_of(2026)), calendar_year(Period(date(2026, 1, 1), date(2026, 12, 31), "考核周期"))
    (2026, None)
    """
    year = period.first.year
    return year if period == year_of(year) else None


@lru_cache(maxsize=256)
def period_of(name: str, moment: Moment) -> Period:
    """Return the stretch of days that a window's name means under the circumstances.

    >>> cycle = Period(date(2025, 11, 1), date(2026, 10, 31), "考核期")
    >>> period_of("last_completed_quarter", Moment(date(2026, 10, 31), 2026, cycle, date(2026, 12, 31))).label
    '2026年第三季度'
    """
    if name == "cycle_period":
        return moment.cycle
    if name == "calendar_year":
        return year_of(moment.year)
    if name == "previous_year":
        return year_of(moment.year - 1)
    if name == "two_years":
        last = year_of(moment.year).last
        return Period(date(moment.year - 1, 1, 1), last, f"{moment.year - 1}—{moment.year}年")
    if name == "by_year_end":
        whole = year_of(moment.year)
        return Period(whole.first, whole.last, f"{moment.year}年12月底前")
    if name in FESTIVALS:
        begin, end, words = FESTIVALS[name]
        return Period(date(moment.year, *begin), date(moment.year, *end), f"{moment.year}年{words}")
    if name in ("july", "january"):
        month = 7 if name == "july" else 1
        first = date(moment.year, month, 1)
        return Period(first, Span(1, "day").before(add_months(first, 1)), f"{moment.year}年{month}月")
    per = COMPLETED[name]
    years = Period(date(moment.as_of.year - 1, 1, 1), date(moment.as_of.year, 12, 31), "")
    return [piece for piece in buckets(years, per) if piece.is_over(moment.as_of)][-1]
