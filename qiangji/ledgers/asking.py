"""What is asked of an organization's ledgers, as far as somebody above knows it: the editions that bind are not this app's.

Standards that no authority has adopted, and that no running sheet is by, bind nobody: their figures are not shown as
lacking. An app above that knows which do calls ``asked_by`` from its ``AppConfig.ready``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qiangji.ledgers.vocabulary import Period
from qiangji.orgs.models import Organization


@dataclass(frozen=True)
class Asked:
    """So many records of a kind in each period, and which clause asks for them in words."""

    kind: str
    what: str
    clause: str
    per: Period
    at_least: int
    usual: bool = False


Knower = Callable[[Sequence[Organization], date], Mapping[int, Sequence[Asked]]]
KNOWERS: list[Knower] = []


def asked_by(knower: Knower) -> None:
    """Let an app above say what binds; asked for the same organizations, several are put together."""
    if knower not in KNOWERS:
        KNOWERS.append(knower)


def asked_of(organizations: Sequence[Organization], day: date) -> dict[int, list[Asked]]:
    """Return, by organization, what binds it on a day: the statements of whoever knows."""
    found: dict[int, list[Asked]] = {one.pk: [] for one in organizations}
    for knower in KNOWERS:
        for key, some in knower(organizations, day).items():
            found[key] += some
    return found
