"""Writing a criterion's check: the usual shapes in a form, the rest as YAML, both the same entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.assessments.forms_checks import CheckForms, forms_of_data, forms_of_draft, typed, unchecked
from qiangji.assessments.selectors.check_offers import Offer, draft_from, offers_of
from qiangji.assessments.selectors.check_pages import EntryView, entry_view, versions_of
from qiangji.assessments.views.checks import decidable
from qiangji.orgs.requests import moment_of
from qiangji.standards.check_shapes import Draft, Line, draft_of
from qiangji.standards.check_text import entry_of_text, text_of_entry
from qiangji.standards.checks import CheckEntry
from qiangji.standards.exceptions import CheckMoved, CheckRefused, LibraryError
from qiangji.standards.models import Criterion, SiteCheck
from qiangji.standards.schema import CriterionSpec
from qiangji.standards.selectors import criterion_spec
from qiangji.standards.site_checks import checks_in_force, readable, write_check

ORIGINS = SiteCheck.Origin


@dataclass
class Editor:
    """The page while somebody writes: a form or a text, what it reads as, and what is wrong with it."""

    criterion: Criterion
    spec: CriterionSpec
    origin: str
    seen: int
    forms: CheckForms | None = None
    text: str = ""
    view: EntryView | None = None
    refused: str = ""
    problems: list[str] = field(default_factory=list)
    is_stale: bool = False

    @property
    def address(self) -> str:
        """Where the form is sent."""
        return reverse("assessments:check_edit", args=[self.criterion.edition.public_id, self.criterion.code])

    def refuse(self, error: CheckRefused | LibraryError) -> None:
        """Show what is wrong."""
        self.refused = (
            str(error) if isinstance(error, CheckRefused) else f"有 {len(error.messages)} 处要改，没有保存。"
        )
        self.problems = [] if error.messages == [self.refused] else error.messages


@login_required
@require_http_methods(["GET", "POST"])
def edit_check(request: HttpRequest, edition_id: UUID, code: str) -> HttpResponse:
    """Write a new version of a criterion's check, beginning with what there is or what its words offer."""
    criterion = decidable(request, edition_id, code)
    spec = criterion_spec(criterion)
    offers = offers_of(criterion.edition, spec)
    if request.method == "POST":
        editor = Editor(criterion, spec, origin_sent(request), seen_sent(request))
        done = answer(request, editor)
        if done is not None:
            return done
    else:
        editor = begin(request.GET.get("from", ""), criterion, spec, offers)
    context = {"edition": criterion.edition, "criterion": criterion, "editor": editor, "offers": offers}
    return render(request, "assessments/check_edit.html", context)


# ---- beginning ------------------------------------------------------------------------------------------------------


def begin(wanted: str, criterion: Criterion, spec: CriterionSpec, offers: list[Offer]) -> Editor:
    """Return the page with what one begins from: the version in work, the one in force, what the words offer, nothing."""
    versions = [line.version for line in versions_of(criterion.edition, criterion.code)]
    seen = versions[-1].number if versions else 0
    working = next((one for one in reversed(versions) if one.is_in_work), None)
    in_force = checks_in_force([criterion.edition])[criterion.edition_id].get(criterion.code)
    chosen: CheckEntry | None = None
    origin = ORIGINS.BLANK
    if wanted not in ("found", "blank"):
        chosen = readable(working.entry) if working is not None else in_force
        is_own = working is not None or any(one.state == SiteCheck.State.ADOPTED for one in versions)
        origin = ORIGINS.OWN if is_own else ORIGINS.SHIPPED
    editor = Editor(criterion, spec, str(origin), seen)
    if chosen is None:
        use_offers = wanted != "blank" and any(offer.line is not None for offer in offers)
        draft = draft_from(offers, spec) if use_offers else Draft(words="", lines=(Line(),))
        editor.origin = str(ORIGINS.FOUND if use_offers else ORIGINS.BLANK)
        editor.forms = forms_of_draft(draft, editor.address)
        return editor
    show(editor, chosen)
    return editor


