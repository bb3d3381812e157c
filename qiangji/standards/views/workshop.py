"""The workshop's page: the table on the bench beside its original, and every correction a person makes on it.

A browser without script gets whole pages and is led back to where it was. The script gets only the pieces that changed:
200 with pieces, 422 with the reason (or the form with its errors), 409 with everything where somebody else went on.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.accounts.requests import signed_in_user
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.standards.models import Draft
from qiangji.standards.views.board import Board, Piece, board_of, changed, everything
from qiangji.standards.views.editors import Editor, editor_of
from qiangji.standards.views.lookup import is_script, managed_draft, may_manage, visible_draft
from qiangji.standards.views.original import blocks_of, wheres_of
from qiangji.standards.workshop.checks import problems
from qiangji.standards.workshop.exceptions import (
    DraftClosed,
    DraftMoved,
    NothingToUndo,
    OperationRefused,
)
from qiangji.standards.workshop.publishing import obstacles
from qiangji.standards.workshop.selectors import DraftPage, draft_page, state_at
from qiangji.standards.workshop.services import apply, redo, undo

Act = Callable[[Draft, int], Draft]
REFUSALS = (OperationRefused, NothingToUndo, DraftClosed)
RESERVED = frozenset({"csrfmiddlewaretoken", "seen", "arguments"})
MOST_STEPS = 60
NOT_UNDERSTOOD = "这一步的内容不完整，请刷新页面后再试。"


@login_required
@require_GET
def show_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The work page; for whoever may only look, and once the draft is closed, the same page to read."""
    draft = visible_draft(request, draft_id)
    page = draft_page(draft)
    may_edit = draft.is_open and may_manage(request_reach(request), draft)
    wheres = wheres_of(page.lines)
    board = board_of(page.state, page.findings, wheres)
    blocks, columns = blocks_of(page.lines)
    fast = pieces_context(page, board, may_edit=may_edit, wheres=wheres)
    fast |= {"blocks": blocks, "columns": columns}
    context = {"draft": draft, "page": page, "board": board, "may_edit": may_edit, "base": base_of(draft)}
    context |= {
        name: drawn(request, name, fast)
        for name in ("bar", "findings", "details", "body", "vetoes", "history", "original")
    }
    return render(request, "standards/workshop/draft.html", context)


def base_of(draft: Draft) -> str:
    """Return the draft's own address, under which all its others lie."""
    return reverse("standards:draft", args=[draft.public_id])


def pieces_context(
    page: DraftPage, board: Board, *, may_edit: bool, wheres: tuple[str, ...]
) -> dict[str, Any]:
    """Return what the compiled fragments need."""
    return {
        "board": board,
        "turns": page,
        "seen": page.seen,
        "base": base_of(page.draft),
        "may_edit": may_edit,
        "wheres": wheres,
        "most_steps": MOST_STEPS,
        "oob": False,
    }


def drawn(request: HttpRequest, name: str, context: dict[str, Any]) -> SafeString:
    """Return a compiled fragment as markup; that engine has escaped what it wrote."""
    return mark_safe(render_to_string(f"standards/workshop/_{name}.html", context, request, using="fast"))


# ---- corrections ---------------------------------------------------------------------------------------------------


@login_required
@require_POST
def operate(request: HttpRequest, draft_id: UUID, operation: str) -> HttpResponse:
    """Make one correction."""
    draft = managed_draft(request, draft_id)
    try:
        arguments = read_arguments(request.POST)
    except ValueError:
        return refused(request, draft, NOT_UNDERSTOOD)
    by, at = signed_in_user(request), moment_of(request)

    def act(draft: Draft, seen: int) -> Draft:
        return apply(draft=draft, operation=operation, arguments=arguments, seen=seen, by=by, at=at)

    key = str(arguments.get("key", ""))
    return carried_out(request, draft, act, key=key, refuse=lambda words: refused(request, draft, words))


def read_arguments(data: QueryDict) -> dict[str, Any]:
    """Return an operation's arguments: the form's fields, over those that a button brings ready made."""
    ready = json.loads(data.get("arguments") or "{}")
    if not isinstance(ready, dict):
        raise ValueError("arguments are an object")
    return ready | {name: data[name] for name in data if name not in RESERVED}


