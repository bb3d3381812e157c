"""Writing a practice: a new one, the next text of a draft, and the criteria of an edition to choose from."""

from dataclasses import dataclass, field
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiangji.lib.sent import seen_version
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.practices.exceptions import Locked, NotAllowed, Problem, Refused
from qiangji.practices.fields import FIELDS, LIMITS
from qiangji.practices.models import Practice, PracticeText
from qiangji.practices.permissions import acts, who_may
from qiangji.practices.selectors.criteria import (
    criteria_of,
    criterion_chosen,
    edition_named,
    editions_for,
)
from qiangji.practices.services.writing import start_practice, write_text
from qiangji.practices.states import WRITABLE, Side, State
from qiangji.practices.views.lookup import gone_to, readable, refuse_recommending
from qiangji.practices.wording import Words
from qiangji.standards.models import Edition

HELP = {
    "title": "一句话说清做了什么，例如“党课提纲提前一周公示”。",
    "situation": "原来怎样、难在哪里。",
    "action": "谁牵头、分几步、用到什么，别的单位照着能做。",
    "outcome": "写数字和起止时间，例如“到会率由 78% 提高到 95%（2025 年 1 月至 9 月）”。",
    "contact_post": "写岗位，例如“院党委办公室，内线 6021”，不写个人姓名和手机号。",
}
ROWS = {"situation": 3, "action": 8, "outcome": 4}


@dataclass
class Form:
    """What the form shows: who recommends, the values as stored or typed, what does not fit."""

    organizations: list[Organization]
    organization: Organization
    editions: list[Edition]
    edition: Edition | None
    code: str
    words: Words
    row: Practice | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def fields(self) -> list[dict[str, object]]:
        """The text fields in order, each with its value and what does not fit in it."""
        return [
            {
                "name": name,
                "label": FIELDS[name],
                "value": value,
                "help": HELP[name],
                "limit": LIMITS[name],
                "rows": ROWS.get(name, 0),
                "optional": name == "situation",
                "problems": [one for one in self.problems if one.field == name],
            }
            for name, value in self.words.items()
        ]


@login_required
@require_GET
def criteria(request: HttpRequest) -> HttpResponse:
    """The criteria of an edition, as the options of the form's list."""
    reach = request_reach(request)
    editions = list(Edition.objects.visible_to(reach).filter(status=Edition.Status.PUBLISHED))
    edition = edition_named(editions, request.GET.get("edition", ""))
    return render(request, "practices/_criteria.html", {"criteria": criteria_of(edition), "code": ""})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Recommend a practice."""
    reach = request_reach(request)
    nodes = reach.nodes_with(Permission.SUBMIT_PRACTICE, own=True)
    organizations = list(Organization.objects.on(reach.day).filter(pk__in=nodes).order_by("path"))
    if not organizations:
        raise refuse_recommending()
    data = request.POST if request.method == "POST" else request.GET
    organization = next(
        (one for one in organizations if str(one.public_id) == data.get("organization")), organizations[0]
    )
    editions = editions_for(reach, organization)
    edition = edition_named(editions, data.get("edition", "")) or next(iter(editions), None)
    form = Form(organizations, organization, editions, edition, data.get("code", ""), Words.read(data))
    if request.method == "GET":
        return shown(request, form)
    try:
        row = start_practice(
            reach=reach,
            organization=organization,
            criterion=criterion_chosen(editions, data.get("edition", ""), form.code),
            words=form.words,
            at=moment_of(request),
        )
    except Refused as error:
        form.problems = error.problems
        return shown(request, form, status=409)
    messages.success(request, "已存为草稿。核对无误、附件传好以后，点“提交审定”。")
    return gone_to(request, reverse("practices:one", args=[row.public_id]))


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write the next text of a draft or of what was returned."""
    row = readable(request, public_id)
    reach = request_reach(request)
    if not acts(reach, row, Side.OWN):
        raise PermissionDenied(f"填写好做法由{who_may(row, Side.OWN)}办理。")
    editions = editions_for(reach, row.organization)
    text = PracticeText.objects.select_related("criterion__edition").get(practice=row, number=row.number)
    editions += [text.criterion.edition] if text.criterion.edition not in editions else []
    form = Form(
        [row.organization], row.organization, editions, text.criterion.edition, text.criterion.code,
        Words.of(text), row,
    )  # fmt: skip
    if request.method == "GET":
        if row.state not in WRITABLE:
            messages.info(request, f"状态是“{State(row.state).label}”，内容已锁定；要改请先收回或修订。")
            return redirect("practices:one", row.public_id)
        return shown(request, form)
    form.words, form.code = Words.read(request.POST), request.POST.get("code", "")
    form.edition = edition_named(editions, request.POST.get("edition", ""))
    try:
        write_text(
            reach=reach,
            row=row,
            criterion=criterion_chosen(editions, request.POST.get("edition", ""), form.code),
            words=form.words,
            seen_version=seen_version(request),
            at=moment_of(request),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except (Refused, Locked) as error:
        form.problems = error.problems if isinstance(error, Refused) else [Problem("", str(error))]
        return shown(request, form, status=409)
    messages.success(request, "已保存。")
    return gone_to(request, reverse("practices:one", args=[row.public_id]))


def shown(request: HttpRequest, form: Form, status: int = 200) -> HttpResponse:
    """Draw the form, or its body alone for a script (always with 200, since htmx swaps nothing else)."""
    context = {
        "form": form,
        "criteria": criteria_of(form.edition),
        "code": form.code,
        "criterion_problems": [one for one in form.problems if one.field == "criterion"],
        "version": seen_version(request)
        if request.method == "POST"
        else (form.row.version if form.row else ""),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "practices/_form_body.html", context)
    return render(request, "practices/form.html", context, status=status)
