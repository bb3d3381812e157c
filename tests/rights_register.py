"""What the rights' world holds of the register and of dues: one member of our branch with everything, one with nothing.

``registered`` is registered as in difficulty, exempted and floating, and linked to the account of ``member``.
"""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from qiangji.members.models import Exemption, FloatingSpell, Hardship, Member
from qiangji.members.tests.factories import make_member
from qiangji.orgs.tests.factories import SINCE

if TYPE_CHECKING:
    from tests.rights_world import Rights, Side

DAY = "2026-10-20"


def lay_register(world: "Rights", ours: "Side") -> None:
    """Store both members."""
    registered = make_member(ours.branch, "在册", staff_number="R1")
    registered.person.user = world.people["member"]
    registered.person.save(update_fields=["user"])
    world.things |= {
        "registered": registered,
        "newcomer": make_member(ours.branch, "预备", staff_number="R2", confirmed_date=None),
        "departed": departed(ours),
        "exemption": Exemption.objects.create(
            member=registered, duty="all", document="1", start_date=SINCE, end_date=date(2099, 12, 31)
        ),
        "floating": FloatingSpell.objects.create(
            member=registered, direction="out", place="某地", start_date=SINCE
        ),
        "hardship": Hardship.objects.create(member=registered, start_date=SINCE),
    }


def departed(ours: "Side") -> Member:
    """Somebody who was recorded as having left our branch."""
    member = make_member(
        ours.branch, "离册", staff_number="R9", ceased_date=date(2026, 5, 1), ceased_how="other"
    )
    member.branches.update(end_date=date(2026, 4, 30), departure="ceased")
    return member


def of_registered(name: str = "") -> Callable[["Rights", str], list[Any]]:
    """The member with everything, and one thing of it."""
    names = ["registered", *([name] if name else [])]
    return lambda world, case: [world.things[one].public_id for one in names]


def who_left(world: "Rights", case: str) -> list[Any]:
    return [world.things["departed"].public_id]


def newcomer(world: "Rights", case: str) -> list[Any]:
    return [world.things["newcomer"].public_id]


def node(world: "Rights", case: str) -> list[Any]:
    return [world.things[case].public_id]


ARGUMENTS: dict[str, Callable[["Rights", str], list[Any]]] = {
    "members:create": node,
    "members:statistics": node,
    "members:statistics_file": node,
    "members:detail": of_registered(),
    "members:change": of_registered(),
    "members:adjust": of_registered(),
    "members:confirm": newcomer,
    "members:cease": of_registered(),
    "members:reinstate": who_left,
    "members:exempt": newcomer,
    "members:end_exemption": of_registered("exemption"),
    "members:float": newcomer,
    "members:end_floating": of_registered("floating"),
    "members:account": newcomer,
    "members:hardship": of_registered(),
    "members:start_hardship": newcomer,
    "members:end_hardship": of_registered("hardship"),
    "ledgers:dues": lambda world, case: [world.things[case].public_id, "2026-09"],
    "ledgers:member_year": of_registered(),
}


def new_row(world: "Rights", case: str) -> dict[str, Any]:
    return {
        "name": "新人",
        "staff_number": "R3",
        "branch": str(world.things["branch"].public_id),
        "joined_date": "2025-07-01",
    }


def moved(world: "Rights", case: str) -> dict[str, Any]:
    return {"branch": str(world.things["clinic"].public_id), "start_date": DAY}


def dues(world: "Rights", case: str) -> dict[str, Any]:
    key = str(world.things["registered"].public_id)
    return {"paid": [key], "shown": [key], f"amount_{key}": "10", "paid_date": DAY}


BODIES: dict[str, Callable[["Rights", str], dict[str, Any]]] = {
    "members:create": new_row,
    "members:change": lambda world, case: {
        "name": "更名",
        "staff_number": "R1",
        "joined_date": "2010-07-01",
        "confirmed_date": "2011-07-01",
    },
    "members:adjust": moved,
    "members:confirm": lambda world, case: {"date": DAY},
    "members:reinstate": lambda world, case: {"reason": "核对有误"},
    "members:cease": lambda world, case: {"how": "other", "date": DAY},
    "members:exempt": lambda world, case: {
        "duty": "all",
        "document": "1",
        "start_date": DAY,
        "end_date": "2026-12-31",
    },
    "members:end_exemption": lambda world, case: {"end_date": DAY},
    "members:float": lambda world, case: {"direction": "out", "place": "某地", "start_date": DAY},
    "members:end_floating": lambda world, case: {"end_date": DAY},
    "members:account": lambda world, case: {"username": "delegate"},
    "members:start_hardship": lambda world, case: {"start_date": DAY},
    "members:end_hardship": lambda world, case: {"end_date": DAY},
    "ledgers:dues": dues,
}
