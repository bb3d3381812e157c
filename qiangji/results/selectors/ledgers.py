"""Ledgers by class 分类台账 and the summary of a region 汇总: counted by the database from the very sheets.

Every public hospital-level organization of a region stands in exactly one class, so that the classes add up to all of
them; a test holds the numbers against the sheets.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet

from qiangji.assessments.models import Cycle
from qiangji.lib.digests import canonical_json
from qiangji.lib.numbers import plain
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.results.models import BranchStanding, Consequence, Result
from qiangji.results.selectors.classes import Class, classified
from qiangji.results.selectors.days import counted_on
from qiangji.results.selectors.rates import Rate, public_hospitals


def ledger(cycle: Cycle, reach: Reach, *, on: date, chosen: str = "") -> QuerySet:
    """Return the rows of the ledger of one class, or of all, that this person reaches, in the order of the tree."""
    rows = classified(cycle, public_hospitals(cycle.owner, on=counted_on(cycle, on)).visible_to(reach))  # type: ignore[attr-defined]
    if chosen in Class.values:
        rows = rows.filter(ledger_class=chosen)
    return rows.select_related("parent").order_by("path")


@dataclass(frozen=True)
class Line:
    """One line of a summary: a region, and how many of its organizations stand in each class."""

    code: str
    name: str
    counts: dict[str, int] = field(default_factory=dict)
    public_id: str = ""

    @property
    def all(self) -> int:
        return sum(self.counts.values())

    @property
    def applied(self) -> int:
        return self.all - self.counts[Class.NOT_APPLIED]

    @property
    def rate(self) -> Rate:
        return Rate(self.counts[Class.MEETS], self.all)

    @property
    def ordered(self) -> list[int]:
        """The counts in the order of the classes."""
        return [self.counts[value] for value in Class.values]


@dataclass(frozen=True)
class RegionSummary:
    """A region's summary: a line for each part of it, and one for the whole; branches, and what was opened."""

    region: Organization
    cycle: Cycle
    lines: tuple[Line, ...]
    total: Line
    branches_all: int
    branches_above: int
    branches_lagging: int
    consequences: dict[str, int]

    @property
    def content(self) -> str:
        """The summary as canonical JSON: what is frozen and filed."""
        return canonical_json(
            {
                "cycle": {"year": self.cycle.year, "title": self.cycle.title, "plan": self.cycle.plan_number},
                "figures": {"line": plain(self.cycle.pass_line), "share": plain(self.cycle.branch_share)},
                "region": {"code": self.region.code, "name": self.region.name},
                "total": self.total.counts,
                "lines": [
                    {"code": line.code, "name": line.name, "counts": line.counts} for line in self.lines
                ],
                "branches": {
                    "all": self.branches_all,
                    "above": self.branches_above,
                    "lagging": self.branches_lagging,
                },
                "consequences": self.consequences,
            }
        )


def summary_of(cycle: Cycle, region: Organization, *, on: date) -> RegionSummary:
    """Count a region in a cycle: a fixed number of statements, whatever its size.

    Each organization belongs to the part of the region that it stands under (the child of the region on its path), or
    to the region itself.
    """
    hospitals = public_hospitals(region, on=counted_on(cycle, on))
    level = len(region.path) + paths.WIDTH
    by_part: dict[str, dict[str, int]] = {}
    for path, value in classified(cycle, hospitals).order_by("path").values_list("path", "ledger_class"):
        part = path[:level] if len(path) > level else region.path
        counts = by_part.setdefault(part, dict.fromkeys(Class.values, 0))
        counts[value] += 1
    parts = Organization.objects.filter(path__in=by_part).order_by("path")
    lines = tuple(
        Line(
            part.code,
            part.short_name if part.path != region.path else f"{part.short_name}直接所辖",
            by_part[part.path],
        )
        for part in parts
    )
    total = Line(region.code, "合计", added(line.counts for line in lines))
    newest = Result.objects.filter(cycle=cycle, organization__in=hospitals.order_by().values("pk")).newest()
    branches = BranchStanding.objects.filter(result__in=newest.order_by().values("pk")).aggregate(
        all=Count("pk"),
        above=Count("pk", filter=Q(is_above=True)),
        lagging=Count("pk", filter=Q(is_lagging=True)),
    )
    opened = (
        Consequence.objects.filter(
            paths.below(region.path, "organization__path"), sheet__cycle=cycle, withdrawn_at__isnull=True
        )
        .order_by()
        .values_list("kind")
        .annotate(n=Count("pk"))
    )
    return RegionSummary(
        region, cycle, lines, total, branches["all"], branches["above"], branches["lagging"], dict(opened)
    )


def added(many: Iterable[dict[str, int]]) -> dict[str, int]:
    """Add counts up, class by class.

    >>> added([{"meets_standard": 1}, {"meets_standard": 2}])["meets_standard"]
    3
    """
    total = dict.fromkeys(Class.values, 0)
    for counts in many:
        for value, number in counts.items():
            total[value] += number
    return total