@login_required
@require_POST
def undo_step(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Take the last step back."""
    return turned(request, draft_id, undo)


@login_required
@require_POST
def redo_step(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Make a step again that was taken back."""
    return turned(request, draft_id, redo)


def turned(request: HttpRequest, draft_id: UUID, service: Callable[..., Draft]) -> HttpResponse:
    """Step back or forth through what was done."""
    draft = managed_draft(request, draft_id)
    by, at = signed_in_user(request), moment_of(request)

    def act(draft: Draft, seen: int) -> Draft:
        return service(draft=draft, seen=seen, by=by, at=at)

    return carried_out(request, draft, act, key="", refuse=lambda words: refused(request, draft, words))


@login_required
@require_http_methods(["GET", "POST"])
def edit_item(request: HttpRequest, draft_id: UUID, key: str) -> HttpResponse:
    """The form of one item, in its row or as a page of its own; saving it is one correction."""
    draft = managed_draft(request, draft_id)
    page = draft_page(draft)
    editor = editor_of(page.state, key)
    if editor is None:
        raise Http404
    if request.method == "GET":
        form = editor.form(initial=editor.initial, auto_id=f"{key}-%s")
        return editor_page(request, page, editor, form)
    form = editor.form(request.POST, initial=editor.initial, auto_id=f"{key}-%s")
    if not form.is_valid():
        return editor_page(request, page, editor, form, status=422)
    by, at = signed_in_user(request), moment_of(request)

    def act(draft: Draft, seen: int) -> Draft:
        for operation, arguments in editor.steps(form):
            draft = apply(draft=draft, operation=operation, arguments=arguments, seen=seen, by=by, at=at)
        return draft

    def refuse(words: str) -> HttpResponse:
        form.add_error(None, words)
        return editor_page(request, draft_page(draft), editor, form, status=422)

    return carried_out(request, draft, act, key=key, refuse=refuse)


def editor_page(
    request: HttpRequest, page: DraftPage, editor: Editor, form: Form, *, status: int = 200
) -> HttpResponse:
    """Draw a form: alone for a script, in the page frame for a browser without one."""
    context = {"editor": editor, "form": form, "seen": page.seen, "base": base_of(page.draft)}
    context |= editor.more | {"draft": page.draft}
    if is_script(request):
        return render(request, editor.template, context, status=status)
    context["fragment"] = editor.template
    return render(request, "standards/workshop/editor.html", context, status=200 if status == 422 else status)


# ---- answers -------------------------------------------------------------------------------------------------------


def carried_out(
    request: HttpRequest, draft: Draft, act: Act, *, key: str, refuse: Callable[[str], HttpResponse]
) -> HttpResponse:
    """Do something to a draft and answer with what it changed, or with why it could not be done."""
    try:
        seen = int(request.POST.get("seen", ""))
    except ValueError:
        return refuse(NOT_UNDERSTOOD)
    try:
        after = act(draft, seen)
    except DraftMoved as error:
        return moved(request, draft, str(error), refuse)
    except REFUSALS as error:
        return refuse(str(error))
    if not is_script(request):
        return redirect(f"{base_of(draft)}#{key or 'w-body'}")
    page = draft_page(after)
    wheres = wheres_of(page.lines)
    now = board_of(page.state, page.findings, wheres)
    was = state_at(after, seen)
    before = board_of(was, [*problems(was), *obstacles(was, publishing=True)], wheres)
    return pieces_response(request, page, now, changed(before, now), wheres)


def moved(
    request: HttpRequest, draft: Draft, words: str, refuse: Callable[[str], HttpResponse]
) -> HttpResponse:
    """Somebody else went on: show how the draft stands now, and keep what this person typed."""
    if not is_script(request):
        return refuse(words)
    draft.refresh_from_db()
    page = draft_page(draft)
    wheres = wheres_of(page.lines)
    board = board_of(page.state, page.findings, wheres)
    response = pieces_response(request, page, board, everything(board), wheres)
    response.status_code = 409
    response["X-Reason"] = quote(words)
    return response


def refused(request: HttpRequest, draft: Draft, words: str) -> HttpResponse:
    """Say why something was not done, where the person is."""
    if is_script(request):
        return render(request, "standards/workshop/_refused.html", {"message": words}, status=422)
    messages.error(request, words)
    return redirect(base_of(draft))


def pieces_response(
    request: HttpRequest, page: DraftPage, board: Board, pieces: list[Piece], wheres: tuple[str, ...]
) -> HttpResponse:
    """Return pieces of the page, each of which replaces the element with its id."""
    may_edit = page.draft.is_open and may_manage(request_reach(request), page.draft)
    context = pieces_context(page, board, may_edit=may_edit, wheres=wheres) | {"pieces": pieces}
    response = HttpResponse(drawn(request, "pieces", context))
    response["Cache-Control"] = "private, no-store"
    return response
