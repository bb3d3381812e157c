"""What the page of a cycle tells beside its dates: who accepts, rates and recognizes in words, and what was changed."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qiangji.accounts.models import User
from qiangji.assessments.models import Cycle, CycleEdition
from qiangji.assessments.stages import Stage
from qiangji.audit.models import Event
from qiangji.orgs.models import Organization

VERBS = {
    "cycle.created": "建立",
    "cycle.opened": "建考评表",
    "cycle.changed": "改动",
    "cycle.figures_set": "改认定设置",
    "cycle.closed": "关闭",
}


@dataclass(frozen=True)
class Happened:
    """One entry of a cycle's history."""

    at: datetime
    by: str
    what: str
    lines: list[list[str]] = field(default_factory=list)
    reason: str = ""


@dataclass(frozen=True)
class Story:
    """The history of a cycle, the newest first, and how many organizations an interrupted opening left without a sheet."""

    entries: list[Happened]
    left: int


def story_of(cycle: Cycle) -> Story:
    """Read what happened to a cycle from its events: two statements. Steps of one opening are one entry."""
    events = list(Event.objects.filter(object_type="cycle", object_id=cycle.public_id).order_by("sequence"))
    names = {
        user.public_id: user.name
        for user in User.objects.filter(public_id__in={one.actor_id for one in events if one.actor_id})
    }
    entries: list[Happened] = []
    made = left = 0
    for event in events:
        data: dict[str, Any] = json.loads(event.data)
        what = VERBS.get(event.verb, "")
        if event.verb == "cycle.opened":
            made, left = made + data["sheets"], data.get("left", 0)
            if left or not made:
                continue
            what, made = f"为 {made} 个组织建立考评表", 0
        if what:
            by = names.get(event.actor_id, "系统") if event.actor_id else "系统"
            lines = data.get("changes", [])
            entries.append(Happened(event.at, by, what, lines, data.get("reason", "")))
    return Story(entries[::-1], left)


def duties_of(cycle: Cycle, editions: list[CycleEdition]) -> list[tuple[str, str]]:
    """Say in words who accepts, who rates, whose marks are final and who recognizes, by kind of organization."""
    found = []
    for choice in editions:
        is_hospital = choice.organization_kind == Organization.Kind.HOSPITAL
        acceptor = "开启时的主管部门" if is_hospital else "所在医院"
        rating = choice.final_stage == Stage.RATING
        rates = "同一部门再评定" if is_hospital else "医院的主管部门再评定"
        tail = f"，{rates}，以评定得分为最终得分" if rating else "，以验收得分为最终得分，不再评定"
        found.append((choice.get_organization_kind_display(), f"由{acceptor}验收{tail}。"))
    recognizer = cycle.recognizer or cycle.owner
    found.append(("认定", f"由{recognizer.name}认定；抽查过的条目以抽查得分为准。"))
    return found
