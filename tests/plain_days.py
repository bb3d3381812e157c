"""Days and stretches of days for the plain evaluation: counted one by one, nothing shared with the program's own."""

from dataclasses import dataclass
from datetime import date, timedelta

from qiangji.rules.facts import Event

DAY = timedelta(days=1)


def days(first: date, last: date) -> list[date]:
    return [first + number * DAY for number in range((last - first).days + 1)]


@dataclass(frozen=True)
class Window:
    """Days; ``year`` where the 所属年度 decides instead of the day."""

    first: date
    last: date
    year: int | None = None

    def takes(self, event: Event) -> bool:
        return event.year == self.year if self.year is not None else self.first <= event.day <= self.last


def whole_year(year: int, *, by_day: bool = False) -> Window:
    return Window(date(year, 1, 1), date(year, 12, 31), None if by_day else year)


def months_on(day: date, months: int) -> date:
    """The same day so many months on; the last that the month has."""
    count = day.year * 12 + day.month - 1 + months
    for number in range(day.day, 0, -1):
        try:
            return date(count // 12, count % 12 + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def moved(day: date, text: str, sign: int) -> date:
    number, unit = text.split()
    if unit.startswith("day"):
        return day + sign * int(number) * DAY
    return months_on(day, sign * int(number) * (12 if unit.startswith("year") else 1))
