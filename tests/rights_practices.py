"""What the rights' world holds of practices: our hospital's draft, one that waits for its authority, one in the library.

The one in the library is published to what our authority answers for, and our branch adopted it.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from qiangji.files.tests import samples
from qiangji.orgs.reach import reach_of
from qiangji.practices.services.adopting import adopt
from qiangji.practices.services.moves import move
from qiangji.practices.services.writing import attach_file, start_practice
from qiangji.practices.tests.worlds import WORDS
from qiangji.standards.models import Criterion

if TYPE_CHECKING:
    from tests.rights_world import Rights, Side

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)


def lay_practices(world: "Rights", ours: "Side") -> None:
    """Store the three, each with a file."""
    criterion = Criterion.objects.get(edition=world.things["edition"], code="1-1-1")
    by = {who: reach_of(world.people[who], at=AT) for who in ("office", "supervisor", "branch")}
    for case in ("draft", "submitted", "published"):
        row = start_practice(
            reach=by["office"], organization=ours.hospital, criterion=criterion, words=WORDS, at=AT
        )
        upload = samples.upload(samples.pdf(f"practice {case}"), "制度.pdf")
        world.things[f"practice file {case}"] = attach_file(reach=by["office"], row=row, upload=upload, at=AT)
        if case != "draft":
            row = move(reach=by["office"], row=row, verb="submit", seen_version=1, at=AT)
        if case == "published":
            row = move(
                reach=by["supervisor"],
                row=row,
                verb="publish",
                node_id=ours.authority.pk,
                seen_version=2,
                at=AT,
            )
            world.things["practice adoption"] = adopt(
                reach=by["branch"], row=row, organization=ours.branch, date=date(2026, 10, 1), note="", at=AT
            )
        world.things[f"practice {case}"] = row
    world.things["general"] = ours.general


VERBS = {"draft": "submit", "submitted": "publish", "published": "take_down"}

Arguments = Callable[["Rights", str], list[Any]]


def named(kind: str) -> Arguments:
    """The thing of a kind that a case names."""
    return lambda world, case: [world.things[f"{kind} {case}"].public_id]


ARGUMENTS: dict[str, Arguments] = {
    "practices:one": named("practice"),
    "practices:edit": named("practice"),
    "practices:file_add": named("practice"),
    "practices:adopt": named("practice"),
    "practices:move": lambda world, case: [world.things[f"practice {case}"].public_id, VERBS[case]],
    "practices:file": named("practice file"),
    "practices:file_detach": named("practice file"),
    "practices:adoption_end": lambda world, case: [
        world.things["practice published"].public_id,
        world.things["practice adoption"].public_id,
    ],
}


def written(world: "Rights", **changes: str) -> dict[str, Any]:
    form = {"edition": str(world.things["edition"].public_id), "code": "1-1-2"}
    return form | dict(WORDS.items()) | changes


BODIES: dict[str, Callable[["Rights", str], dict[str, Any]]] = {
    "practices:new": lambda world, case: written(world),
    "practices:edit": lambda world, case: written(
        world, title="另一个标题", seen_version=str(world.things[f"practice {case}"].version)
    ),
    "practices:file_add": lambda world, case: {"files": [samples.upload(samples.pdf("p3"), "新.pdf")]},
    "practices:file_detach": lambda world, case: {"reason": "传错"},
    "practices:move": lambda world, case: {
        "seen_version": str(world.things[f"practice {case}"].version),
        "words": "不再适用",
        "node": str(world.things["authority"].pk),
    },
    "practices:adopt": lambda world, case: {
        "organization": str(world.things["general"].pk),
        "date": "2021-01-04",
    },
    "practices:adoption_end": lambda world, case: {"reason": "登记错了"},
}
