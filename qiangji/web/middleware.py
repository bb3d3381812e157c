"""What holds for every answer: a strict content security policy, and a way back for whoever has to sign in again."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode

from qiangji.lib.sent import page_before

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    ]
)


class ContentSecurityPolicyMiddleware:
    """Set the policy unless the view set a stricter one of its own (downloads are sandboxed)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class WayBackMiddleware:
    """Bring people back to the page that they typed on, never to an address that only takes what is sent to it.

    Whoever sends a form after their sign-in ended is asked to sign in and goes on where the form is (its words are put
    back there, typed.js); whoever opens an address that only takes what is sent is told so, with a way on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == 302:
            sign_in, to = resolve_url(settings.LOGIN_URL), urlsplit(response.headers["Location"])
            if to.path == sign_in and REDIRECT_FIELD_NAME in parse_qs(to.query):
                before = page_before(request)
                asked = f"?{urlencode({REDIRECT_FIELD_NAME: before})}" if before else ""
                response.headers["Location"] = f"{sign_in}{asked}"
        elif request.method == "GET" and response.status_code == 405:
            allowed = response.headers["Allow"]
            response = render(request, "web/error_405.html", status=405)
            response.headers["Allow"] = allowed
        return response
