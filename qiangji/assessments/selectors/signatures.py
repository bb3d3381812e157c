"""What was signed of a sheet: the whole of it, then single criteria anew; and what was promised with each signature."""

from collections.abc import Sequence
from datetime import date

from qiangji.assessments.models import Sheet, Submission
from qiangji.assessments.selectors.integrity import any_doubted
from qiangji.assessments.selectors.returns import any_came_back
from qiangji.lib.prepared import Prepared


def signatures_of(sheet: Sheet) -> list[Submission]:
    """Return all signatures of a sheet in their order, and whether criteria came back or are doubted: one statement."""
    return SIGNED(sheet=sheet.pk)


SIGNED = Prepared(
    lambda sheet: (
        Submission.objects.filter(sheet=sheet)
        .select_related("signed_by")
        .annotate(came_back=any_came_back(), doubted=any_doubted())
        .order_by("signed_at", "pk")
    ),
    sheet=int,
)


def last_whole(signed: Sequence[Submission]) -> Submission | None:
    """Return the last signature under the whole sheet; None before the first."""
    return next((one for one in reversed(signed) if one.kind == Submission.Kind.WHOLE), None)


def promised_days(signed: Sequence[Submission]) -> dict[str, date]:
    """Return, by criterion's code, until which day the rest is promised of what stands signed.

    Of an amended criterion its last amendment says so, in whichever round; also that nothing is promised any more.
    """
    whole = last_whole(signed)
    if whole is None:
        return {}
    found: dict[str, str | None] = {}
    for one in signed[signed.index(whole) :]:
        found |= one.promises
    return {code: date.fromisoformat(until) for code, until in found.items() if until}
