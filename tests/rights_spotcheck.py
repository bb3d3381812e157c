"""What the rights' world holds of spot checks: draws of the province, a team of one, and what was given to it.

``inspecting`` is a sheet of an earlier year that the team is at; everything before it happened without services, since
rights are tried here and not histories.
"""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qiangji.assessments.models import Cycle, Draw, DrawEntry, Finding, Inspection, Sheet, Team, TeamMember
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.tests.factories import make_cycle
from qiangji.orgs.models import Organization

if TYPE_CHECKING:
    from tests.rights_world import Rights

FROZEN = datetime(2026, 10, 18, 2, 0, tzinfo=UTC)
FOREVER = (date(2020, 1, 1), date(2099, 12, 31))
VISIT = "2026-11-20"
CASES = {"waiting": "drawn", "running": "under_inspection", "concluded": "inspected"}


def lay_spot_check(world: "Rights", province: Organization, hospital: Organization) -> None:
    """A frozen draw, a drawn one with an organization still to give away, those that the team has, and a team of nothing."""
    made = draw_of(world.things["cycle province"], province, 2, seed="3-1-6", drawn_at=FROZEN)
    team = Team.objects.create(draw=made, name="第一组", start_date=FOREVER[0], end_date=FOREVER[1])
    TeamMember.objects.create(team=team, user=world.people["inspector"], is_lead=True)
    beside = Team.objects.create(draw=made, name="第三组", start_date=FOREVER[0], end_date=FOREVER[1])
    mate = TeamMember.objects.create(team=beside, user=world.people["inspector_above"])
    world.things |= {
        "draw frozen": draw_of(world.things["cycle province"], province, 1),
        "draw drawn": made,
        "team": team,
        "teammate": mate,
        "entry": entry_of(made, world.sheet("submitted"), 9),
    }
    for number, (case, state) in enumerate(CASES.items(), start=1):
        sheet = sheet_of_year(world, province, hospital, 2016 - number)
        ended = {"concluded_by": world.people["inspector"], "concluded_at": FROZEN, "summary": "属实"}
        Sheet.objects.filter(pk=sheet.pk).update(
            state=state, version=7, inspected_round=1 if case == "concluded" else None
        )
        world.things[f"inspection {case}"] = Inspection.objects.create(
            team=team,
            entry=entry_of(made, sheet, number),
            sheet=sheet,
            round=1,
            visit_date=FROZEN.date(),
            methods=["records", "interview"],
            started_at=None if case == "waiting" else FROZEN,
            **(ended if case == "concluded" else {}),
        )
    world.things["sheet inspecting"] = Sheet.objects.get(state="under_inspection")
    world.things["finding"] = Finding.objects.create(
        client_id=uuid.uuid4(),
        inspection=world.things["inspection running"],
        method="records",
        kind="problem",
        text="缺第三季度记录",
        recorded_by=world.people["inspector"],
        recorded_at=FROZEN,
    )


def sheet_of_year(world: "Rights", province: Organization, hospital: Organization, year: int) -> Sheet:
    """Our hospital's sheet of another year's cycle."""
    cycle = make_cycle(province, world.things["edition"], year=year)
    open_cycle(cycle=cycle, by=None, at=FROZEN)
    return Sheet.objects.get(cycle=cycle, organization=hospital)


def draw_of(cycle: Cycle, organizer: Organization, number: int, **fields: Any) -> Draw:
    return Draw.objects.create(
        cycle=cycle,
        organizer=organizer,
        number=number,
        plan_number="测试〔2026〕9号",
        population="applicants",
        ratio=Decimal("0.5"),
        size=3,
        population_digest="0" * 64,
        frozen_at=FROZEN,
        **fields,
    )


def entry_of(made: Draw, sheet: Sheet, rank: int) -> DrawEntry:
    return DrawEntry.objects.create(
        draw=made,
        sheet=sheet,
        code=f"C{rank}",
        name="甲院",
        stratum="全部",
        ticket=f"{rank:064x}",
        rank=rank,
        is_drawn=True,
    )


def named(name: str) -> Callable[["Rights", str], list[Any]]:
    """The public id of the thing that a case names."""
    return lambda world, case: [world.things[f"{name} {case}"].public_id]


def in_draw(name: str) -> Callable[["Rights", str], list[Any]]:
    """The drawn draw and one thing of it by its key."""
    return lambda world, case: [world.things["draw drawn"].public_id, world.things[name].pk]


ARGUMENTS: dict[str, Callable[["Rights", str], list[Any]]] = {
    "assessments:draws": named("cycle"),
    "assessments:new_draw": named("cycle"),
    "assessments:draw": named("draw"),
    "assessments:draw_file": named("draw"),
    "assessments:make_draw": named("draw"),
    "assessments:void_draw": named("draw"),
    "assessments:new_team": named("draw"),
    "assessments:substitute": in_draw("entry"),
    "assessments:assign": in_draw("entry"),
    "assessments:leave_team": in_draw("teammate"),
    "assessments:name_team_lead": in_draw("teammate"),
    "assessments:add_team_member": in_draw("team"),
    "assessments:move_team_end": in_draw("team"),
    "assessments:inspection": named("inspection"),
    "assessments:start_inspection": named("inspection"),
    "assessments:conclude_inspection": named("inspection"),
    "assessments:note": named("inspection"),
    "assessments:count_interview": named("inspection"),
    "assessments:withdraw_inspection": named("inspection"),
    "assessments:withdraw_note": lambda world, case: [
        world.things["inspection running"].public_id,
        world.things["finding"].public_id,
    ],
}

Body = dict[str, Any]


def as_json(data: dict[str, Any]) -> Body:
    """What a script sends."""
    return {"json": json.dumps(data)}


BODIES: dict[str, Callable[["Rights", str], Body]] = {
    "assessments:make_draw": lambda world, case: {"seed": "7", "seed_source": "骰子"},
    "assessments:void_draw": lambda world, case: {"reason": "漏了一家"},
    "assessments:substitute": lambda world, case: {"reason": "搬迁"},
    "assessments:assign": lambda world, case: {
        "team": str(world.things["team"].pk),
        "visit_date": VISIT,
        "methods": ["records"],
    },
    "assessments:add_team_member": lambda world, case: {"member": str(world.people["inspector_above"].pk)},
    "assessments:move_team_end": lambda world, case: {"end_date": "2098-12-31", "reason": "提前结束"},
    "assessments:new_team": lambda world, case: {
        "name": "第二组",
        "start_date": VISIT,
        "end_date": "2099-12-31",
        "members": [str(world.people["inspector_above"].pk)],
        "lead": str(world.people["inspector_above"].pk),
    },
    "assessments:conclude_inspection": lambda world, case: {"summary": "属实"},
    "assessments:note": lambda world, case: as_json(
        {"id": str(uuid.uuid4()), "method": "records", "kind": "help", "text": "示范一次"}
    ),
    "assessments:count_interview": lambda world, case: as_json(
        {"group": "staff", "counts": {"life": [3, 1, 0]}}
    ),
}