def show(editor: Editor, entry: CheckEntry) -> None:
    """Show an entry in the form, or as text where the form cannot say all of it."""
    draft = draft_of(entry)
    if draft is not None:
        editor.forms = forms_of_draft(draft, editor.address)
    else:
        editor.text = text_of_entry(entry)
    editor.view = entry_view(entry, editor.spec)


def origin_sent(request: HttpRequest) -> str:
    """Return from where the version was begun, as the page said."""
    sent = request.POST.get("origin", "")
    return sent if sent in ORIGINS.values else str(ORIGINS.BLANK)


def seen_sent(request: HttpRequest) -> int:
    """Return the number of the newest version that the page knew."""
    sent = request.POST.get("seen", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 6 else 0


# ---- answering ------------------------------------------------------------------------------------------------------


def answer(request: HttpRequest, editor: Editor) -> HttpResponse | None:
    """Do what the button says. Return None where the page is shown again."""
    do = request.POST.get("do", "keep")
    if request.POST.get("mode") == "text":
        return answer_text(request, editor, do)
    if do in ("refresh", "add") or do.startswith("drop-"):
        rearrange(request, editor, do)
        return None
    editor.forms = forms_of_data(request.POST, editor.address)
    entry = editor.forms.entry(editor.spec)
    if entry is None:
        return None
    editor.view = entry_view(entry, editor.spec)
    if do == "as_text":
        editor.forms, editor.text = None, text_of_entry(entry)
    return keep(request, editor, entry) if do == "keep" else None


def answer_text(request: HttpRequest, editor: Editor, do: str) -> HttpResponse | None:
    """Read the text, and keep it or bring it into the form."""
    editor.text = request.POST.get("text", "")
    try:
        entry = entry_of_text(editor.text, editor.spec)
    except LibraryError as error:
        editor.refuse(error)
        return None
    editor.view = entry_view(entry, editor.spec)
    if do == "as_form":
        draft = draft_of(entry)
        if draft is None:
            editor.refused = "这条判定的写法表单里没有，只能用 YAML 改。"
        else:
            editor.forms, editor.text = forms_of_draft(draft, editor.address), ""
    return keep(request, editor, entry) if do == "keep" else None


def rearrange(request: HttpRequest, editor: Editor, do: str) -> None:
    """Redraw the form with a line more, a line less or other fields; nothing that was typed is lost or judged."""
    head, lines = typed(request.POST)
    if do == "add":
        lines.append(
            {"shape": "count", "per": "window", "bound": "at_least", "share": "100", "inner": "times"}
        )
    number = do.removeprefix("drop-")
    if number.isascii() and number.isdecimal() and len(lines) > 1 and int(number) < len(lines):
        del lines[int(number)]
    editor.forms = unchecked(head, lines, editor.address)
    entry = forms_of_data(request.POST, editor.address).entry(editor.spec) if do == "refresh" else None
    editor.view = entry_view(entry, editor.spec) if entry is not None else None


def keep(request: HttpRequest, editor: Editor, entry: CheckEntry) -> HttpResponse | None:
    """Store the entry as a new version and lead to its page; None where it was refused, with everything still there."""
    place = [editor.criterion.edition.public_id, editor.criterion.code]
    try:
        version = write_check(
            criterion=editor.criterion, entry=entry, origin=editor.origin, seen=editor.seen,
            by=signed_in_user(request), at=moment_of(request),
        )  # fmt: skip
    except CheckMoved as error:
        editor.refuse(error)
        editor.is_stale = True
        newest = versions_of(editor.criterion.edition, editor.criterion.code)
        editor.seen = newest[-1].version.number if newest else 0
        return None
    except CheckRefused as error:
        editor.refuse(error)
        return None
    messages.success(request, f"已存为第 {version.number} 版草稿。试算和核对样例以后再采用。")
    return redirect("assessments:check_work", *place)
