"""What the rights' world holds of transfers and of merging and splitting: addresses, and what is sent to them.

``clinic`` is a branch of our hospital that nobody belongs to; ``wing`` is one whose members are on their way.
"""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from qiangji.members.models import Transfer
from qiangji.members.tests.factories import make_member
from qiangji.orgs.models import Department
from qiangji.orgs.tests.factories import SINCE, make_organization

if TYPE_CHECKING:
    from tests.rights_world import Rights, Side

SENT = date(2026, 10, 12)
# No letter of the tests lapses while they are run.
VALID_UNTIL = date(2099, 12, 31)


def lay_moving(world: "Rights", ours: "Side", theirs: "Side") -> None:
    """A member to be sent, one on the way out, one on the way in, one on the way out of the system."""
    clinic = make_organization(ours.hospital, name="甲院门诊部党支部")
    wing = make_organization(ours.hospital, name="甲院康复科党支部")
    far = make_organization(theirs.hospital, name="乙院康复科党支部")
    world.things |= {
        "clinic": clinic,
        "wing": wing,
        "ward": Department.objects.create(
            hospital=ours.hospital, name="门诊部", branch=clinic, start_date=SINCE
        ),
        "mover": make_member(wing, "待转"),
    }
    ways = [
        ("out", wing, {"target": theirs.hospital}),
        ("in", far, {"target": ours.hospital}),
        ("outside", wing, {"outside": "某街道党工委"}),
    ]
    for way, source, where in ways:
        world.things[f"transfer {way}"] = Transfer.objects.create(
            member=make_member(source, "转接中"),
            source=source,
            letter_number=way,
            sent_date=SENT,
            valid_until=VALID_UNTIL,
            **where,
        )


def node(world: "Rights", case: str) -> list[Any]:
    return [world.things[case].public_id]


def transfer(world: "Rights", case: str) -> list[Any]:
    return [world.things[f"transfer {case}"].public_id]


def successor(world: "Rights", case: str) -> dict[str, Any]:
    return {
        "code": "SUCCESSOR",
        "name": "接续党支部",
        "short_name": "接续支部",
        "first_day": "2026-10-20",
        "step": "confirm",
    }


ARGUMENTS: dict[str, Callable[["Rights", str], list[Any]]] = {
    "members:organization_on": node,
    "members:abolish": node,
    "members:merge": node,
    "members:split": node,
    "members:transfer_send": lambda world, case: [world.things["mover"].public_id],
    "members:transfer": transfer,
    "members:transfer_receive": transfer,
    "members:transfer_return": transfer,
    "members:transfer_cancel": transfer,
    "members:transfer_conclude": transfer,
    "reports:transfer_letter": transfer,
}

BODIES: dict[str, Callable[["Rights", str], dict[str, Any]]] = {
    "members:transfer_send": lambda world, case: {
        "outside": "某街道党工委",
        "sent_date": "2026-10-20",
        "valid_days": "90",
    },
    "members:transfer_receive": lambda world, case: {
        "branch": str(world.things["clinic"].pk),
        "staff_number": "NEW-7",
        "received_date": "2026-10-20",
    },
    "members:transfer_return": lambda world, case: {"reason": "编号有误", "date": "2026-10-20"},
    "members:transfer_cancel": lambda world, case: {"date": "2026-10-20"},
    "members:transfer_conclude": lambda world, case: {
        "receipt_date": "2026-10-20",
        "leaves_employer": "on",
    },
    "members:abolish": lambda world, case: {"last_day": "2026-10-20", "step": "confirm"},
    "members:merge": successor,
    "members:split": lambda world, case: (
        successor(world, case) | {"departments": [str(world.things["ward"].pk)]}
    ),
}
