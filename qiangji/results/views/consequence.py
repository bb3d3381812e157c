"""The page of one consequence: what was opened, by when, its notice; noting what was done, its number, its day, taking it back."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiangji.assessments.forms_vetoes import Act, Button, Refusal, form_of, words_field
from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import may_read, why_unreadable
from qiangji.lib.sent import sent_day
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.rectification.states import PENDING
from qiangji.results.exceptions import NotAllowed, ResultsError
from qiangji.results.models import Consequence
from qiangji.results.permissions import may_finish, may_number, may_take_back
from qiangji.results.services.consequence_acts import (
    postpone_consequence,
    record_number,
    withdraw_consequence,
)
from qiangji.results.services.consequences import NUMBER_LIMIT, WORDS_LIMIT, finish_consequence


def number_field(*, required: bool) -> forms.CharField:
    """Return the field of a notice's number."""
    attrs = {"maxlength": NUMBER_LIMIT, **({"required": True} if required else {})}
    return forms.CharField(
        label="通知文号" if required else "通知文号（可不填）",
        required=False,
        widget=forms.TextInput(attrs=attrs),
    )


class DoneForm(forms.Form):
    """What was done about it."""

    words = words_field("办理情况", 2, limit=WORDS_LIMIT)
    notice_number = number_field(required=False)


class NumberForm(forms.Form):
    """The number of its notice."""

    notice_number = number_field(required=True)


class DayForm(forms.Form):
    """Another day, and why."""

    deadline = forms.DateField(
        label="新的期限",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "required": True}, format="%Y-%m-%d"),
    )
    words = words_field("原因", 2, limit=WORDS_LIMIT)


class WithdrawForm(forms.Form):
    """Why it was opened by mistake."""

    words = words_field("原因", 2, limit=WORDS_LIMIT)


FORMS = {"finish": DoneForm, "number": NumberForm, "postpone": DayForm, "withdraw": WithdrawForm}


def visible_consequence(request: HttpRequest, consequence_id: UUID) -> Consequence:
    """Return a consequence of a sheet that may be read, or that one's own body sees to. Raises Http404, PermissionDenied."""
    reach = request_reach(request)
    rows = Consequence.objects.filter(sheet__in=Sheet.objects.visible_to(reach).order_by()).select_related(
        "organization__parent", "owner", "result", "rectification", "opened_by", "done_by", "withdrawn_by",
        "sheet__organization", "sheet__cycle__owner", "sheet__cycle__recognizer",
    )  # fmt: skip
    row = get_object_or_404(rows, public_id=consequence_id)
    if not may_read(reach, row.sheet) and not may_finish(reach, row):
        raise PermissionDenied(why_unreadable(row.sheet))
    return row


@login_required
@require_GET
def show(request: HttpRequest, consequence_id: UUID) -> HttpResponse:
    """One consequence, and what this person may do with it."""
    return page_of(request, visible_consequence(request, consequence_id))


def page_of(request: HttpRequest, row: Consequence, refused: Refusal | None = None) -> HttpResponse:
    """Draw the page, with what was typed where an act was refused."""
    reach = request_reach(request)
    acts = acts_on(row, reach, refused)
    context = {
        "row": row,
        "steps": row.steps.select_related("taken_by"),
        "is_open": not row.is_withdrawn and not row.is_done,
        "is_late": row.due_date < reach.day,
        "sheet_is_readable": may_read(reach, row.sheet),
        "acts": acts,
        "offered": [act.name for act in acts],
        "refused": refused,
    }
    return render(request, "results/consequence.html", context, status=409 if refused else 200)


def acts_on(row: Consequence, reach: Reach, refused: Refusal | None) -> list[Act]:
    """Return what this person may do with a consequence now."""
    is_open = not row.is_withdrawn and not row.is_done
    mending = row.rectification
    takes_back = is_open and may_take_back(reach, row)
    number = "更改通知文号" if row.notice_number else "登记通知文号"
    offers = [
        (is_open and mending is None and may_finish(reach, row), "finish", "登记办理情况", "登记"),
        (not row.is_withdrawn and may_number(reach, row), "number", number, "登记"),
        (takes_back and mending is None, "postpone", "调整期限", "调整"),
        (takes_back and (mending is None or mending.state in PENDING), "withdraw", "撤销这件事", "撤销"),
    ]
    notes = {"withdraw": "开错了才撤销；撤销以后可以重新开出，记录保留。"}
    return [
        Act(
            name, title, reverse(f"results:{name}", args=[row.public_id]), form_of(FORMS[name], name, refused),
            (Button(verb, "btn-primary" if name == "finish" else "btn-outline-secondary"),),
            note=notes.get(name, ""), is_folded=name != "finish",
        )
        for offered, name, title, verb in offers if offered
    ]  # fmt: skip


def acted(
    request: HttpRequest, row: Consequence, name: str, done: str, act: Callable[[], Consequence]
) -> HttpResponse:
    """Do one thing and go back to the page; what was refused is drawn with what was typed."""
    try:
        act()
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except ResultsError as error:
        return page_of(request, row, Refusal.of(request, name, FORMS[name], error))
    messages.success(request, done)
    return redirect("results:consequence", row.public_id)


@login_required
@require_POST
def finish(request: HttpRequest, consequence_id: UUID) -> HttpResponse:
    """Note what was done about it."""
    row, reach = visible_consequence(request, consequence_id), request_reach(request)
    if not may_finish(reach, row):
        names = "、".join(roles_that(Permission.ORDER_RECTIFICATION, own=False))
        raise PermissionDenied(f"办理情况由{row.owner.name}的{names}登记。")

    def act() -> Consequence:
        return finish_consequence(
            consequence=row, words=request.POST.get("words", ""),
            notice_number=request.POST.get("notice_number", ""), by=reach.user, at=moment_of(request),
        )  # fmt: skip

    return acted(request, row, "finish", "已登记办理情况。", act)


@login_required
@require_POST
def number(request: HttpRequest, consequence_id: UUID) -> HttpResponse:
    """Record the number of its notice."""
    row, typed = visible_consequence(request, consequence_id), request.POST.get("notice_number", "")

    def act() -> Consequence:
        reach, at = request_reach(request), moment_of(request)
        return record_number(reach=reach, consequence=row, number=typed, at=at)

    return acted(request, row, "number", "文号已登记，通知上会印出。", act)


@login_required
@require_POST
def postpone(request: HttpRequest, consequence_id: UUID) -> HttpResponse:
    """Give it another day."""
    row = visible_consequence(request, consequence_id)
    day: date | None = sent_day(request, "deadline")

    def act() -> Consequence:
        return postpone_consequence(
            reach=request_reach(request), consequence=row, deadline_date=day,
            words=request.POST.get("words", ""), at=moment_of(request),
        )  # fmt: skip

    return acted(request, row, "postpone", "期限已调整。", act)


@login_required
@require_POST
def withdraw(request: HttpRequest, consequence_id: UUID) -> HttpResponse:
    """Take it back."""
    row, words = visible_consequence(request, consequence_id), request.POST.get("words", "")

    def act() -> Consequence:
        reach, at = request_reach(request), moment_of(request)
        return withdraw_consequence(reach=reach, consequence=row, words=words, at=at)

    return acted(request, row, "withdraw", "已撤销。", act)
