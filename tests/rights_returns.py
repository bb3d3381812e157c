"""What the rights' world holds of returned criteria: one that is out of the sheet under acceptance, amended, with a file."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from qiangji.assessments.models import CriterionReturn
from qiangji.assessments.services.amending import attach_amendment_file, open_returns, seen_digest
from qiangji.assessments.services.returning import return_criteria
from qiangji.files.tests import samples
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import PASSWORD

if TYPE_CHECKING:
    from tests.rights_world import Rights

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)


def lay_returns(world: "Rights") -> None:
    """Return one criterion of the hospital's sheet that is being accepted, and write on it."""
    sheet = world.sheet("accepting")
    (row,) = return_criteria(
        reach=reach_of(world.people["supervisor"], at=AT),
        sheet_id=sheet.public_id,
        reasons={"2-0-1": "缺第三季度记录"},
        due_date=date(2026, 10, 30),
        seen_version=sheet.version,
        at=AT,
    )
    file = attach_amendment_file(
        reach=reach_of(world.people["office"], at=AT),
        return_id=row.public_id,
        upload=samples.upload(samples.pdf("amendment"), "补充.pdf"),
        at=AT,
    )
    world.things |= {"return accepting": row, "amendment file accepting": file}


def of(kind: str) -> Callable[["Rights", str], list[Any]]:
    return lambda world, case: [world.things[f"{kind} {case}"].public_id]


ARGUMENTS: dict[str, Callable[["Rights", str], list[Any]]] = {
    "assessments:returns": of("sheet"),
    "assessments:return_criteria": of("sheet"),
    "assessments:sign_amendment": of("sheet"),
    "assessments:amend": of("return"),
    "assessments:cancel_return": of("return"),
    "assessments:amendment_file": of("amendment file"),
}

Body = dict[str, Any]
BODIES: dict[str, Callable[["Rights", str], Body]] = {
    "assessments:return_criteria": lambda world, case: {
        "seen_version": str(world.sheet(case).version),
        "due_date": "2099-12-31",
        "reason-1-1-1": "缺记录",
    },
    "assessments:amend": lambda world, case: {
        "seen_version": str(CriterionReturn.objects.get().version),
        "points": "3",
        "text": "已补充",
    },
    "assessments:cancel_return": lambda world, case: {"reason": "退错"},
    "assessments:sign_amendment": lambda world, case: {
        "password": PASSWORD,
        "seen": seen_digest(open_returns(world.sheet(case))),
    },
}
