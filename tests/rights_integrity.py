"""What the rights' world holds of doubt: files of our hospital's submitted sheet, doubted, explained, found false."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from qiangji.assessments.models import Answer, Evidence, IntegrityFlag
from qiangji.assessments.services.integrity import move_flag, raise_flag
from qiangji.files.services import store as store_file
from qiangji.files.tests import samples
from qiangji.orgs.reach import reach_of

if TYPE_CHECKING:
    from tests.rights_world import Rights

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
AHEAD = date(2099, 12, 31)
WAY = {"raised": [], "explained": ["answer"], "found": ["answer", "confirm"]}
NEXT = {"raised": "answer", "explained": "confirm", "found": "settle"}


def lay_doubts(world: "Rights") -> None:
    """Store the three, raised by our authority."""
    answer = Answer.objects.get(sheet=world.sheet("submitted"), criterion__code="1-1-2")
    by = {who: reach_of(world.people[who], at=AT) for who in ("supervisor", "office", "guidance")}
    for case, verbs in WAY.items():
        evidence = Evidence.objects.create(
            answer=answer,
            content=store_file(samples.upload(samples.pdf(f"doubt {case}")), at=AT),
            filename=f"{case}.pdf",
            attached_by=world.people["office"],
            attached_at=AT,
        )
        flag = raise_flag(
            reach=by["supervisor"], answer=answer, evidence=evidence, reason="不符", answer_until=AHEAD, at=AT
        )
        for verb in verbs:
            who = "office" if verb == "answer" else "guidance"
            flag = move_flag(
                reach=by[who], flag=flag, verb=verb, words="说明", seen_version=flag.version, at=AT
            )
        world.things[f"doubt {case}"] = IntegrityFlag.objects.get(pk=flag.pk)


ARGUMENTS: dict[str, Callable[["Rights", str], list[Any]]] = {
    "assessments:integrity_raise": lambda world, case: [world.sheet(case).public_id, "1-1-1"],
    "assessments:integrity": lambda world, case: [world.things[f"doubt {case}"].public_id],
    "assessments:integrity_move": lambda world, case: [world.things[f"doubt {case}"].public_id, NEXT[case]],
}

BODIES: dict[str, Callable[["Rights", str], dict[str, Any]]] = {
    "assessments:integrity_raise": lambda world, case: {
        "evidence": str(world.things[f"evidence {case}"].public_id),
        "reason": "日期不符",
        "answer_until": "2099-06-30",
    },
    "assessments:integrity_move": lambda world, case: {
        "words": "属实",
        "outcome": "mark",
        "seen_version": str(world.things[f"doubt {case}"].version),
    },
}
