"""Re-assessments that can begin: what was ordered is verified, and the sheet waits for whoever accepts it to open it again."""

from collections.abc import Iterable

from qiangji.assessments.states import State
from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.rectification.models import Rectification
from qiangji.results.models import BranchStanding, Result
from qiangji.results.selectors.branches import courses
from qiangji.results.selectors.standing import standing_since
from qiangji.results.services.reassessing import may_reassess

KEY = "reassessments"


def collect(asker: Asker) -> list[Duty]:
    """Return the sheets this person may open again: no statement where no order waits, eight for any number of them."""
    rows = [row for row in asker.orders if getattr(row, "may_be_assessed_again", False)]
    ripe = [row for row in rows if row.sheet is not None and may_reassess(asker.reach, row.sheet)]
    branches = [row for row in ripe if row.kind == Rectification.Kind.KEY_BRANCH]
    hospitals = [row for row in ripe if row.kind != Rectification.Kind.KEY_BRANCH]
    return [*of_hospitals(hospitals), *of_branches(branches)]


def of_hospitals(orders: list[Rectification]) -> Iterable[Duty]:
    """Return the sheets still below the line whose order was opened since they came to stand so, each once."""
    below = {row.sheet_id: row for row in orders if row.sheet and row.sheet.state == State.BELOW_STANDARD}
    since = standing_since(key for key in below if key is not None) if below else {}
    return [
        duty_of(row, "results:result")
        for key, row in below.items()
        if key in since and row.opened_at >= since[key].decided_at
    ]


def of_branches(orders: list[Rectification]) -> Iterable[Duty]:
    """Return the branches that still count as lagging and whose sheet stands concluded."""
    if not orders:
        return []
    newest = BranchStanding.objects.filter(
        sheet__in=[row.sheet_id for row in orders], result__in=Result.objects.newest().order_by()
    )
    ripe = {one.ripe.pk for one in courses(newest) if one.ripe is not None}
    return [duty_of(row, "results:reassess_branch") for row in orders if row.pk in ripe]


def duty_of(row: Rectification, address: str) -> Duty:
    """Return one sheet that can be opened again; the days are set where it is done."""
    assert row.sheet is not None, "only orders that rest on a sheet are read"
    return Duty(
        source=KEY,
        title="整改已核验：开始复评",
        organization=row.organization,
        due=None,
        asks=(Ask(row.sheet.cycle.title, clause=row.sheet.cycle.plan_number, words=row.basis),),
        action=Action("办理", address, (row.sheet.public_id,)),
    )
