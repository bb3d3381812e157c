"""The recording form: one page for one evening of several kinds, for a new record and for changing one.

Which kinds are chosen decides what is asked; a tap on a kind posts the form back with ``redraw`` and gets it anew with
everything typed still in it. Scripted browsers swap the form's body only, others get the page.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.files.exceptions import FileRefused
from qiangji.files.kinds import ACCEPT, ACCEPTED
from qiangji.ledgers import selectors
from qiangji.ledgers.entry import (
    ADDED,
    Line,
    added_by_hand,
    asks_for_people,
    attendance_posted,
    form_values,
    has_keynote,
    input_from,
    lines_for,
    started_from,
)
from qiangji.ledgers.exceptions import Clash, LedgersError
from qiangji.ledgers.forms import NOTICE, RecordForm, person_text
from qiangji.ledgers.models import Attendance, Record, RecordTemplate
from qiangji.ledgers.people import MOST_OFFERED, found_by, numbers_of, people_of
from qiangji.ledgers.services.files import attach_file
from qiangji.ledgers.services.records import AttendanceInput, RecordInput, Saved, record_input_of, save_record
from qiangji.ledgers.views.access import (
    RECORD,
    ledger_organization,
    readable_record,
    recordable_kinds,
    writable_record,
)
from qiangji.ledgers.views.differences import Difference, differences
from qiangji.ledgers.vocabulary import LedgerKind, kind_of
from qiangji.members.models import Person
from qiangji.orgs.models import Organization
from qiangji.orgs.requests import moment_of, request_reach

GET_OR_POST = ["GET", "POST"]
MOST_FOUND = 12
STAYED = [
    (Attendance.Presence.PRESENT, "到会"),
    (Attendance.Presence.LEAVE, "请假"),
    (Attendance.Presence.ABSENT, "缺席"),
]


@dataclass
class Page:
    """The form as it stands: whose, of which kinds, what is typed, and who is listed."""

    organization: Organization
    kinds: tuple[str, ...]
    offered: list[LedgerKind]
    form: RecordForm
    lines: list[Line] = field(default_factory=list)
    record: Record | None = None
    version: int | None = None
    clash: list[Difference] | None = None

    @property
    def chosen(self) -> list[LedgerKind]:
        return [kind_of(code) for code in self.kinds]

    @property
    def beside(self) -> list[LedgerKind]:
        """What may be the same evening's: the activities of the chosen kinds' groups."""
        groups = {kind.group for kind in self.chosen if kind.shape == "activity"}
        return [kind for kind in self.offered if kind.group in groups and kind.shape == "activity"]

    @property
    def further(self) -> list[LedgerKind]:
        """All other activities; an entry of a register stands alone."""
        if not any(kind.shape == "activity" for kind in self.chosen):
            return []
        shown = {*self.kinds, *(kind.code for kind in self.beside)}
        return [kind for kind in self.offered if kind.code not in shown and kind.shape == "activity"]

    @property
    def toggles(self) -> list[LedgerKind]:
        first = [kind for kind in self.chosen if kind not in self.beside]
        return first + self.beside


def kinds_asked(request: HttpRequest, offered: list[LedgerKind]) -> tuple[str, ...]:
    """Return the kinds that were chosen and that this person may record here, in the order of the vocabulary."""
    asked = set((request.POST if request.method == "POST" else request.GET).getlist("kind"))
    return tuple(kind.code for kind in offered if kind.code in asked)


def made_form(
    request: HttpRequest,
    organization: Organization,
    kinds: tuple[str, ...],
    data: Any,
    initial: dict[str, Any],
) -> RecordForm:
    """Return the form for these kinds."""
    reach = request_reach(request)
    return RecordForm(
        data,
        kinds=kinds,
        people=people_of(organization, reach.day),
        on=reach.day,
        among=Organization.objects.on(reach.day).visible_to(reach),
        initial=initial,
    )


def posted_day(request: HttpRequest) -> date:
    """Return the day that was typed, today where it cannot be read yet."""
    return read_day(request.POST.get("date", "")) or request_reach(request).day


def read_day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def page_posted(
    request: HttpRequest,
    organization: Organization,
    kinds: tuple[str, ...],
    offered: list[LedgerKind],
    *,
    bound: bool,
) -> tuple[Page, tuple[AttendanceInput, ...]]:
    """Return the form with what was typed: bound to be stored, or only drawn again for other kinds."""
    day = posted_day(request)
    given = attendance_posted(organization, request.POST.dict(), day)
    form = made_form(request, organization, kinds, request.POST if bound else None, request.POST.dict())
    added = added_by_hand(request.POST)
    lines = lines_for(organization, kinds, day, given, added) if asks_for_people(kinds) else []
    return Page(organization, kinds, offered, form, lines), given


@login_required
@require_http_methods(GET_OR_POST)
def new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Record something; without a kind, choose one first on the home page."""
    organization = ledger_organization(request, public_id, RECORD)
    offered = recordable_kinds(request_reach(request), organization)
    if request.method == "POST":
        return answer_posted(request, organization, offered, None)
    initial, kinds = started(request, organization, offered)
    if not kinds:
        return redirect(f"{reverse('ledgers:home')}?organization={organization.public_id}")
    day = initial["date"]
    lines = lines_for(organization, kinds, day, ()) if asks_for_people(kinds) else []
    form = made_form(request, organization, kinds, None, initial)
    return shown(request, Page(organization, kinds, offered, form, lines))


