"""The workbench, and the pages shown when something is not there, not allowed, or went wrong.

Each error page says what happened in a sentence and what to do next. The page for our own failures is drawn without the request,
hence without session, user and context processors: whatever broke, the database included, cannot break it again.
"""

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from qiangji.lib.sent import page_before
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.web.workbench import desk_of


@login_required
@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person who signed in."""
    reach = request_reach(request)
    desk = desk_of(reach, at=moment_of(request))
    return render(request, "web/workbench.html", {"desk": desk, "has_seat": bool(reach.held)})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(render_to_string("web/error_400.html"), status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "web/error_403.html", {"message": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "web/error_404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_to_string("web/error_500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "web/error_csrf.html", {"before": page_before(request)}, status=403)


@require_GET
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Tell a watchdog whether the program answers and reaches its database; needs no sign-in, tells nothing else."""
    try:
        connection.ensure_connection()
        reached = connection.is_usable()
    except DatabaseError:
        reached = False
    words, status = ("ok", 200) if reached else ("database unreachable", 503)
    return HttpResponse(f"{words}\n", content_type="text/plain; charset=utf-8", status=status)
