"""Hold every page but the password page until a handed-out password is replaced."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

FREE = {"accounts:change_password", "accounts:sign_out", "accounts:sign_in"}


class FirstPasswordMiddleware:
    """Send a user with a handed-out password to the page where it is replaced."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or not user.must_change_password:
            return None
        if request.resolver_match is not None and request.resolver_match.view_name in FREE:
            return None
        if request.content_type == "application/json":
            return JsonResponse({"error": "请先修改初始密码，再继续填写。"}, status=403)
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(reverse("accounts:change_password"))
        return redirect("accounts:change_password")
