"""What the rights' world holds of a site's own checks: the province wrote one, tried it, and kept a case beside it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from qiangji.standards.check_cases import CheckCase
from qiangji.standards.checks import CheckEntry
from qiangji.standards.site_checks import Trial, keep_case, note_trial, write_check

if TYPE_CHECKING:
    from tests.rights_world import Rights

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
CODE = "1-1-2"


def lay_checks(world: "Rights") -> None:
    """Write a version that is being worked on."""
    by = world.people["guidance"]
    entry = {"words": "党课一次", "check": {"count": {"of": "party_class", "at_least": 1}}}
    version = write_check(
        criterion=world.things["edition"].criteria.get(code=CODE), entry=CheckEntry.model_validate(entry),
        origin="blank", seen=0, by=by, at=AT,
    )  # fmt: skip
    note_trial(version=version, trial=Trial("", "2025 年全年", "met", "1 分"), by=by, at=AT)
    case = {"case": "没有", "code": CODE, "as_of": "2026-10-20", "answer": "pending"}
    keep_case(version=version, case=CheckCase.model_validate(case), by=by, at=AT)


ARGUMENTS = (
    {"assessments:check_carry": lambda world, case: [world.things["edition"].public_id]}
    | {
        f"assessments:check_{name}": lambda world, case: [world.things["edition"].public_id, CODE]
        for name in ("edit", "work", "try", "case_add", "adopt")
    }
    | {
        f"assessments:check_{name}": lambda world, case: [world.things["edition"].public_id, CODE, 1]
        for name in ("case_drop", "withdraw")
    }
)
BODIES = {
    "assessments:check_carry": lambda world, case: {"reason": "会议通过"},
    "assessments:check_edit": lambda world, case: {
        "mode": "text",
        "do": "keep",
        "seen": "1",
        "origin": "own",
        "text": "words: 看记录\nby_person: 看记录\n",
    },
    "assessments:check_try": lambda world, case: {"on": "cases"},
    "assessments:check_case_add": lambda world, case: {
        "organization": str(world.things["hospital"].public_id),
        "whole_year": "2023",
        "title": "那一年",
        "answer": "unmet",
    },
    "assessments:check_case_drop": lambda world, case: {"reason": "写错了"},
    "assessments:check_adopt": lambda world, case: {"reason": "会议通过"},
    "assessments:check_withdraw": lambda world, case: {"reason": "不用了"},
}
