"""Closing a cycle as a whole: what its sheets leave open, and what was objected and not answered."""

from datetime import date, datetime

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.models import Cycle
from qiangji.assessments.services.cycle_changes import Gap, close_cycle, gaps_of, veto_gaps
from qiangji.results.models import Objection


def open_objections(cycle: Cycle) -> list[Gap]:
    """Return the corrections and appeals that wait for their answer: one statement."""
    count = Objection.objects.filter(sheet__cycle=cycle, state=Objection.State.OPEN).count()
    return [Gap("更正、申诉还没有答复", count)] if count else []


def all_gaps(cycle: Cycle, *, on: date) -> list[Gap]:
    """Return everything that is open in a cycle on a day: five statements."""
    return [*gaps_of(cycle), *veto_gaps(cycle, on), *open_objections(cycle)]


@transaction.atomic
def close(*, cycle: Cycle, reason: str, by: User | None, at: datetime) -> Cycle:
    """Close a cycle. Raises as ``close_cycle``.

    An objection filed in the same moment keeps nothing open: like those filed later, it is answered after the closing.
    """
    return close_cycle(cycle=cycle, reason=reason, more=open_objections(cycle), by=by, at=at)
