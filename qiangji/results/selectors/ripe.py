"""Which order to mend a re-assessment rests on: one rule for the service that begins it, its page, and the duties."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, F, Max, OuterRef, Q

from qiangji.assessments.models import Sheet
from qiangji.assessments.states import State
from qiangji.lib.dates import end_of, is_past
from qiangji.rectification.models import Rectification
from qiangji.results.models import Reassessment
from qiangji.results.selectors.standing import standing_since

KINDS = (Rectification.Kind.TIME_LIMITED, Rectification.Kind.KEY_REMEDY)
DONE = (Rectification.State.VERIFIED, Rectification.State.CLOSED)
IGNORED = (Rectification.State.OPENED, Rectification.State.UNDER_WAY)


def ripe_orders(sheets: Iterable[Sheet], *, at: datetime) -> dict[int, Rectification]:
    """Return, by sheet below the line, the order to mend that its re-assessment rests on: a verified one before all others.

    Where there is none, one whose deadline is over and that the hospital has not handed in: whoever lets it pass is
    assessed again as well. What was handed in has to be verified or sent back first. What was served before the sheet
    came to stand as it does, before it fell again or stayed below by a re-assessment, counts for neither. Two statements
    for any number of sheets.
    """
    below = [sheet.pk for sheet in sheets if sheet.state == State.BELOW_STANDARD]
    since = {key: one.decided_at for key, one in standing_since(below).items()} if below else {}
    rows = _orders(since, (*DONE, *IGNORED)) if since else []
    found = _mended(rows, since)
    for row in rows:
        key = row.sheet_id
        is_over = row.state in IGNORED and is_past(row.deadline_date, at=at)
        if key is not None and is_over and _is_since(row, end_of(row.deadline_date), since[key]):
            found.setdefault(key, row)
    return found


def mended_orders(sheets: Collection[int]) -> dict[int, Rectification]:
    """Return, by hospital's sheet, the verified order that answers for its present standing, in whatever state it is.

    Two statements for any number of sheets.
    """
    since = {key: one.decided_at for key, one in standing_since(sheets).items()} if sheets else {}
    return _mended(_orders(since, DONE), since) if since else {}


def _orders(sheets: Iterable[int], states: Iterable[str]) -> list[Rectification]:
    """Return the orders of hospitals in these states, the latest first, with when each was verified."""
    rows = Rectification.objects.filter(
        sheet__in=list(sheets), organization=F("sheet__organization"), kind__in=KINDS, state__in=list(states)
    )
    verified = Max("steps__taken_at", filter=Q(steps__verb="verify"))
    served = Exists(Reassessment.objects.filter(rectification=OuterRef("pk"), new_result__isnull=False))
    return list(rows.annotate(verified_at=verified, was_served=served).order_by("-state_at", "-pk"))


def _mended(rows: Iterable[Rectification], since: dict[int, datetime]) -> dict[int, Rectification]:
    found: dict[int, Rectification] = {}
    for row in rows:
        key = row.sheet_id
        if (
            key is not None
            and is_mended(row)
            and _is_since(row, getattr(row, "verified_at", None), since[key])
        ):
            found.setdefault(key, row)
    return found


def _is_since(order: Rectification, ripe_at: datetime | None, since: datetime) -> bool:
    """Say whether an order answers for the present standing: opened in it, or become ripe in it and not before.

    One that led to a re-assessment answers again only where it was verified since that ended.
    """
    is_of_it = order.opened_at >= since and not getattr(order, "was_served", False)
    return is_of_it or (ripe_at is not None and ripe_at > since)


def is_mended(order: Rectification) -> bool:
    """Say whether an order was verified, so that what it names goes back to the hospital to be brought up to date."""
    return order.state in DONE
