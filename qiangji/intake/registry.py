"""Which tables can come in and go out. A new one is a class in ``kinds`` and a line here."""

from collections.abc import Iterator

from qiangji.intake.exceptions import IntakeError
from qiangji.intake.kinds.base import Kind
from qiangji.intake.kinds.members import Exemptions, Members
from qiangji.intake.kinds.offices import DepartmentTable, PostTable, StateTable, TermTable
from qiangji.intake.kinds.people import AttendanceTable, DuesTable, HoursTable
from qiangji.intake.kinds.records import RecordTable
from qiangji.intake.kinds.tree import Tree
from qiangji.ledgers.vocabulary import KINDS
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach

RECORD = "record."
FIXED: dict[str, type[Kind]] = {
    "organizations": Tree,
    "departments": DepartmentTable,
    "states": StateTable,
    "terms": TermTable,
    "posts": PostTable,
    "members": Members,
    "exemptions": Exemptions,
    "dues": DuesTable,
    "hours": HoursTable,
    "attendance": AttendanceTable,
}


def codes() -> Iterator[str]:
    """Yield the codes of all tables in the order in which pages list them."""
    yield from FIXED
    yield "records"
    yield from (f"{RECORD}{code}" for code, kind in KINDS.items() if not kind.own_table)


def kind_of(code: str) -> Kind:
    """Return a kind of table, made anew. Raises IntakeError for one that does not exist."""
    if code in FIXED:
        return FIXED[code]()  # type: ignore[call-arg]
    if code == "records":
        return RecordTable(None)
    ledger = KINDS.get(code.removeprefix(RECORD)) if code.startswith(RECORD) else None
    if ledger is None or ledger.own_table:
        raise IntakeError(f"没有“{code}”这种表格。可用的有：{'、'.join(FIXED)}、records、record.台账代码。")
    return RecordTable(ledger)


def kinds_at(organization: Organization, reach: Reach) -> list[Kind]:
    """Return the tables that this person may import at an organization."""
    offered = (kind_of(code) for code in codes())
    return [
        kind
        for kind in offered
        if kind.fits(organization) and reach.allows_at(kind.permission, organization.path)
    ]
