"""What the rights' world holds of objections: one against a mark of our hospital in a year that was decided."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from qiangji.assessments.models import Answer
from qiangji.files.tests import samples
from qiangji.orgs.reach import reach_of
from qiangji.results.services.objections import file_objection

if TYPE_CHECKING:
    from tests.rights_world import Rights

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)


def lay_objections(world: "Rights") -> None:
    """The secretary of our hospital objects to the mark of its first criterion."""
    sheet = world.sheet("last")
    row = file_objection(
        reach=reach_of(world.people["secretary"], at=AT),
        sheet=sheet,
        kind="correction",
        answer=Answer.objects.get(sheet=sheet, criterion__code="1-1-1"),
        words="漏算第三季度",
        uploads=[samples.upload(samples.pdf("objection"), "记录.pdf")],
        at=AT,
    )
    world.things |= {"objection last": row, "objection file last": row.files.get()}


def of(kind: str) -> Callable[["Rights", str], list[Any]]:
    return lambda world, case: [world.things[f"{kind} {case}"].public_id]


ARGUMENTS: dict[str, Callable[["Rights", str], list[Any]]] = {
    "results:objections": of("sheet"),
    "results:objection_new": of("sheet"),
    "results:objection": of("objection"),
    "results:objection_answer": of("objection"),
    "results:objection_withdraw": of("objection"),
    "results:objection_file": of("objection file"),
}

Body = dict[str, Any]
BODIES: dict[str, Callable[["Rights", str], Body]] = {
    "results:objection_new": lambda world, case: {"subject": "1-1-2", "kind": "appeal", "words": "漏算"},
    "results:objection_answer": lambda world, case: {
        "seen_version": "1",
        "outcome": "rejected",
        "reply": "未见记录",
    },
    "results:objection_withdraw": lambda world, case: {"seen_version": "1"},
}
