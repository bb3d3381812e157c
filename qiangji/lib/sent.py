"""What a page's own form sends back: read as what it means; what was tampered with fits nothing, and is never an error."""

from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

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


def page_before(request: HttpRequest) -> str:
    """Return the address of the page from which one came, with what was asked there; empty where it is not ours."""
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(before)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
