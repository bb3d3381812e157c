"""Sheets of the demo: a cycle of the year, opened, with sheets in every state."""

from collections.abc import Callable

from qiangji.accounts.models import User
from qiangji.orgs.models import Organization
from qiangji.web.demo.plan import Plan


def plant_sheets(
    *,
    nodes: dict[str, Organization],
    users: dict[str, User],
    plan: Plan,
    seed: int,
    year: int,
    tell: Callable[[str], None],
) -> None:
    """Open the cycle."""
