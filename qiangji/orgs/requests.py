"""What every view needs of a request: the moment it came, and what its user reaches (read once)."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from qiangji.accounts.requests import signed_in_user
from qiangji.orgs.reach import Reach, reach_of


def moment_of(request: HttpRequest) -> datetime:
    """Return the moment of the request: the one place where pages read the clock."""
    moment = getattr(request, "qiangji_moment", None)
    if moment is None:
        moment = timezone.now()
        request.qiangji_moment = moment  # type: ignore[attr-defined]
    return moment


def request_reach(request: HttpRequest) -> Reach:
    """Return what the signed-in user reaches, read once per request."""
    reach = getattr(request, "qiangji_reach", None)
    if reach is None:
        reach = reach_of(signed_in_user(request), at=moment_of(request))
        request.qiangji_reach = reach  # type: ignore[attr-defined]
    return reach
