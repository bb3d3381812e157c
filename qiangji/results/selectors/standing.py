"""Since when a result stands: the unbroken row of equal decisions that the newest one ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from qiangji.results.models import Result


@dataclass(frozen=True)
class Since:
    """The decision with which the present standing of a sheet began, and the re-assessment that it ended, if it did."""

    sequence: int
    decided_at: datetime
    reassessment_id: int | None


def standing_since(sheets: Iterable[int]) -> dict[int, Since]:
    """Return since when each sheet stands as it does: one statement for any number of them.

    Another outcome begins anew, and so does the end of a re-assessment; a correction that leaves the outcome does not.
    """
    rows = Result.objects.filter(sheet__in=list(sheets)).order_by("sheet", "sequence")
    found: dict[int, Since] = {}
    outcomes: dict[int, str] = {}
    columns = ("sheet_id", "sequence", "outcome", "decided_at", "ends_reassessment")
    for sheet, sequence, outcome, decided_at, reassessment in rows.values_list(*columns):
        if reassessment is not None or outcomes.get(sheet) != outcome:
            found[sheet] = Since(sequence, decided_at, reassessment)
        outcomes[sheet] = outcome
    return found
