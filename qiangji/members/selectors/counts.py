"""Counts without names: how many members there are below many organizations, and the yearly statistics' shape.

What authorities above a hospital may know of members is here. Restricted data is in none of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet

from qiangji.members.models import BranchMembership, Person
from qiangji.members.querysets import holds
from qiangji.orgs import paths
from qiangji.orgs.history import LineOn, line_on
from qiangji.orgs.models import Organization

MOST_CONDITIONS = 40
UNKNOWN = "未登记"
Band = tuple[int | None, int | None, str]
BANDS: tuple[Band, ...] = (
    (None, 30, "30 岁及以下"),
    (31, 35, "31—35 岁"),
    (36, 45, "36—45 岁"),
    (46, 55, "46—55 岁"),
    (56, 60, "56—60 岁"),
    (61, None, "61 岁及以上"),
)
SIZES: tuple[Band, ...] = (
    (1, 2, "不足 3 人"),
    (3, 6, "3—6 人"),
    (7, 20, "7—20 人"),
    (21, 50, "21—50 人"),
    (51, None, "50 人以上"),
)


@dataclass(frozen=True)
class Counts:
    """How many members: full 正式 and probationary 预备."""

    full: int = 0
    probationary: int = 0

    @property
    def all(self) -> int:
        """Both together."""
        return self.full + self.probationary

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.full + other.full, self.probationary + other.probationary)


@dataclass(frozen=True)
class Line:
    """One line of the statistics."""

    title: str
    counts: Counts

    @property
    def all(self) -> int:
        return self.counts.all

    @property
    def full(self) -> int:
        return self.counts.full

    @property
    def probationary(self) -> int:
        return self.counts.probationary


@dataclass(frozen=True)
class Group:
    """The lines of one dimension; together they make everybody, but for ``joined``, a part of everybody."""

    title: str
    lines: list[Line] = field(default_factory=list)


def members_on(on: date) -> QuerySet[BranchMembership]:
    """Return the affiliations of a day, of those who were members then."""
    standing = Q(member__ceased_date__isnull=True) | Q(member__ceased_date__gt=on)
    return BranchMembership.objects.filter(holds(on), standing, member__joined_date__lte=on).order_by()


def counted(rows: QuerySet[BranchMembership], on: date) -> Counts:
    """Return how many these are: one statement."""
    full = Count("pk", filter=Q(member__confirmed_date__lte=on))
    found = rows.aggregate(everybody=Count("pk"), full=full)
    return Counts(found["full"], found["everybody"] - found["full"])


def grouped(rows: QuerySet[BranchMembership], column: str, on: date) -> list[tuple[Any, Counts]]:
    """Return how many there are for each value of a column: one statement."""
    full = Count("pk", filter=Q(member__confirmed_date__lte=on))
    found: Any = rows.values_list(column).annotate(everybody=Count("pk"), full=full)
    return [(value, Counts(number, everybody - number)) for value, everybody, number in found]


def counts_of(organizations: Iterable[Organization], on: date) -> dict[int, Counts]:
    """Return how many members there were at and below each of many nodes on a day, by the tree of that day.

    Two statements: the nodes that stood elsewhere, and the members of each branch; summed up along the Party line.
    """
    wanted = {row.path: row.pk for row in organizations}
    found = dict.fromkeys(wanted.values(), Counts())
    line = line_on(on)
    rows = members_on(on)
    if len(wanted) <= MOST_CONDITIONS:
        rows = rows.filter(
            reduce(or_, (line.condition(path, "organization__path") for path in wanted), Q(pk__in=[]))
        )
    for place, number in grouped(rows, "organization__path", on):
        for upper in uppers(line, place):
            if upper in wanted:
                found[wanted[upper]] += number
    return found


def uppers(line: LineOn, path: str) -> Iterator[str]:
    """Yield a node and everything above it on the line's day, by today's paths."""
    place: str | None = path
    while place is not None:
        upward = paths.ancestors(place)
        moved = next((one for one in reversed(upward) if one in line.elsewhere), "")
        yield from (one for one in upward if len(one) >= len(moved))
        place = line.elsewhere[moved] if moved else None


def statistics_of(organization: Organization, on: date) -> list[Group]:
    """Return the counts of a node with everything below it, in the shape the yearly intra-Party statistics ask for.

    By sex, minority, age, education, occupation, joined within the year, and branches by size: one statement each.
    """
    here = line_on(on).condition(organization.path, "organization__path")
    rows = members_on(on).filter(here)
    total = counted(rows, on)
    person = "member__person__"
    joined = rows.filter(member__joined_date__year=on.year)
    return [
        Group("党员总数", [Line("全部", total)]),
        Group("性别", listed(rows, f"{person}sex", on, Person.Sex.choices)),
        Group("民族", listed(rows, f"{person}is_minority", on, [(False, "汉族"), (True, "少数民族")])),
        Group("年龄", banded(rows, on)),
        Group("学历", listed(rows, f"{person}education", on, Person.Education.choices)),
        Group("岗位类别", listed(rows, f"{person}occupation", on, Person.Occupation.choices)),
        Group("本年入党", [Line(f"{on.year} 年 1 月 1 日以来", counted(joined, on))]),
        Group("党支部规模", sizes(rows, on)),
    ]


def listed(
    rows: QuerySet[BranchMembership], column: str, on: date, choices: Sequence[tuple[object, object]]
) -> list[Line]:
    """Count by a column's values, in the order of its choices; who has none comes last."""
    by_value = dict(grouped(rows, column, on))
    lines = [Line(str(title), by_value.pop(value, Counts())) for value, title in choices]
    rest = sum(by_value.values(), Counts())
    return [*lines, Line(UNKNOWN, rest)] if rest.all else lines


def banded(rows: QuerySet[BranchMembership], on: date) -> list[Line]:
    """Count by age, in the years that the day's year is past the year of birth."""
    sums = [Counts() for _ in BANDS]
    rest = Counts()
    for year, number in grouped(rows, "member__person__birth_year", on):
        if year is None:
            rest += number
        else:
            sums[place_in(BANDS, on.year - year)] += number
    lines = [Line(title, number) for (_, _, title), number in zip(BANDS, sums, strict=True)]
    return [*lines, Line(UNKNOWN, rest)] if rest.all else lines


def place_in(bands: Sequence[Band], value: int) -> int:
    """Return which band a number falls into.

    >>> place_in(BANDS, 35), place_in(BANDS, 90)
    (1, 5)
    """
    return next(
        place
        for place, (least, most, _) in enumerate(bands)
        if (least is None or value >= least) and (most is None or value <= most)
    )


def sizes(rows: QuerySet[BranchMembership], on: date) -> list[Line]:
    """Count members by the size of their branch; the title says how many branches."""
    sums, branches = [Counts() for _ in SIZES], [0 for _ in SIZES]
    for _, number in grouped(rows, "organization", on):
        place = place_in(SIZES, number.all)
        sums[place] += number
        branches[place] += 1
    return [
        Line(f"{title}：{number} 个支部", counts)
        for (_, _, title), number, counts in zip(SIZES, branches, sums, strict=True)
    ]
