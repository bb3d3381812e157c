"""What follows where there is no result: for who never applied, and for lagging branches below (decision 0046)."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.states import State
from qiangji.lib.dates import is_past, local_day
from qiangji.lib.numbers import plain
from qiangji.orgs.models import Organization
from qiangji.results.models import Consequence, Result
from qiangji.results.selectors.due import Due, authority_of
from qiangji.results.selectors.findings import Finding, findings
from qiangji.scoring.recognition import is_lagging

Kind = Consequence.Kind


def due_without_result(cycle: Cycle, *, at: datetime) -> list[Due]:
    """Return what follows without a result and was not opened yet, once the cycle's last review deadline is over.

    A fixed number of statements; one where every hospital has its result.
    """
    if cycle.is_trial or cycle.opened_at is None or not is_past(cycle.rating_deadline_date, at=at):
        return []
    decided = Result.objects.filter(sheet=OuterRef("pk")).order_by()
    sheets = {
        sheet.pk: sheet
        for sheet in Sheet.objects.filter(~Exists(decided), cycle=cycle)
        .filter(organization_kind=Organization.Kind.HOSPITAL, organization__is_public=True)
        .select_related("organization__parent", "supervisor", "rating_authority", "cycle__owner")
    }
    if not sheets:
        return []
    taken = set(
        Consequence.objects.filter(sheet__in=sheets, withdrawn_at__isnull=True).values_list(
            "organization_id", "kind"
        )
    )
    found = findings(cycle, on=local_day(at), sheets=sheets)
    branches = Organization.objects.in_bulk(
        [
            unit.organization_id
            for one in found
            for unit in one.units
            if is_lagging(unit.final_score, one.rules)
        ]
    )
    due = [_of_branches(one, sheets[one.sheet.pk], branches) for one in found]
    due += [[_of_absent(sheet)] for sheet in sheets.values() if sheet.state == State.DRAFT]
    return [one for rows in due for one in rows if one.key not in taken]


def _of_branches(found: Finding, sheet: Sheet, branches: dict[int, Organization]) -> list[Due]:
    year = sheet.cycle.year
    return [
        Due(
            sheet, None, Kind.KEY_BRANCH, branches[unit.organization_id], sheet.organization,
            f"{year} 年度得分 {plain(unit.final_score)} 分，确定为后进党支部", unit.sheet_id,
        )
        for unit in found.units if is_lagging(unit.final_score, found.rules)
    ]  # fmt: skip


def _of_absent(sheet: Sheet) -> Due:
    basis = f"{sheet.cycle.year} 年度到评定截止日仍没有申报，不满足标准化标准"
    authority = authority_of(sheet, sheet.cycle)
    return Due(sheet, None, Kind.TIME_LIMITED, sheet.organization, authority, basis, None)
