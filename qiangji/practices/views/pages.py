"""The library, what one recommended oneself, what waits for review, and one practice."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiangji.files.kinds import ACCEPT, ACCEPTED
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import request_reach
from qiangji.practices.bodies import range_words, ranges_for, reviewers_of
from qiangji.practices.exceptions import Problem
from qiangji.practices.models import Practice, PracticeFile, PracticeText
from qiangji.practices.permissions import acts, works_on
from qiangji.practices.selectors.library import (
    PER_PAGE,
    LibraryFilter,
    library_page,
    own_texts,
    waiting_texts,
)
from qiangji.practices.states import WRITABLE, Move, Side, moves_from
from qiangji.practices.views.lookup import readable, recommends, refuse_recommending, reviews
from qiangji.practices.wording import Words, missing_in, names_in


def tabs(reach: Reach, here: str) -> list[tuple[str, str, bool]]:
    """Return the app's lists as tabs: address name, words, whether it is this one."""
    rows = [("practices:list", "好做法库")]
    rows += [("practices:mine", "本单位推荐")] if recommends(reach) else []
    rows += [("practices:queue", "待审定")] if reviews(reach) else []
    return [(name, words, name == here) for name, words in rows]


@login_required
@require_GET
def show_library(request: HttpRequest) -> HttpResponse:
    """What is published to where this person stands, narrowed by words, criterion and place."""
    reach = request_reach(request)
    chosen = LibraryFilter.read(request.GET)
    library = library_page(reach, chosen, request.GET.get("page"))
    context = {
        "library": library,
        "chosen": chosen,
        "tabs": tabs(reach, "practices:list"),
        "recommends": recommends(reach),
    }
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "practices/_library.html" if is_fragment else "practices/list.html"
    return render(request, template, context)


@login_required
@require_GET
def show_mine(request: HttpRequest) -> HttpResponse:
    """What one's own organizations recommended, whatever its state."""
    reach = request_reach(request)
    if not recommends(reach):
        raise refuse_recommending()
    return shown_list(request, reach, own_texts(reach), "mine")


@login_required
@require_GET
def show_queue(request: HttpRequest) -> HttpResponse:
    """What waits for this person's review, the longest waiting first."""
    reach = request_reach(request)
    if not reviews(reach):
        who = "、".join(roles_that(Permission.REVIEW_PRACTICE, own=False))
        raise PermissionDenied(f"好做法由上级单位的{who}审定。")
    return shown_list(request, reach, waiting_texts(reach), "queue")


def shown_list(request: HttpRequest, reach: Reach, texts: QuerySet[PracticeText], name: str) -> HttpResponse:
    """Draw one of the two lists of work."""
    context = {
        "page": Paginator(texts, PER_PAGE).get_page(request.GET.get("page")),
        "tabs": tabs(reach, f"practices:{name}"),
        "list": name,
        "recommends": recommends(reach),
    }
    return render(request, "practices/work.html", context)


@login_required
@require_GET
def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One practice."""
    return page_of(request, readable(request, public_id))


def page_of(
    request: HttpRequest, row: Practice, *, problems: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    """Draw the page, with what kept a step from being made where there is something."""
    reach = request_reach(request)
    works = works_on(reach, row)
    text = text_shown(row, working=works)
    draft = works and row.state != Practice.State.PUBLISHED and text.number == row.number
    own = acts(reach, row, Side.OWN)
    adoptions = row.adoptions.filter(ended_at__isnull=True).select_related("organization")
    words = Words.of(text)
    context = {
        "row": row,
        "text": text,
        "works": works,
        "own": own,
        "is_draft": draft,
        "published_text": published_beside(row, text),
        "files": files_shown(row, working=draft),
        "steps": row.steps.select_related("body", "taken_by") if works else [],
        "shows_names": own,
        "adoptions": adoptions,
        "ended": row.adoptions.filter(ended_at__isnull=False).count(),
        "may_write": own and row.state in WRITABLE,
        "moves": offered(reach, row),
        "missing": missing_in(words) if own and row.state in WRITABLE else [],
        "names": names_in(reach, words) if own and draft else [],
        "bodies": reviewers_of(row.organization, on=reach.day) if own and row.state in WRITABLE else [],
        "ranges": ranges_for(reach, row) if works else [],
        "range_words": range_words(row.published_to) if row.published_to else "",
        "adopters": adopting(reach, row),
        "my_nodes": set(reach.nodes_with(Permission.SUBMIT_PRACTICE, own=True)),
        "day": reach.day,
        "problems": problems or [],
        "typed": request.POST,
        "accept": ACCEPT,
        "accepted": ACCEPTED,
    }
    return render(request, "practices/one.html", context, status=status)


def text_shown(row: Practice, *, working: bool) -> PracticeText:
    """Return the text a person reads: the one worked on for who works on it, else the published one."""
    number = row.number if working or row.published_number is None else row.published_number
    texts = PracticeText.objects.select_related("criterion__group__section", "criterion__edition__standard")
    return texts.get(practice=row, number=number)


def published_beside(row: Practice, text: PracticeText) -> PracticeText | None:
    """Return the published text where another one is shown, to be compared with."""
    number = row.published_number
    if number is None or not row.is_readable_by_others or number == text.number:
        return None
    return PracticeText.objects.select_related("criterion").get(practice=row, number=number)


def files_shown(row: Practice, *, working: bool) -> QuerySet[PracticeFile]:
    """Return the files of the text that is shown: those of the draft, or those of the publication."""
    files = row.files.select_related("content")
    if working or row.published_at is None:
        return files.filter(detached_at__isnull=True).order_by("attached_at", "pk")
    return files.filter(
        Q(detached_at__isnull=True) | Q(detached_at__gt=F("practice__published_at")),
        attached_at__lte=F("practice__published_at"),
    ).order_by("attached_at", "pk")


def offered(reach: Reach, row: Practice) -> list[Move]:
    """Return the moves this person may make now; who may withdraw and take down is offered one of the two."""
    moves = [
        move
        for move in moves_from(row.state, published=row.published_number is not None)
        if acts(reach, row, move.side)
    ]
    verbs = {move.verb for move in moves}
    return [move for move in moves if move.verb != "take_down" or "withdraw" not in verbs]


def adopting(reach: Reach, row: Practice) -> list[Organization]:
    """Return the organizations for which this person may say that they adopted it, and that have not said so yet."""
    if not row.is_readable_by_others:
        return []
    nodes = reach.nodes_with(Permission.SUBMIT_PRACTICE, own=True)
    rows = Organization.objects.on(reach.day).filter(pk__in=nodes).exclude(pk=row.organization_id)
    done = row.adoptions.filter(ended_at__isnull=True).values("organization")
    return list(rows.exclude(pk__in=done).order_by("path"))