def started(
    request: HttpRequest, organization: Organization, offered: list[LedgerKind]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what a new form begins with and its kinds: a record to follow, a template, or what was the case last time."""
    today = request_reach(request).day
    day = read_day(request.GET.get("date", "")) or today
    allowed = {kind.code for kind in offered}
    if followed := request.GET.get("from"):
        record = readable_record(request, read_uuid(followed), "登记台账")
        data = record_input_of(record)
        values = form_values(data, today) | {"outcome": "", "end_date": None, "year": None}
        values |= {"title": "" if str(record.date.month) in record.title else record.title, "date": day}
        return values, tuple(code for code in data.kinds if code in allowed)
    if named := request.GET.get("template"):
        template: RecordTemplate = get_object_or_404(
            selectors.templates_for(organization), public_id=read_uuid(named)
        )
        return template_values(template, today) | {"date": day}, tuple(
            code for code in template.kinds if code in allowed
        )
    kinds = kinds_asked(request, offered)
    last = selectors.same_as_last(organization, kinds) if kinds else None
    return (started_from(last, today) if last else {}) | {"date": day}, kinds


def template_values(template: RecordTemplate, on: date) -> dict[str, Any]:
    """Return a template's values as the form shows them; the host is kept by public id."""
    values = dict(template.values)
    if values.get("host"):
        host = Person.objects.filter(public_id=values["host"]).first()
        values["host"] = person_text(host, numbers_of([host], on).get(host.pk, "")) if host else ""
    return values


def read_uuid(text: str) -> UUID:
    """Return an id from an address; one that names nothing where it is none, so that the look-up ends in 404."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@login_required
@require_http_methods(GET_OR_POST)
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a record, or look a draft through and confirm it."""
    record = writable_record(request, public_id, "修改台账记录")
    organization = record.organization
    offered = recordable_kinds(request_reach(request), organization)
    if request.method == "POST":
        return answer_posted(request, organization, offered, record)
    data = record_input_of(record)
    given = kept_attendance(record)
    lines = lines_for(organization, data.kinds, record.date, given) if asks_for_people(data.kinds) else []
    if given:
        held = {one.person.pk for one in given}
        lines = [line for line in lines if line.person.pk in held]
    form = made_form(request, organization, data.kinds, None, form_values(data, request_reach(request).day))
    return shown(request, Page(organization, data.kinds, offered, form, lines, record, record.version))


def kept_attendance(record: Record) -> tuple[AttendanceInput, ...]:
    """Return who stands in a record's list."""
    return tuple(
        AttendanceInput(person=row.person, presence=row.presence, is_keynote=row.is_keynote)
        for row in record.attendances.select_related("person").order_by("person__pinyin", "person__name")
    )


def answer_posted(
    request: HttpRequest, organization: Organization, offered: list[LedgerKind], record: Record | None
) -> HttpResponse:
    """Draw the form anew for other kinds, or store it; what is refused comes back with everything typed."""
    redraw = "redraw" in request.POST
    kinds = kinds_asked(request, offered)
    if record is not None:
        kinds = kinds or tuple(row.kind for row in record.kinds.all())
    page, given = page_posted(request, organization, kinds, offered, bound=not redraw)
    page.record = record
    page.version = read_number(request.POST.get("version", "")) if record else None
    if redraw:
        return shown(request, page)
    if not kinds:
        page.form.add_error(None, "请至少选择一种类型。")
    if not page.form.is_valid():
        return shown(request, page)
    try:
        saved = stored(request, page, given)
    except Clash as error:
        return shown_clash(request, page, error)
    except LedgersError as error:
        for problem in error.problems:
            page.form.add_error(problem.field if problem.field in page.form.fields else None, problem.message)
        return shown(request, page)
    attach(request, saved.record)
    for notice in saved.notices:
        messages.warning(request, notice)
    return gone_to(request, f"{reverse('ledgers:record', args=[saved.record.public_id])}?saved=1")


def read_number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def stored(request: HttpRequest, page: Page, given: tuple[AttendanceInput, ...]) -> Saved:
    """Hand the form to the service."""
    base: RecordInput | None = record_input_of(page.record) if page.record else None
    attendance = given if asks_for_people(page.kinds) and given else None
    data = input_from(page.form, page.kinds, attendance, base)
    return save_record(
        organization=page.organization,
        data=data,
        by=signed_in_user(request),
        at=moment_of(request),
        record=page.record,
        seen_version=page.version,
    )


def attach(request: HttpRequest, record: Record) -> None:
    """Hang the files that came along on the record; a refused one is named, the record stands."""
    for upload in request.FILES.getlist("files"):
        try:
            attach_file(record=record, upload=upload, by=signed_in_user(request), at=moment_of(request))
        except (FileRefused, LedgersError) as error:
            messages.error(request, f"附件没有保存：{error}")


def shown_clash(request: HttpRequest, page: Page, error: Clash) -> HttpResponse:
    """Show what another person stored meanwhile beside what is typed here; saving again decides for the latter."""
    record = readable_record(request, page.record.public_id, "修改台账记录") if page.record else None
    if record is None:
        raise error
    theirs = form_values(record_input_of(record), request_reach(request).day)
    page.clash = differences(page.form, theirs)
    page.version = error.version
    return shown(request, page, status=409)


def gone_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send the browser on: by htmx's own header where it asked by script."""
    if request.htmx:  # type: ignore[attr-defined]
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        return response
    return redirect(address)


def shown(request: HttpRequest, page: Page, status: int = 200) -> HttpResponse:
    """Draw the page, or its body alone for a script (always with 200, since htmx swaps nothing else)."""
    reach = request_reach(request)
    scripted = bool(request.htmx)  # type: ignore[attr-defined]
    offers: list[str] = []
    if page.form.people_named():
        likely = list(people_of(page.organization, reach.day).order_by("pinyin", "name")[:MOST_OFFERED])
        numbers = numbers_of(likely, reach.day)
        offers = [person_text(person, numbers.get(person.pk, "")) for person in likely]
    context = {
        "page": page,
        "form": page.form,
        "organization": page.organization,
        "offers": offers,
        "stayed": STAYED,
        "asks_for_people": asks_for_people(page.kinds),
        "has_keynote": has_keynote(page.kinds),
        "proofs": [kind for kind in page.chosen if kind.proof],
        "accept": ACCEPT,
        "accepted": ACCEPTED,
        "notice": NOTICE,
        "month": (page.form["date"].value() or ""),
    }
    if scripted:
        return render(request, "ledgers/_record_body.html", context)
    return render(request, "ledgers/record_form.html", context, status=status)


@login_required
@require_GET
def people(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Return rows of people to add to an attendance list, found by what is typed."""
    organization = ledger_organization(request, public_id, RECORD)
    day = request_reach(request).day
    typed = request.GET.get("find", "").strip()
    found = list(found_by(people_of(organization, day), typed, day)[:MOST_FOUND]) if typed else []
    numbers = numbers_of(found, day)
    rows = [
        Line(person, Attendance.Presence.PRESENT, False, ADDED, numbers.get(person.pk, ""))
        for person in found
    ]
    context = {"rows": rows, "typed": typed, "stayed": STAYED, "has_keynote": "keynote" in request.GET}
    return render(request, "ledgers/_people.html", context)
