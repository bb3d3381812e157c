"""The calendar that is read from outside: one all-day event per day on which something is due. It says no more than that."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from icalendar import Calendar, Event

REFRESH = timedelta(hours=6)


def calendar_of(days: Mapping[date, int], *, name: str, feed: UUID, at: datetime) -> bytes:
    """Return the calendar as a file. An event keeps its identity while its day lasts, so that programs replace it.

    ``days`` says how many things are due on which day; no title, no name, no organization gets here.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Qiangji//Duties//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for day, count in days.items():
        event = Event()
        event.add("uid", f"{uuid5(feed, day.isoformat())}@qiangji")
        event.add("dtstamp", at)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", f"有 {count} 项事项到期：请登录查看")
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return calendar.to_ical()
