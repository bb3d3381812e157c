"""Who may record what: a kind may name the roles that own its facts; and under which role a person recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from qiangji.accounts.models import User
from qiangji.ledgers.exceptions import Problem
from qiangji.ledgers.vocabulary import LedgerKind
from qiangji.orgs import paths
from qiangji.orgs.authorization import ROLES, Permission, title_of
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach, reach_of


def may_record(kind: LedgerKind, organization: Organization, reach: Reach) -> bool:
    """Say whether a person may record this kind at this organization."""
    if not reach.allows_at(Permission.RECORD_LEDGERS, organization.path):
        return False
    if not kind.recorders:
        return True
    return any(
        held.role in kind.recorders and paths.covers(held.path, organization.path) for held in reach.held
    )


@dataclass(frozen=True)
class Recorder:
    """Who records; ``reach`` is None for the system itself (plans, generated entries, the demo)."""

    reach: Reach | None

    def problems(self, organization: Organization, kinds: Iterable[LedgerKind]) -> list[Problem]:
        """Name the kinds that others have to record."""
        if self.reach is None:
            return []
        return [
            Problem(
                "kinds",
                f"“{kind.title}”由{'、'.join(title_of(role) for role in kind.recorders)}登记，请联系他们。",
            )
            for kind in kinds
            if kind.recorders and not may_record(kind, organization, self.reach)
        ]

    def entered_as(self, organization: Organization, kinds: Iterable[LedgerKind]) -> str:
        """Return the role under which this is recorded: one that owns the kind first, the nearest seat first."""
        if self.reach is None:
            return ""
        owners = {role for kind in kinds for role in kind.recorders}
        allowed = [
            held
            for held in self.reach.held
            if paths.covers(held.path, organization.path)
            and ROLES[held.role].allows(Permission.RECORD_LEDGERS, own=held.path == organization.path)
        ]
        allowed.sort(key=lambda held: (held.role not in owners, -len(held.path), held.role))
        return allowed[0].role if allowed else ""


def recorder_of(by: User | None, at: datetime) -> Recorder:
    """Read under which roles somebody records: one query."""
    return Recorder(None if by is None else reach_of(by, at=at))
