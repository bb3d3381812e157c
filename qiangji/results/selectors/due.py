"""What the documents ask to follow from results, and has not been opened: offered to a person, never opened by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Case, F, Max, Q, QuerySet, When

from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.selectors.draws import at_its_end
from qiangji.lib.numbers import plain
from qiangji.orgs.models import Organization
from qiangji.rectification.states import PENDING
from qiangji.results.models import BranchStanding, Consequence, Result
from qiangji.results.selectors.standing import standing_since

Kind = Consequence.Kind
MENDING = (Kind.KEY_BRANCH, Kind.TIME_LIMITED, Kind.KEY_REMEDY)
# What follows from two years running below the line.
TWICE = (Kind.NOTIFY_SUPERIOR, Kind.ASK_INSPECTION, Kind.KEY_REMEDY)
# Standing short of the standard: decided below the line, or not rated for a veto, which is one of its conditions.
SHORT = (Result.Outcome.BELOW, Result.Outcome.WITHHELD)
# In the order in which the pages show them; what is offered, not asked for, stands last.
ORDER = (
    Kind.KEY_BRANCH,
    Kind.TIME_LIMITED,
    Kind.NOTIFY_SUPERIOR,
    Kind.ASK_INSPECTION,
    Kind.KEY_REMEDY,
    Kind.DEBRIEF,
    Kind.PRAISE,
)


@dataclass(frozen=True)
class Due:
    """One thing that follows: from which hospital's sheet and result, what, for whom, who has to do it, and why in words.

    ``sheet_id`` is the sheet that an order to mend answers for, empty where nothing of it may be read yet.
    """

    sheet: Sheet
    result: Result | None
    kind: str
    organization: Organization
    owner: Organization
    basis: str
    sheet_id: int | None

    @property
    def key(self) -> tuple[int, str]:
        return self.organization.pk, self.kind

    @property
    def label(self) -> str:
        return Kind(self.kind).label


def newest_results(cycle: Cycle) -> list[Result]:
    """Return the results that count in a cycle, with all that consequences are addressed to, in the order of the tree."""
    rows = Result.objects.filter(cycle=cycle).newest()
    return list(
        rows.select_related(
            "organization__parent", "sheet__supervisor", "sheet__rating_authority", "cycle__owner"
        ).order_by("sheet__organization_path")
    )


def short_the_year_before(results: Iterable[Result]) -> dict[int, Result]:
    """Return, by organization that is short of the standard, the result of the year before that was short of it as well.

    A year that was not rated for a veto breaks no row of years: without a veto is one of the standard's conditions, so that
    nobody reaches it by being withheld (document 0, part 3; domain §3; decision 0046).
    """
    rows = list(results)
    years = {row.cycle.year - 1 for row in rows}
    earlier = (
        Result.objects.filter(
            organization__in=[row.organization_id for row in rows],
            cycle__year__in=years,
            cycle__is_trial=False,
        )
        .newest()
        .filter(outcome__in=SHORT)
        .select_related("cycle")
    )
    by_year = {(row.organization_id, row.cycle.year): row for row in earlier}
    found = {}
    for row in rows:
        before = by_year.get((row.organization_id, row.cycle.year - 1))
        if before is not None and row.outcome in SHORT:
            found[row.organization_id] = before
    return found


def results_of_the_year_after(results: Sequence[Result]) -> list[tuple[Result, Result]]:
    """Return the results that count of the same organizations in the year after, each with the one before: one statement.

    ``results`` are of one cycle.
    """
    if not results:
        return []
    by_organization = {row.organization_id: row for row in results}
    rows = Result.objects.filter(
        organization__in=by_organization, cycle__year=results[0].cycle.year + 1, cycle__is_trial=False
    ).newest()
    found = rows.select_related(
        "organization", "cycle__owner", "sheet__supervisor", "sheet__rating_authority"
    )
    return [(row, by_organization[row.organization_id]) for row in found]


def consequences_of(results: Sequence[Result]) -> list[Due]:
    """Return everything that follows from results by the documents: two statements for any number of them."""
    before = short_the_year_before(results)
    lagging: dict[int, list[BranchStanding]] = {}
    rows = BranchStanding.objects.filter(result__in=[row.pk for row in results], is_lagging=True)
    for row in rows.select_related("organization"):
        lagging.setdefault(row.result_id, []).append(row)
    found = []
    for result in results:
        found += [_of_branch(result, row) for row in lagging.get(result.pk, [])]
        found += _of_organization(result, before.get(result.organization_id))
    return sorted(found, key=lambda one: ORDER.index(Kind(one.kind)))


def twice_in_words(before: Result, result: Result) -> str:
    """Say that two years running the standard was not reached, and by what where one was not rated."""
    years = (before.cycle.year, before), (result.cycle.year, result)
    if Result.Outcome.WITHHELD not in (before.outcome, result.outcome):
        return f"{years[0][0]}、{years[1][0]} 年度连续未达标"
    each = "、".join(f"{year} 年度{row.get_outcome_display()}" for year, row in years)
    return f"{each}，连续两年没有达到标准"


def _of_branch(result: Result, row: BranchStanding) -> Due:
    basis = f"{result.cycle.year} 年度得分 {plain(row.score)} 分，确定为后进党支部"
    return Due(
        result.sheet, result, Kind.KEY_BRANCH, row.organization, result.organization, basis, row.sheet_id
    )


def authority_of(sheet: Sheet, cycle: Cycle) -> Organization:
    """Return who answers for what follows for a hospital."""
    return sheet.rating_authority or sheet.supervisor or cycle.owner


def _of_organization(result: Result, before: Result | None) -> list[Due]:
    sheet, organization = result.sheet, result.organization
    authority = authority_of(sheet, result.cycle)
    year = result.cycle.year

    def due(kind: str, basis: str, *, mending: bool = False) -> Due:
        return Due(sheet, result, kind, organization, authority, basis, sheet.pk if mending else None)

    found = []
    if result.outcome == Result.Outcome.BELOW:
        why = "；".join(result.lacking)
        found.append(due(Kind.TIME_LIMITED, f"{year} 年度{why}，认定为未达标", mending=True))
    if before is not None:
        twice = twice_in_words(before, result)
        found += [
            due(Kind.NOTIFY_SUPERIOR, twice),
            due(Kind.ASK_INSPECTION, twice),
            due(Kind.KEY_REMEDY, twice, mending=True),
        ]
    found.append(due(Kind.DEBRIEF, f"{year} 年度结果：{result.get_outcome_display()}"))
    if result.outcome == Result.Outcome.MEETS:
        found.append(due(Kind.PRAISE, f"{year} 年度认定为达标"))
    return found


def still_due(results: Sequence[Result]) -> list[Due]:
    """Return what follows from results and was not opened yet.

    What is not an order is opened once a cycle. An order is taken while it is not served yet; served, it answers for the
    standing that it was opened in, so that whoever falls again, or stays below by a re-assessment, is ordered anew. A
    branch's served order answers until a decision that counted the re-assessment which followed it.
    """
    sheets = [row.sheet_id for row in results]
    since = standing_since(sheets)
    recovered = _recovered(sheets)
    decided = {row.sheet_id: row.decided_at for row in results}
    taken = set()
    rows = Consequence.objects.filter(sheet__in=sheets, withdrawn_at__isnull=True)
    columns = (
        "organization_id", "kind", "sheet__cycle_id", "sheet_id", "result__sequence", "rectification__state",
        "assessed_again_at",
    )  # fmt: skip
    for organization, kind, cycle, sheet, sequence, state, again_at in _concluded(rows).values_list(*columns):
        began = recovered.get((sheet, organization), 0) if kind == Kind.KEY_BRANCH else since[sheet].sequence
        # What was opened before there was a result answers for it as the first one does not, but for a branch.
        sequence = sequence or 0
        is_counted = again_at is not None and again_at < decided[sheet]
        if kind not in MENDING or state in PENDING or (sequence >= began and not is_counted):
            taken.add((organization, kind, cycle))
    return [one for one in consequences_of(results) if (*one.key, one.sheet.cycle_id) not in taken]


def _concluded(rows: QuerySet) -> QuerySet:
    """Add since when the re-assessment of a branch stands concluded that followed an order (``assessed_again_at``)."""
    of = "rectification__sheet__"
    again = Q(kind=Kind.KEY_BRANCH, rectification__branch_reassessments__isnull=False)
    stands = When(again & at_its_end(of), then=F(f"{of}state_at"))
    return rows.annotate(assessed_again_at=Case(stands, default=None))


def _recovered(sheets: Sequence[int]) -> dict[tuple[int, int], int]:
    """Return, by sheet and branch that was told to mend, the last decision in which the branch was not lagging."""
    ordered = Consequence.objects.filter(sheet__in=sheets, kind=Kind.KEY_BRANCH, withdrawn_at__isnull=True)
    rows = BranchStanding.objects.filter(
        result__sheet__in=sheets, is_lagging=False, organization__in=ordered.values("organization")
    )
    found = (
        rows.order_by().values_list("result__sheet", "organization").annotate(last=Max("result__sequence"))
    )
    return {(sheet, organization): last for sheet, organization, last in found}
