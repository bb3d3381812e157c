"""What the rights' world holds of dispatches: our hospital's, not answered and answered, and one inside the hospital."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from qiangji.accounts.models import User
from qiangji.dispatches.models import Task
from qiangji.dispatches.services.issuing import Asked, issue
from qiangji.dispatches.services.moves import move, save_draft
from qiangji.dispatches.services.proving import attach_proof
from qiangji.files.tests import samples
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import reach_of

if TYPE_CHECKING:
    from tests.rights_world import Rights, Side

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
AHEAD = date(2099, 12, 31)


def lay_dispatches(world: "Rights", ours: "Side") -> None:
    """Store the three; those of the hospital have a proof each."""
    people = world.people
    for case, body, node, by in [
        ("asked", ours.authority, ours.hospital, people["supervisor"]),
        ("answered", ours.authority, ours.hospital, people["supervisor"]),
        ("branch", ours.hospital, ours.branch, people["office"]),
    ]:
        row = asked_of(body, node, by)
        if case != "branch":
            office = reach_of(people["office"], at=AT)
            upload = samples.upload(samples.pdf(f"dispatch {case}"), "佐证.pdf")
            world.things[f"dispatch proof {case}"] = attach_proof(reach=office, row=row, upload=upload, at=AT)
        if case == "answered":
            row = save_draft(reach=office, row=row, text="已办", seen_version=1, at=AT)
            row = move(reach=office, row=row, verb="answer", seen_version=2, at=AT)
        world.things[f"dispatch {case}"] = row
        world.things[f"dispatch item {case}"] = row.dispatch


def asked_of(body: Organization, node: Organization, by: User) -> Task:
    """Issue one dispatch to one organization."""
    asked = Asked("事项", "要求", [node.public_id], AHEAD, by)
    dispatch = issue(reach=reach_of(by, at=AT), body=body, asked=asked, at=AT)
    return Task.objects.select_related("dispatch").get(dispatch=dispatch)


def named(kind: str, *more: str) -> Callable[["Rights", str], list[Any]]:
    """The thing of a kind that a case names."""
    return lambda world, case: [world.things[f"{kind} {case}"].public_id, *more]


ARGUMENTS: dict[str, Callable[["Rights", str], list[Any]]] = {
    "dispatches:item": named("dispatch item"),
    "dispatches:one": named("dispatch"),
    "dispatches:answer": named("dispatch"),
    "dispatches:remark": named("dispatch"),
    "dispatches:deadline": named("dispatch"),
    "dispatches:owner": named("dispatch"),
    "dispatches:move": named("dispatch", "accept"),
    "dispatches:proof_file": named("dispatch proof"),
    "dispatches:proof_detach": named("dispatch proof"),
}

Body = dict[str, Any]


def seen(**more: str) -> Callable[["Rights", str], Body]:
    return lambda world, case: (
        {"seen_version": str(world.things[f"dispatch {case}"].version), "words": "属实"} | more
    )


BODIES: dict[str, Callable[["Rights", str], Body]] = {
    "dispatches:new": lambda world, case: {
        "body": str(world.things["authority"].public_id),
        "organization": [str(world.things["hospital"].public_id)],
        "title": "新事项",
        "text": "要求",
        "deadline": "2099-06-30",
        "owner": str(world.people["supervisor"].public_id),
    },
    "dispatches:answer": seen(text="已办结", act="submit"),
    "dispatches:remark": seen(),
    "dispatches:deadline": seen(deadline="2100-01-31"),
    "dispatches:owner": lambda world, case: (
        seen()(world, case) | {"owner": str(world.people["supervisor"].public_id)}
    ),
    "dispatches:move": seen(),
    "dispatches:proof_detach": lambda world, case: {"reason": "传错"},
}
