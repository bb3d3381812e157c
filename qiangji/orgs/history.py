"""The tree as it was: who stood under whom, and under which name, on any day (issue 3, facts stay true over time).

Paths say where nodes stand today. A ``LineOn`` knows the few nodes that stood elsewhere on a day, so that a question of
that day becomes a condition on today's paths: one statement more than the same question about today.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import F, Q

from qiangji.orgs import paths
from qiangji.orgs.models import Affiliation, Organization, OrganizationName, OrganizationSuccession
from qiangji.orgs.querysets import OrganizationQuerySet

BATCH = 5000


@dataclass(frozen=True)
class LineOn:
    """The Party line of a day: today's paths, and for each node that stood elsewhere the path of its parent of that day.

    ``elsewhere`` has today's paths on both sides; None stands for a node that had no parent. ``inner`` has, for each of
    these nodes and for the rest of the tree (the empty path), those nearest below it.
    """

    day: date
    elsewhere: dict[str, str | None]
    inner: dict[str, list[str]] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        inner: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.elsewhere):
            inner[self._nearest(path[: -paths.WIDTH])].append(path)
        object.__setattr__(self, "inner", dict(inner))

    def is_below(self, path: str, upper: str) -> bool:
        """Say whether a node stood below another on that day, or is that node itself; both by today's paths."""
        place: str | None = path
        while place is not None:
            nearest = self._nearest(place)
            if paths.covers(upper, place) and len(upper) >= len(nearest):
                return True
            place = self.elsewhere[nearest] if nearest else None
        return False

    def condition(self, upper: str, column: str = "path") -> Q:
        """Return "stood below this node on that day, or is the node itself" on a column of today's paths."""
        came_from_outside = [
            path
            for path in self.elsewhere
            if path != upper and self.is_below(path, upper) and not self.is_below(path[: -paths.WIDTH], upper)
        ]
        return reduce(or_, (self._piece(path, upper, column) for path in [upper, *came_from_outside]))

    def _piece(self, top: str, upper: str, column: str) -> Q:
        """Return everything below ``top`` but for what did not stand below ``upper``."""
        condition = paths.below(top, column)
        waiting = [path for path in self.inner.get(self._nearest(top), []) if paths.covers(top, path)]
        while waiting:
            path = waiting.pop()
            if self.is_below(path, upper):
                waiting += self.inner.get(path, [])
            else:
                condition &= ~paths.below(path, column)
        return condition

    def _nearest(self, path: str) -> str:
        """Return the nearest node at or above a path that stood elsewhere on that day; empty where there is none."""
        return next((one for one in reversed(paths.ancestors(path)) if one in self.elsewhere), "")


def line_on(day: date) -> LineOn:
    """Read which nodes stood elsewhere on a day: one statement, whatever the size of the tree.

    An affiliation that has not ended is where the node stands today, so only ended ones can tell of another place.
    """
    moved = Affiliation.objects.filter(
        start_date__lte=day, end_date__gte=day, organization__start_date__lte=day
    ).exclude(parent=F("organization__parent"))
    return LineOn(day, dict(moved.values_list("organization__path", "parent__path")))


def subtree_on(organization: Organization, day: date) -> OrganizationQuerySet:
    """Return a node and everything that stood below it on a day and existed then: two statements with the reading."""
    return Organization.objects.on(day).filter(line_on(day).condition(organization.path))


def parents_on(organizations: Iterable[Organization], day: date) -> dict[int, int | None]:
    """Return the parents of many nodes on a day by their ids; those that did not stand then are left out."""
    keys = [row.pk for row in organizations]
    found: dict[int, int | None] = {}
    for start in range(0, len(keys), BATCH):
        rows = Affiliation.objects.filter(organization__in=keys[start : start + BATCH])
        rows = rows.filter(Q(end_date__isnull=True) | Q(end_date__gte=day), start_date__lte=day)
        found |= dict(rows.values_list("organization_id", "parent_id"))
    return found


def parent_on(organization: Organization, day: date) -> Organization | None:
    """Return whom a node stood under on a day; None for a top of the tree and for a node that did not stand then."""
    parent = parents_on([organization], day).get(organization.pk)
    return Organization.objects.get(pk=parent) if parent is not None else None


def names_on(organizations: Iterable[Organization], day: date) -> dict[int, OrganizationName]:
    """Return which names many nodes bore on a day, by their ids; those that bore none then are left out."""
    keys = [row.pk for row in organizations]
    found: dict[int, OrganizationName] = {}
    for start in range(0, len(keys), BATCH):
        rows = OrganizationName.objects.filter(organization__in=keys[start : start + BATCH])
        rows = rows.filter(Q(end_date__isnull=True) | Q(end_date__gte=day), start_date__lte=day)
        found |= {row.organization_id: row for row in rows}
    return found


def name_on(organization: Organization, day: date) -> str:
    """Return the name a node bore on a day, empty where it did not exist."""
    found = names_on([organization], day).get(organization.pk)
    return found.name if found else ""


def successions_of(organization: Organization) -> list[OrganizationSuccession]:
    """Return what a node took over from which others, and who took over from it, the latest first."""
    rows = OrganizationSuccession.objects.filter(Q(predecessor=organization) | Q(successor=organization))
    return list(rows.select_related("predecessor", "successor").order_by("-date", "-pk"))
