"""What a person is shown of a rectification: what is being written only to who writes it, what was handed in to who reads it.

The same holds as for a sheet (domain §5): whoever ordered it, or stands above, sees the order, what it was opened with, its
state and its deadline; causes, measures, results and proofs as they were handed in, not as they are written again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from qiangji.assessments.permissions import holds_at
from qiangji.orgs.authorization import Permission
from qiangji.orgs.reach import Reach
from qiangji.rectification.models import Item, Proof, Rectification, Step
from qiangji.rectification.permissions import acts
from qiangji.rectification.states import HANDED, Side, State


@dataclass(frozen=True)
class Shown:
    """The plan's lines, the proofs and the history, as one person may read them.

    ``is_draft``: what stands there now is still being written, and is not what is shown; ``is_withdrawn``: it never will
    be shown, for the order was withdrawn. ``handed`` is the last handing in, where there was one.
    """

    items: Sequence[Item]
    proofs: Sequence[Proof]
    steps: Sequence[Step]
    is_draft: bool = False
    is_withdrawn: bool = False
    handed: Step | None = None


def sees_writing(reach: Reach, row: Rectification) -> bool:
    """Say whether this person sees what is still being written: who writes it, and who reads the own organization's drafts."""
    return acts(reach, row, Side.OWN) or holds_at(
        reach, row.organization_id, Permission.SEE_LIVE_SHEET, own=True
    )


def shown_to(reach: Reach, row: Rectification) -> Shown:
    """Return what a person is shown of a rectification that may be opened."""
    items = list(row.items.select_related("criterion"))
    steps = list(row.steps.select_related("taken_by"))
    proofs = row.proofs.select_related("content", "attached_by")
    now = proofs.filter(detached_at__isnull=True)
    if sees_writing(reach, row):
        return Shown(items, list(now), steps)
    steps = [step for step in steps if step.verb != "write"]
    if row.state in HANDED:
        return Shown(items, list(now), steps)
    is_withdrawn = row.state == State.WITHDRAWN
    handed = next((step for step in reversed(steps) if step.content is not None), None)
    if handed is None:
        return Shown(as_ordered(items), [], steps, is_draft=not is_withdrawn, is_withdrawn=is_withdrawn)
    kept = proofs.filter(
        Q(detached_at__isnull=True) | Q(detached_at__gt=handed.taken_at), attached_at__lte=handed.taken_at
    )
    lines = as_handed_in(row, handed)
    return Shown(
        lines, list(kept), steps, is_draft=not is_withdrawn, is_withdrawn=is_withdrawn, handed=handed
    )


@dataclass(frozen=True)
class Mended:
    """What an order to mend says of one criterion, as it was handed in: cause and measure, and until when."""

    cause: str
    measure: str
    deadline_date: date


def handed_in_of(sheet_id: int) -> dict[int, Mended]:
    """Return, by criterion, what was handed in about a sheet, the newest order's before older ones: three statements."""
    orders = (
        Rectification.objects.filter(sheet=sheet_id)
        .exclude(state=State.WITHDRAWN)
        .order_by("opened_at", "pk")
        .prefetch_related("items", "steps")
    )
    found: dict[int, Mended] = {}
    for order in orders:
        handed = next((step for step in reversed(order.steps.all()) if step.content is not None), None)
        lines = order.items.all() if order.state in HANDED else as_handed_in(order, handed) if handed else ()
        for line in lines:
            if line.criterion_id is not None:
                found[line.criterion_id] = Mended(line.cause, line.measure, order.deadline_date)
    return found


def as_ordered(items: Sequence[Item]) -> list[Item]:
    """Return the lines with which an order was opened, without what was written since."""
    return [
        Item(position=item.position, criterion=item.criterion, gap=item.gap, points_lost=item.points_lost)
        for item in items
        if item.criterion_id is not None
    ]


def as_handed_in(row: Rectification, handed: Step) -> list[Item]:
    """Return the lines as they were handed in."""
    return [Item(rectification=row, **line) for line in handed.content or ()]
