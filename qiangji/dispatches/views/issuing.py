"""Issuing: what is asked, of whom, until when, who follows it up."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qiangji.dispatches.exceptions import NotAllowed, Refused
from qiangji.dispatches.models import TEXT, TITLE
from qiangji.dispatches.permissions import who_issues
from qiangji.dispatches.selectors.targets import bodies_of, meetings_of, owners_of, targets_of
from qiangji.dispatches.services.issuing import Asked, issue
from qiangji.lib.sent import sent_day
from qiangji.lib.typed import typed_words
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.practices.selectors.criteria import criteria_of, criterion_chosen, edition_named
from qiangji.standards.models import Edition

MOST = 5000


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Issue a dispatch; a link may bring organization, edition, criterion and title with it."""
    reach = request_reach(request)
    bodies = bodies_of(reach)
    if not bodies:
        raise PermissionDenied(who_issues())
    data = request.POST if request.method == "POST" else request.GET
    body = next((one for one in bodies if str(one.public_id) == data.get("body")), bodies[0])
    form = Form(reach, bodies, body, data)
    if request.method == "GET":
        return render(request, "dispatches/form.html", form.context())
    try:
        dispatch = issue(
            reach=reach, body=body, asked=form.asked(sent_day(request, "deadline")), at=moment_of(request)
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        return render(request, "dispatches/form.html", form.context(error.problems), status=409)
    messages.success(request, f"已下达给 {len(form.chosen)} 个单位。")
    return redirect("dispatches:item", dispatch.public_id)


class Form:
    """What the form offers from one body, and what was typed or brought along."""

    def __init__(self, reach: Reach, bodies: list[Organization], body: Organization, data: QueryDict) -> None:
        self.reach, self.bodies, self.body, self.data = reach, bodies, body, data
        self.chosen = chosen_ids(data.getlist("organization"))
        self.owners = list(owners_of(body, on=reach.day))
        self.meetings = meetings_of(body)
        editions = Edition.objects.visible_to(reach).filter(status=Edition.Status.PUBLISHED)
        self.editions = list(
            editions.select_related("standard").order_by("standard__title", "-year_of_effect")
        )

    def text(self, name: str) -> str:
        """Return a field as it is stored."""
        return typed_words(str(self.data.get(name, "")))

    def asked(self, deadline: Any) -> Asked:
        """Return what was typed as the service takes it."""
        owner = next((one for one in self.owners if str(one.public_id) == self.text("owner")), None)
        meeting = next((one for one in self.meetings if str(one.public_id) == self.text("meeting")), None)
        return Asked(
            title=self.text("title"),
            text=self.text("text"),
            organizations=list(self.chosen),
            deadline_date=deadline,
            owner=owner,
            criterion=criterion_chosen(self.editions, self.text("edition"), self.text("code")),
            meeting=meeting,
            needs_proof="needs_proof" in self.data,
        )

    def context(self, problems: list[str] | None = None) -> dict[str, Any]:
        """Return what the page is drawn with."""
        edition = edition_named(self.editions, self.text("edition"))
        owner = self.text("owner") or str(self.reach.user.public_id)
        return {
            "bodies": self.bodies,
            "body": self.body,
            "targets": targets_of(self.body, on=self.reach.day),
            "chosen": {str(one) for one in self.chosen},
            "owners": self.owners,
            "owner": owner,
            "meetings": self.meetings,
            "meeting": self.text("meeting"),
            "editions": self.editions,
            "edition": edition,
            "criteria": criteria_of(edition),
            "code": self.text("code"),
            "title": self.text("title"),
            "text": self.text("text"),
            "deadline": self.text("deadline"),
            "needs_proof": "needs_proof" in self.data,
            "problems": problems or [],
            "title_limit": TITLE,
            "text_limit": TEXT,
        }


def chosen_ids(values: list[str]) -> list[UUID]:
    """Return the organizations that were ticked, each once; what is no id cannot have been."""
    found: dict[UUID, None] = {}
    for value in values[:MOST]:
        try:
            found[UUID(value)] = None
        except ValueError:
            continue
    return list(found)
