"""Forms and rows of a site's own checks, as its pages send and keep them."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qiangji.assessments.models import Sheet
from qiangji.assessments.tests.worlds import World
from qiangji.ledgers.tests.factories import make_record
from qiangji.lib.dates import local_day
from qiangji.standards.checks import CheckEntry
from qiangji.standards.models import SiteCheck

ENTRY = CheckEntry.model_validate(
    {
        "words": "每季党课一次，全年学习四次。",
        "parameters": {"figure_1": {"title": "全年学习次数", "value": "4", "unit": "次", "place": "第一条"}},
        "check": {
            "all": [
                {"count": {"of": "party_class", "per": "quarter", "at_least": "1"}},
                {"count": {"of": "theory_study", "at_least": "$figure_1"}},
            ]
        },
    }
)
FOUND = [
    {"words": "党课每季度不少于1次", "kind": "count", "per": "quarter", "at_least": "1", "unit": "次"},
    {"words": "党员学时不少于32学时", "kind": "count", "per": "year", "at_least": "32", "unit": "学时"},
]


def address(world: World, name: str, code: str = "1-1-1", *more: object) -> str:
    return reverse(f"assessments:{name}", args=[world.sheet.edition.public_id, code, *more])


def line(number: int, **fields: str | list[str]) -> dict[str, Any]:
    usual = {"shape": "count", "per": "window", "bound": "at_least", "share": "100", "inner": "times"}
    return {f"l{number}-{name}": value for name, value in (usual | fields).items()}


def form(*lines: dict[str, Any], **head: str) -> dict[str, Any]:
    usual = {
        "mode": "form", "do": "keep", "seen": "0", "origin": "blank", "lines": str(len(lines)),
        "words": "每季党课一次，全年学习四次。", "decided": "facts", "combined": "all", "award": "all_or_nothing",
    }  # fmt: skip
    return {name: value for one in (usual, head, *lines) for name, value in one.items()}


def whole_form(**head: str) -> dict[str, Any]:
    return form(
        line(0, event="party_class", per="quarter", amount="1"),
        line(
            1,
            event="theory_study",
            amount="４",
            is_adjustable="on",
            title="全年学习次数",
            unit="次",
            place="第一条",
        ),
        **head,
    )


def post(client: Client, world: World, data: dict[str, Any]) -> HttpResponse:
    return client.post(address(world, "check_edit"), data)  # type: ignore[return-value]


def body(answer: Any) -> str:
    return answer.content.decode()


def kept(client: Client, world: World, **head: str) -> SiteCheck:
    answer = post(client, world, whole_form(**head))
    assert answer.status_code == 302, body(answer)
    return SiteCheck.objects.latest("pk")


def submitted(world: World) -> None:
    Sheet.objects.filter(organization=world.cast.hospital_a).update(state="submitted")


def trial(world: World, **more: str) -> dict[str, str]:
    return {"organization": str(world.cast.hospital_a.public_id), "day": "2026-10-20"} | more


# ---- writing --------------------------------------------------------------------------------------------------------


def last_year_reported(world: World) -> None:
    """Both hospitals handed in a sheet of last year, as the machine's clock has it."""
    year = local_day(timezone.now()).year - 1
    world.cycle.__class__.objects.filter(pk=world.cycle.pk).update(year=year)
    Sheet.objects.filter(cycle=world.cycle).update(state="submitted")


def in_force(client: Client, world: World) -> SiteCheck:
    """Write a version, try it and adopt it."""
    version = kept(client, world)
    submitted(world)
    client.post(address(world, "check_try"), trial(world))
    client.post(address(world, "check_adopt"), {"reason": "会议通过"})
    version.refresh_from_db()
    assert version.state == "adopted"
    return version


# ---- cases ----------------------------------------------------------------------------------------------------------


def with_case(client: Client, world: World, answer: str) -> SiteCheck:
    version = kept(client, world)
    submitted(world)
    make_record(world.cast.hospital_a, ["party_class"], date=date(2026, 3, 3), title="某某同志的党课")
    client.post(address(world, "check_try"), trial(world))
    client.post(address(world, "check_case_add"), trial(world, title="开过一次", answer=answer))
    return version
