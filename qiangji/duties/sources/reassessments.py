"""Re-assessments that can begin: what was ordered is verified or let pass, and who accepts the sheet opens it again."""

from qiangji.assessments.models import Sheet
from qiangji.assessments.states import State
from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.rectification.models import Rectification
from qiangji.results.models import BranchStanding, Result
from qiangji.results.selectors.branches import courses
from qiangji.results.selectors.ripe import is_mended, ripe_orders
from qiangji.results.services.reassessing import may_reassess

KEY = "reassessments"


def collect(asker: Asker) -> list[Duty]:
    """Return the sheets this person may open again: no statement where no order waits, a fixed number for any of them."""
    rows = [row for row in asker.orders if getattr(row, "may_be_assessed_again", False)]
    return [*of_hospitals(asker, rows), *of_branches(asker, rows)]


def of_hospitals(asker: Asker, orders: list[Rectification]) -> list[Duty]:
    """Return the sheets below the line whose order is ripe, each once, by the rule of the service that opens them."""
    sheets = {
        row.sheet.pk: row.sheet
        for row in orders
        if row.sheet is not None
        and row.kind != Rectification.Kind.KEY_BRANCH
        and may_reassess(asker.reach, row.sheet)
    }
    ripe = ripe_orders(sheets.values(), at=asker.at) if sheets else {}
    return [duty_of(row, sheets[key], "results:result") for key, row in ripe.items()]


def of_branches(asker: Asker, orders: list[Rectification]) -> list[Duty]:
    """Return the branches not above the line whose order, or their hospital's, is verified, and that stand concluded.

    Only while something can follow: the hospital is below the line, or the cycle is open. It is the hospital that opens
    them: whoever accepts the hospital's own sheet is asked for none.
    """
    own = [row.sheet_id for row in orders if row.kind == Rectification.Kind.KEY_BRANCH]
    above = [
        row.sheet_id
        for row in orders
        if row.kind != Rectification.Kind.KEY_BRANCH and row.organization_id in asker.seats and is_mended(row)
    ]
    if not own and not above:
        return []
    rows = BranchStanding.objects.filter(result__in=Result.objects.newest().order_by())
    standing = rows.filter(sheet__in=own) | rows.filter(result__sheet__in=above, is_lagging=False)
    found = courses(standing)
    return [
        duty_of(one.ripe, one.sheet, "results:reassess_branch")
        for one in found
        if one.ripe is not None
        and (one.standing.result.sheet.state == State.BELOW_STANDARD or one.sheet.cycle.closed_at is None)
        and may_reassess(asker.reach, one.sheet)
    ]


def duty_of(row: Rectification, sheet: Sheet, address: str) -> Duty:
    """Return one sheet that can be opened again; the days are set where it is done."""
    return Duty(
        source=KEY,
        title="整改已核验：开始复评" if is_mended(row) else "整改期限已过、没有提交：开始复评",
        organization=sheet.organization,
        due=None,
        asks=(Ask(sheet.cycle.title, clause=sheet.cycle.plan_number, words=row.basis),),
        action=Action("办理", address, (sheet.public_id,)),
    )
