"""What one person reaches: role assignments of a day, read once per request and asked many times."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from qiangji.accounts.models import User
from qiangji.lib.dates import local_day
from qiangji.lib.prepared import Prepared
from qiangji.orgs import paths
from qiangji.orgs.authorization import ROLES, Permission, RoleName
from qiangji.orgs.models import Oversight, RoleAssignment

OVERSEEING = {
    RoleName.SUPERVISOR,
    RoleName.SUPERVISOR_LEAD,
    RoleName.GUIDANCE,
    RoleName.READER,
    RoleName.ADMINISTRATOR,
}


@dataclass(frozen=True)
class Held:
    """One role at one node."""

    role: str
    organization_id: int
    path: str


@dataclass(frozen=True)
class Reach:
    """The nodes a person acts from on a day. Pages look rows up through it: ``visible_to(reach)``.

    An inspector's seat reaches nothing by itself: inspectors see what a draw gave to their team, and only that (§1).
    """

    user: User
    day: date
    held: tuple[Held, ...]
    paths: tuple[str, ...] = field(init=False)
    overseers: tuple[int, ...] = field(init=False)
    overseeing: dict[str, tuple[int, ...]] = field(init=False, default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        own = sorted({held.path for held in self.held if held.role != RoleName.INSPECTOR})
        tops = [path for path in own if not any(path != upper and paths.covers(upper, path) for upper in own)]
        object.__setattr__(self, "paths", tuple(tops))
        seats = {held.organization_id for held in self.held if held.role in OVERSEEING}
        object.__setattr__(self, "overseers", tuple(sorted(seats)))

    @property
    def roles(self) -> set[str]:
        """The names of all roles held anywhere."""
        return {held.role for held in self.held}

    def condition(self, path_field: str) -> Q:
        """Return "below one of my nodes, or below what one of them oversees" as a condition on a path column."""
        condition = Q(pk__in=[])
        for path in self.paths:
            condition |= paths.below(path, path_field)
        if self.overseers:
            overseen = Oversight.objects.on(self.day).filter(
                overseer__in=self.overseers, subject__path__at_or_above=OuterRef(path_field)
            )
            condition |= Q(Exists(overseen))
        return condition

    def condition_for(self, permission: Permission, path_field: str) -> Q:
        """Return "a node where a role of mine allows this, or below one from which it reaches down" on a path column.

        Supervision and guidance do not count: what is asked this way (members, ledgers) stays inside the Party line of
        the organization it belongs to (privacy boundary, domain §1).
        """
        condition = Q(pk__in=[])
        for held in self.held:
            role = ROLES[held.role]
            if role.allows(permission, own=False):
                condition |= paths.strictly_below(held.path, path_field)
            if role.allows(permission, own=True):
                condition |= Q(**{path_field: held.path})
        return condition

    def allows_at(self, permission: Permission, path: str) -> bool:
        """Say of one loaded node what ``condition_for`` says of a column."""
        return any(
            (held.path == path and ROLES[held.role].allows(permission, own=True))
            or (
                held.path != path
                and paths.covers(held.path, path)
                and ROLES[held.role].allows(permission, own=False)
            )
            for held in self.held
        )

    def covers(self, path: str) -> bool:
        """Say of one loaded node what ``condition`` says of a column: below my nodes, or below what they oversee."""
        return any(paths.covers(upper, path) for upper in self.paths) or bool(self._overseers_of(path))

    def may(
        self, permission: Permission, organization_id: int, path: str, *, overseen_by: tuple[int, ...] = ()
    ) -> bool:
        """Say whether some role allows something towards a node.

        ``overseen_by`` are nodes known to oversee it, so that a role held there counts as held above it; the dated
        relations are asked only where these and the tree do not settle the question.
        """
        if self._allows(permission, organization_id, path, overseen_by):
            return True
        if not any(ROLES[held.role].allows(permission, own=False) for held in self.held):
            return False
        return self._allows(permission, organization_id, path, self._overseers_of(path))

    def _allows(
        self, permission: Permission, organization_id: int, path: str, overseen_by: tuple[int, ...]
    ) -> bool:
        for held in self.held:
            own = held.organization_id == organization_id
            above = paths.covers(held.path, path) or held.organization_id in overseen_by
            if (own or above) and ROLES[held.role].allows(permission, own=own):
                return True
        return False

    def learn(self, many: list[str]) -> None:
        """Ask the dated relations once for many nodes, before a list asks ``may`` of each."""
        if not self.overseers:
            return
        upward = {path: paths.ancestors(path) for path in many if path not in self.overseeing}
        subjects = {prefix for prefixes in upward.values() for prefix in prefixes}
        relations = Oversight.objects.on(self.day).filter(
            overseer__in=self.overseers, subject__path__in=subjects
        )
        by_subject: dict[str, list[int]] = {}
        for subject, overseer in relations.values_list("subject__path", "overseer_id"):
            by_subject.setdefault(subject, []).append(overseer)
        for path, prefixes in upward.items():
            self.overseeing[path] = tuple(one for prefix in prefixes for one in by_subject.get(prefix, []))

    def _overseers_of(self, path: str) -> tuple[int, ...]:
        if not self.overseers:
            return ()
        self.learn([path])
        return self.overseeing[path]

    def may_somewhere(self, permission: Permission) -> bool:
        """Say whether any role held anywhere allows something, at its node or downward."""
        return any(
            ROLES[held.role].allows(permission, own=True) or ROLES[held.role].allows(permission, own=False)
            for held in self.held
        )

    def nodes_with(self, permission: Permission, *, own: bool) -> list[int]:
        """Return the nodes at which a role is held that allows something there (own) or downward from there."""
        return [held.organization_id for held in self.held if ROLES[held.role].allows(permission, own=own)]


HELD_ON = Prepared(
    lambda user, day: RoleAssignment.objects.filter(
        Q(end_date=None) | Q(end_date__gt=day),
        Q(organization__end_date=None) | Q(organization__end_date__gte=day),
        user=user,
        start_date__lte=day,
    ).values_list("role", "organization_id", "organization__path"),
    user=int,
    day=date,
)


def reach_of(user: User, *, at: datetime) -> Reach:
    """Read what a user reaches at a moment: one query."""
    day = local_day(at)
    return Reach(user=user, day=day, held=tuple(Held(*row) for row in HELD_ON(user=user.pk, day=day)))
