"""What the rights' world holds of sheet vetoes: years in which none, a proposed one, one in force, an appealed one stands."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from qiangji.assessments.models import Sheet
from qiangji.assessments.services import sheet_vetoes as services
from qiangji.files.tests import samples
from qiangji.orgs.reach import reach_of
from qiangji.standards.models import Veto
from tests.rights_spotcheck import sheet_of_year

if TYPE_CHECKING:
    from tests.rights_world import Rights, Side

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
FAR = date(2099, 12, 31)


def lay_sheet_vetoes(world: "Rights", province: Any, ours: "Side") -> None:
    """Four years of our hospital, each a step further than the one before."""
    condition = Veto.objects.create(
        edition=world.things["edition"], number=1, kind=Veto.Kind.SHEET, title="重大失误"
    )
    for year, case in [(2008, "unvetoed"), (2009, "proposed"), (2010, "withheld"), (2011, "contested")]:
        sheet = sheet_of_year(world, province, ours.hospital, year)
        Sheet.objects.filter(pk=sheet.pk).update(state="accepted", version=3)
        world.things[f"sheet {case}"] = sheet
        if case != "unvetoed":
            world.things[f"sheet veto {case}"] = lay_veto(world, sheet, condition, case)
        sheet.refresh_from_db()


def lay_veto(world: "Rights", sheet: Sheet, condition: Veto, case: str) -> Any:
    """Propose a veto and take it as far as its name says."""
    by = {who: reach_of(world.people[who], at=AT) for who in ("supervisor", "guidance", "secretary")}
    row = services.propose(
        reach=by["supervisor"], sheet=sheet, veto=condition, basis="1 号",
        uploads=[samples.upload(samples.pdf(case), "决定.pdf")], at=AT,
    )  # fmt: skip
    world.things["sheet veto proof"] = row.proofs.get()
    if case != "proposed":
        row = services.decide(
            reach=by["guidance"], row=row, agrees=True, words="属实", notice_number="1", seen_version=1, at=AT
        )
        type(row).objects.filter(pk=row.pk).update(appeal_until=FAR, end_date=FAR)
    if case == "contested":
        row.refresh_from_db()
        services.appeal(reach=by["secretary"], row=row, words="已撤销", seen_version=2, at=AT)
    return type(row).objects.get(pk=row.pk)


def named(kind: str) -> Callable[["Rights", str], list[Any]]:
    return lambda world, case: [world.things[f"{kind} {case}"].public_id]


ARGUMENTS: dict[str, Callable[["Rights", str], list[Any]]] = {
    "assessments:sheet_veto_propose": named("sheet"),
    "assessments:sheet_veto": named("sheet veto"),
    "assessments:sheet_veto_decide": named("sheet veto"),
    "assessments:sheet_veto_appeal": named("sheet veto"),
    "assessments:sheet_veto_answer": named("sheet veto"),
    "assessments:sheet_veto_lift": named("sheet veto"),
    "assessments:sheet_veto_proof": lambda world, case: [world.things["sheet veto proof"].public_id],
    "reports:sheet_veto_notice": named("sheet veto"),
}

Body = dict[str, Any]


def words(**more: str) -> Callable[["Rights", str], Body]:
    return lambda world, case: (
        {
            "words": "属实",
            "seen_version": str(world.things[f"sheet veto {case}"].version),
        }
        | more
    )


BODIES: dict[str, Callable[["Rights", str], Body]] = {
    "assessments:sheet_veto_propose": lambda world, case: {
        "veto": "1",
        "basis": "1 号",
        "files": [samples.upload(samples.pdf("new veto"), "决定.pdf")],
    },
    "assessments:sheet_veto_decide": words(agrees="yes", notice_number="2"),
    "assessments:sheet_veto_appeal": words(),
    "assessments:sheet_veto_answer": words(upheld="no"),
    "assessments:sheet_veto_lift": words(),
}
