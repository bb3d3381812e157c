"""The list of rectifications, and one of them with its plan, its steps and its proofs."""

from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiangji.files.kinds import ACCEPT, ACCEPTED
from qiangji.orgs.authorization import Permission
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.rectification.models import Rectification
from qiangji.rectification.permissions import acts, may_see_names, why_unreadable
from qiangji.rectification.querysets import RectificationQuerySet
from qiangji.rectification.selectors.shown import sees_writing, shown_to
from qiangji.rectification.services.moves import (
    handed_in_by,
    leaders_for,
    missing_for,
    open_help,
    verified_by_another,
)
from qiangji.rectification.services.planning import WRITABLE
from qiangji.rectification.states import HANDED, OPEN, VERIFY, Move, Side, State, moves_from
from qiangji.rectification.views.lookup import readable

PER_PAGE = 50
READERS = (
    Permission.SEE_SUBMITTED_SHEET,
    Permission.MANAGE_RECTIFICATION,
    Permission.ORDER_RECTIFICATION,
)
MANY = 10


def may_list(reach: Reach) -> bool:
    """Say whether any role of this person reads rectifications anywhere."""
    return any(reach.may_somewhere(permission) for permission in READERS)


@login_required
@require_GET
def list_rectifications(request: HttpRequest) -> HttpResponse:
    """All rectifications in reach, the nearest deadline first: open ones, late ones, closed ones."""
    reach = request_reach(request)
    if not may_list(reach):
        raise PermissionDenied(why_unreadable())
    rows, day = Rectification.objects.visible_to(reach), reach.day
    counts = counts_of(rows, day)
    chosen, kind = request.GET.get("view", "open"), request.GET.get("kind", "")
    page = Paginator(narrowed(rows, day, chosen, kind), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, *items_told(reach, row)) for row in page],
        "day": day,
        "chosen": chosen if chosen in ("late", "verify", "over") else "open",
        "kind": kind,
        "kinds": Rectification.Kind.choices,
        "tabs": [
            ("open", "办理中", counts["open"]),
            ("late", "已逾期", counts["late"]),
            ("verify", "待核验", counts["verify"]),
            ("over", "已办结或撤销", counts["over"]),
        ],
    }
    return render(request, "rectification/list.html", context)


def counts_of(rows: RectificationQuerySet, day: date) -> dict[str, int]:
    """Count what stands under each tab of the list on a day: one statement."""
    return rows.order_by().aggregate(
        open=Count("pk", filter=Q(state__in=OPEN)),
        late=Count("pk", filter=Q(state__in=OPEN, deadline_date__lt=day)),
        verify=Count("pk", filter=Q(state=State.HANDED_IN)),
        over=Count("pk", filter=~Q(state__in=OPEN)),
    )


def narrowed(rows: RectificationQuerySet, day: date, chosen: str, kind: str) -> RectificationQuerySet:
    """Keep what stands under a tab, of one kind or of all, with its items counted, the nearest deadline first."""
    kept = {
        "late": rows.late_on(day),
        "verify": rows.filter(state=State.HANDED_IN),
        "over": rows.exclude(state__in=OPEN),
    }.get(chosen, rows.open())
    if kind in Rectification.Kind.values:
        kept = kept.filter(kind=kind)
    told = kept.with_last_help().select_related("organization", "ordered_by")
    return told.annotate(
        items_count=Count("items"),
        ordered_count=Count("items", filter=Q(items__criterion__isnull=False)),
        done_count=Count("items", filter=~Q(items__done="")),
    ).order_by("deadline_date", "organization__path", "pk")


def items_told(reach: Reach, row: Rectification) -> tuple[bool, bool]:
    """Say whether this person is told of all items of a listed one, and whether those they are told of are many."""
    is_whole = row.state in HANDED or sees_writing(reach, row)
    count: int = getattr(row, "items_count" if is_whole else "ordered_count")
    return is_whole, count >= MANY


def offered(reach: Reach, row: Rectification) -> list[Move]:
    """Return the moves this person may make now; withdrawing follows from the result and is not offered here."""
    return [move for move in moves_from(row.state) if move.verb != "withdraw" and acts(reach, row, move.side)]


@login_required
@require_GET
def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One rectification."""
    return page_of(request, readable(request, public_id))


def page_of(
    request: HttpRequest, row: Rectification, *, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """Draw the page, with what kept a step from being made where there is something."""
    reach = request_reach(request)
    own, orders = acts(reach, row, Side.OWN), acts(reach, row, Side.ORDERER)
    moves = offered(reach, row)
    verifies = any(move.verb == VERIFY for move in moves)
    is_own = verifies and handed_in_by(row, reach.user)
    names = may_see_names(reach, row)
    shown = shown_to(reach, row)
    context = {
        "row": row,
        "shown": shown,
        "items": shown.items,
        "steps": shown.steps,
        "proofs": shown.proofs,
        "is_late": row.state in OPEN and row.deadline_date < reach.day,
        "may_plan": own and row.state == State.OPENED,
        "may_report": own and row.state == State.UNDER_WAY,
        "may_prove": own and row.state in WRITABLE,
        "help": (help_asked := open_help(row)),
        "may_ask": own and row.state in OPEN and help_asked is None,
        "may_answer": orders and help_asked is not None,
        "may_order": orders and row.state in OPEN,
        "moves": [
            (move, missing_for(row, move.needs)) for move in moves if not (is_own and move.verb == VERIFY)
        ],
        "by_another": verified_by_another(row) if is_own else "",
        "leaders": leaders_for(row, reach.day) if orders and names and row.needs_leader else [],
        "shows_names": names,
        "problems": problems or [],
        "accept": ACCEPT,
        "accepted": ACCEPTED,
        "moment": moment_of(request),
    }
    return render(request, "rectification/one.html", context, status=status)
