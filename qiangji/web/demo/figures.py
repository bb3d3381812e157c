"""States of a demo hospital: its level, staff, income, budgets and weights, as ``orgs.services.states`` leaves them."""

from collections.abc import Sequence
from datetime import date, datetime
from random import Random

from qiangji.accounts.models import User
from qiangji.lib.dates import SHANGHAI
from qiangji.orgs.models import Organization, OrganizationState
from qiangji.orgs.services.oversight import last_numbers
from qiangji.web.demo.faults import Fate
from qiangji.web.demo.people import House
from qiangji.web.demo.store import Store

OBJECT = "organization"


def write_states(
    store: Store, house: House, fate: Fate, *, random: Random, year: int, by: User | None
) -> None:
    """Write the states of one hospital."""
    where = house.organization
    numbers = last_numbers([where])
    store.numbers[OBJECT, where.public_id] = numbers[where.public_id]
    at = datetime(year, 1, 5, 15, 0, tzinfo=SHANGHAI)
    dated, yearly = date(year - 3, 1, 1), date(year, 1, 1)
    for kind, value, document in dated_states(house, random):
        record(store, where, kind, value, dated, None, document, by, at)
    for kind, value in yearly_states(house, fate):
        record(store, where, kind, value, yearly, date(year, 12, 31), "", by, at)
    weight = "20" if fate.lacks("low_weight") else "30"  # by which the year before was appraised
    record(store, where, "leader_weight", weight, date(year - 1, 1, 1), date(year - 1, 12, 31), "", by, at)


def dated_states(house: House, random: Random) -> Sequence[tuple[str, str, str]]:
    """What holds until it changes."""
    large = len(house.units) > 7
    level = "level_3" if large else "level_2" if house.is_committee else "level_1"
    found = [
        ("hospital_level", level, ""),
        ("establishment_staff", str(house.establishment), ""),
        ("staff_total", str(house.establishment * random.randint(130, 165) // 100), ""),
        ("trade_union", "yes", ""),
        ("youth_league", "yes", ""),
        ("women_committee", "yes", ""),
        ("leading_group", "yes", "党发〔2024〕6号"),
    ]
    members = sum(len(unit.members) for unit in house.units)
    if members < 110 and house.is_committee:
        found.append(("approved_small_committee", "yes", "组复〔2019〕27号"))
    return found


def yearly_states(house: House, fate: Fate) -> Sequence[tuple[str, str]]:
    """What holds for the year."""
    members = sum(len(unit.members) for unit in house.units)
    found = [
        ("staff_income", str(house.establishment * 168_000)),
        ("member_budget_standard", "600"),
        ("leader_weight", "20" if fate.lacks("low_weight") else "30"),
        ("performance_weight", "20"),
        ("party_performance_weight", "10"),
    ]
    if not fate.lacks("no_budget"):
        found.append(("activity_budget", str(max(house.establishment * 900, members * 600))))
    return found


def record(
    store: Store,
    where: Organization,
    kind: str,
    value: str,
    start: date,
    end: date | None,
    document: str,
    by: User | None,
    at: datetime,
) -> None:
    """Write one state with its event and its changed fact."""
    row = OrganizationState(
        organization=where,
        kind=kind,
        value=value,
        document=document,
        start_date=start,
        end_date=end,
        recorded_by=by,
        recorded_at=at,
    )
    store.put(row)
    data = {"kind": kind, "value": value, "start_date": start.isoformat(), "document": document}
    store.note("state.recorded", OBJECT, where.public_id, data, by=by, at=at)
    store.changed(f"state.{kind}", where.pk, start)
