"""What a page's own form sends back: read as what it means; what was tampered with fits nothing, and is never an error."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest

NO_VERSION = -1
NO_ID = UUID(int=0)


def seen_version(request: HttpRequest) -> int:
    """Return the version of a row on which somebody decided; ``NO_VERSION`` where the field was tampered with."""
    value = request.POST.get("seen_version", "")
    return int(value) if value.isdecimal() and len(value) < 10 else NO_VERSION


def sent_day(request: HttpRequest, name: str) -> date | None:
    """Return the day in a field, or None where there is none."""
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        return None


def sent_id(request: HttpRequest, name: str) -> UUID:
    """Return the public id in a field; ``NO_ID`` where there is none."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return NO_ID
