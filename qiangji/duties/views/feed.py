"""The calendar for programs outside: found by its token alone, read-only, and silent about everything but numbers."""

from datetime import timedelta

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from qiangji.duties.agenda import days_waiting, duties_of
from qiangji.duties.calendar_file import calendar_of
from qiangji.duties.limits import FEED_GUESSES, FEED_READS, HOUR, is_over
from qiangji.duties.services.feeds import feed_by_token
from qiangji.lib.dates import end_of, local_day
from qiangji.orgs.reach import reach_of
from qiangji.orgs.requests import moment_of

TOO_OFTEN = "读取过于频繁，请一小时后再试。"


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give out a person's calendar; 404 for an address that is unknown, withdrawn, or of an account that is closed."""
    at = moment_of(request)
    found = feed_by_token(token)
    if found is None:
        if is_over("feed-guess", str(get_client_ip_address(request)), FEED_GUESSES, at=at):
            return too_often()
        raise Http404
    if is_over("feed", str(found.pk), FEED_READS, at=at):
        return too_often()
    duties = duties_of(reach_of(found.owner, at=at), at=at)
    body = calendar_of(
        days_waiting(duties, at),
        name=f"{settings.SITE_NAME}待办",
        feed=found.public_id,
        at=end_of(
            local_day(at) - timedelta(days=1)
        ),  # the same all day long: a change is a change of what is due
    )
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, max-age=900"
    response["Content-Disposition"] = 'inline; filename="duties.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response


def too_often() -> HttpResponse:
    """Answer who asks too often."""
    response = HttpResponse(TOO_OFTEN, status=429, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(HOUR)
    return response
