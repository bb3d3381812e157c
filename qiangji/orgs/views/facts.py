"""What the pages of states, departments and terms share: the form page that goes back to its list, and the rights."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from qiangji.orgs.authorization import Permission
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.views.access import refusal


@dataclass(frozen=True)
class FactPage:
    """The words of a form page about a fact of an organization, and where it goes back to."""

    title: str
    verb: str
    done: str
    back: str
    about: str = ""


def answer(
    request: HttpRequest,
    organization: Organization,
    form: Form,
    page: FactPage,
    act: Callable[[dict[str, Any]], object],
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form about a fact; when it is sent and the service accepts it, go back to the list it belongs to."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except OrganizationError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, page.done)
            return redirect(page.back)
    data = {"organization": organization, "form": form, "page": page} | (context or {})
    return render(request, "orgs/fact_form.html", data)


def need(reach: Reach, permission: Permission, organization: Organization) -> None:
    """Refuse (PermissionDenied) who does not hold a right inside the organization's own Party line."""
    if not reach.allows_at(permission, organization.path):
        raise refusal(permission, f"“{organization.short_name}”或其上级党组织")


def chosen_day(request: HttpRequest, today: date) -> date:
    """Return the day that a page is asked for (``?on=2026-03-01``), today where there is none or no such day."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return today
