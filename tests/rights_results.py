"""What the rights' world holds of results: years in which our hospital stayed below, and all that followed from them.

``last`` is the year whose veto nobody has proposed; in the years before it is proposed, appealed against, in force.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import fill, make_cycle
from qiangji.files.tests import samples
from qiangji.lib.digests import digest
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import make_role, make_user
from qiangji.rectification.models import Rectification
from qiangji.rectification.services.helping import ask_help
from qiangji.rectification.services.planning import Written, attach_proof, write_plan
from qiangji.results.models import Consequence
from qiangji.results.selectors.due import newest_results, still_due
from qiangji.results.selectors.findings import digest_of, findings
from qiangji.results.selectors.ledgers import summary_of
from qiangji.results.services.consequences import open_consequences
from qiangji.results.services.filing import file_summary, freeze_summary
from qiangji.results.services.recognizing import recognize_cycle
from qiangji.results.services.revoking import decide_revocation, propose_revocation
from qiangji.results.services.vetoes import appeal_veto, attach_veto_proof, decide_veto, propose_veto
from qiangji.results.tests.again import assessed_again

if TYPE_CHECKING:
    from tests.rights_world import Rights, Side

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
AHEAD = date(2099, 12, 31)
Kind = Consequence.Kind


def lay_results(world: "Rights", province: Any, ours: "Side") -> None:
    """Store the years, the veto of each, the orders to mend of the last, and two summaries of our city."""
    for year, name in [(2020, "in force"), (2021, "appealed"), (2022, "proposed"), (2023, "last")]:
        lay_year(world, province, ours, year, name)
        if name != "last":
            lay_veto(world, name)
    lay_mending(world)
    lay_summaries(world, ours)
    lay_year(world, province, ours, 2019, "mended")
    orders = Rectification.objects.filter(sheet__cycle=world.things["result cycle mended"])
    orders.update(state=Rectification.State.VERIFIED, leader=world.things["person"])
    world.things["sheet lagging"] = orders.get(kind=Rectification.Kind.KEY_BRANCH).sheet
    for year, name in [(2016, "losing"), (2017, "proposed"), (2018, "in force")]:
        lay_losing(world, province, ours, year, name)


def lay_losing(world: "Rights", province: Any, ours: "Side", year: int, name: str) -> None:
    """Our hospital was recognized, is looked at again and stands below; its revocation is as far as its name says."""
    cycle = make_cycle(province, world.things["edition"], world.things["branch edition"], year=year)
    open_cycle(cycle=cycle, by=None, at=AT)
    sheet = Sheet.objects.get(cycle=cycle, organization=ours.hospital)
    for stage in ("self", "acceptance", "rating"):
        fill(sheet, stage, world.people["supervisor"])
    Sheet.objects.filter(pk=sheet.pk).update(state=State.RATED)
    Cycle.objects.filter(pk=cycle.pk).update(pass_line=1, branch_share=0)
    recognize_cycle(cycle=cycle, by=None, at=AT)
    Cycle.objects.filter(pk=cycle.pk).update(pass_line=90, branch_share=90)
    Sheet.objects.filter(pk=sheet.pk).update(state=State.INSPECTED)
    world.things[f"sheet {name} again"] = sheet = Sheet.objects.get(pk=sheet.pk)
    if name == "losing":
        return
    second = make_user(f"revoking{year}", "省指导二")
    make_role(second, province, RoleName.GUIDANCE)
    row = propose_revocation(reach=reach_of(second, at=AT), sheet=sheet, basis="复查低于标准", at=AT)
    if name == "in force":
        row = decide_revocation(
            reach=reach_of(world.people["guidance"], at=AT), revocation=row, agrees=True, words="属实",
            notice_number="1", end_date=AHEAD, seen=seen_of(sheet), seen_version=1, at=AT,
        )  # fmt: skip
    world.things[f"revocation {name}"] = row


def seen_of(sheet: Sheet) -> str:
    """The digest of what a sheet stands at, as its page shows it."""
    return digest_of(findings(Cycle.objects.get(pk=sheet.cycle_id), on=AT.date(), sheets=[sheet.pk]))


def lay_year(world: "Rights", province: Any, ours: "Side", year: int, name: str) -> None:
    """Decide a year, open what follows, and find our hospital still below after mending, but for what waits for it."""
    cycle = make_cycle(province, world.things["edition"], world.things["branch edition"], year=year)
    open_cycle(cycle=cycle, by=None, at=AT)
    for node, state in [(ours.hospital, State.RATED), (ours.branch, State.ACCEPTED)]:
        sheet = Sheet.objects.get(cycle=cycle, organization=node)
        for stage in ("self", "acceptance", "rating"):
            fill(sheet, stage, world.people["supervisor"])
        Sheet.objects.filter(pk=sheet.pk).update(state=state)
    recognize_cycle(cycle=cycle, by=None, at=AT)
    due = [
        one for one in still_due(newest_results(cycle)) if one.kind in (Kind.KEY_BRANCH, Kind.TIME_LIMITED)
    ]
    open_consequences(due=due, deadline_date=AHEAD, by=world.people["guidance"], at=AT)
    sheet = Sheet.objects.get(cycle=cycle, organization=ours.hospital)
    if name != "mended":
        assessed_again(sheet, reach=reach_of(world.people["supervisor"], at=AT), by=None, at=AT)
        # What is done with an order, from its plan on, is tried on the last year's.
        Rectification.objects.filter(sheet=sheet).update(state=Rectification.State.OPENED)
    world.things |= {f"result cycle {name}": cycle, f"sheet {name}": Sheet.objects.get(pk=sheet.pk)}


def lay_veto(world: "Rights", name: str) -> None:
    """Propose a veto, and take it as far as its name says."""
    by = {who: reach_of(world.people[who], at=AT) for who in ("supervisor", "guidance", "secretary")}
    veto = propose_veto(reach=by["supervisor"], sheet=world.sheet(name), basis="复评仍未达标", at=AT)
    upload = samples.upload(samples.pdf(name), "依据.pdf")
    world.things["veto proof"] = attach_veto_proof(reach=by["supervisor"], veto=veto, upload=upload, at=AT)
    if name != "proposed":
        veto = decide_veto(
            reach=by["guidance"], veto=veto, agrees=True, words="属实", notice_number="1", end_date=AHEAD,
            seen_version=1, at=AT,
        )  # fmt: skip
        type(veto).objects.filter(pk=veto.pk).update(appeal_until=AHEAD)
    if name == "appealed":
        appeal_veto(reach=by["secretary"], veto=veto, words="已整改", seen_version=2, at=AT)
    world.things[f"veto {name}"] = type(veto).objects.get(pk=veto.pk)


def lay_mending(world: "Rights") -> None:
    """The last year's orders: our hospital's has a plan and a proof; one thing still to be done by the authority."""
    cycle = world.things["result cycle last"]
    rows = Rectification.objects.filter(sheet__cycle=cycle)
    world.things["mending hospital"] = row = rows.get(kind=Rectification.Kind.TIME_LIMITED)
    world.things["mending branch"] = rows.get(kind=Rectification.Kind.KEY_BRANCH)
    office = reach_of(world.people["office"], at=AT)
    write_plan(reach=office, row=row, lines=[Written(0, "差距", "原因", "措施", "")], seen_version=1, at=AT)
    upload = samples.upload(samples.pdf("mending"), "佐证.pdf")
    world.things["mending proof"] = attach_proof(reach=office, row=row, upload=upload, at=AT)
    row.refresh_from_db()
    # The year before last was handed in: its proof is read above, that of the last year is still being worked at.
    handed = Rectification.objects.get(sheet=world.sheet("proposed"), kind=Rectification.Kind.TIME_LIMITED)
    attach_proof(reach=office, row=handed, upload=samples.upload(samples.pdf("handed"), "佐证.pdf"), at=AT)
    Rectification.objects.filter(pk=handed.pk).update(state=Rectification.State.HANDED_IN)
    world.things |= {
        "mending proof writing": world.things["mending proof"],
        "mending proof handed": handed.proofs.get(),
    }
    asked = Rectification.objects.get(sheet=world.sheet("appealed"), kind=Rectification.Kind.TIME_LIMITED)
    world.things["mending asked"] = ask_help(
        reach=office, row=asked, words="缺场所", seen_version=asked.version, at=AT
    )
    due = [one for one in still_due(newest_results(cycle)) if one.kind == Kind.NOTIFY_SUPERIOR]
    (told,) = open_consequences(due=due, deadline_date=AHEAD, by=world.people["guidance"], at=AT)
    world.things["consequence"] = told


def lay_summaries(world: "Rights", ours: "Side") -> None:
    """One summary that was handed up, and a newer one that was not."""
    reach = reach_of(world.people["guidance_city"], at=AT)
    cycle = world.things["result cycle last"]
    seen = digest(summary_of(cycle, ours.city, on=AT.date()).content)
    world.things["city"] = ours.city
    for name in ("filed", "frozen"):
        row = freeze_summary(reach=reach, cycle=cycle, region=ours.city, number=name, seen=seen, at=AT)
        if name == "filed":
            file_summary(reach=reach, summary=row, at=AT)
        world.things[f"summary {name}"] = row


Arguments = Callable[["Rights", str], list[Any]]


def named(kind: str) -> Arguments:
    """The thing of a kind that a case names."""
    return lambda world, case: [world.things[f"{kind} {case}"].public_id]


def one(name: str) -> Arguments:
    return lambda world, case: [world.things[name].public_id]


def in_last(world: "Rights", case: str) -> list[Any]:
    return [world.things["result cycle last"].public_id]


ARGUMENTS: dict[str, Arguments] = {
    "rectification:one": named("mending"),
    "rectification:plan": named("mending"),
    "rectification:assign": named("mending"),
    "rectification:deadline": named("mending"),
    "rectification:ask_help": named("mending"),
    "rectification:answer_help": named("mending"),
    "rectification:proof_add": named("mending"),
    "rectification:move": lambda world, case: [world.things[f"mending {case}"].public_id, "plan"],
    "rectification:proof_file": named("mending proof"),
    "rectification:proof_detach": one("mending proof"),
    "results:recognition": in_last,
    "results:trial": in_last,
    "results:figures": in_last,
    "results:consequences": in_last,
    "results:ledger": in_last,
    "results:coverage": in_last,
    "reports:class_ledger": in_last,
    "results:vetoes": in_last,
    "reports:veto_list": in_last,
    "results:summary": lambda world, case: [*in_last(world, case), world.things["city"].public_id],
    "results:frozen_summary": named("summary"),
    "results:file_summary": named("summary"),
    "results:receive_summary": named("summary"),
    "reports:summary_form": named("summary"),
    "reports:summary_sheet": named("summary"),
    "results:consequence": one("consequence"),
    "results:finish": one("consequence"),
    "results:number": one("consequence"),
    "results:postpone": one("consequence"),
    "results:withdraw": one("consequence"),
    "reports:consequence_notice": one("consequence"),
    "results:result": named("sheet"),
    "results:reassess": named("sheet"),
    "results:reassess_branch": named("sheet"),
    "results:revise": named("sheet"),
    "results:distance": named("sheet"),
    "results:propose_veto": named("sheet"),
    "results:standard_ledger": lambda world, case: [world.things[case].public_id],
    "results:veto": named("veto"),
    "results:veto_proof_add": named("veto"),
    "results:veto_proof": one("veto proof"),
    "results:decide_veto": named("veto"),
    "results:appeal_veto": named("veto"),
    "results:answer_veto": named("veto"),
    "results:lift_veto": named("veto"),
    "reports:veto_notice": named("veto"),
    "results:propose_revocation": lambda world, case: [world.sheet(f"{case} again").public_id],
    "results:revocation": named("revocation"),
    "results:decide_revocation": named("revocation"),
    "reports:revocation_notice": named("revocation"),
}


def seen(kind: str, **more: str) -> Callable[["Rights", str], dict[str, Any]]:
    """What is sent with the version that the person saw."""
    return lambda world, case: {"seen_version": str(world.things[f"{kind} {case}"].version)} | more


BODIES: dict[str, Callable[["Rights", str], dict[str, Any]]] = {
    "rectification:plan": seen("mending", position="1", **{"cause-1": "新的原因", "measure-1": "新的措施"}),
    "rectification:assign": lambda world, case: (
        seen("mending")(world, case) | {"leader": str(world.things["person"].public_id)}
    ),
    "rectification:deadline": seen("mending", deadline="2100-01-31", words="设备未到"),
    "rectification:proof_add": lambda world, case: {"files": [samples.upload(samples.pdf("p2"), "新.pdf")]},
    "rectification:move": seen("mending"),
    "rectification:ask_help": seen("mending", words="缺人员编制"),
    "rectification:answer_help": seen("mending", words="已协调"),
    "rectification:proof_detach": lambda world, case: {"reason": "传错"},
    "results:recognition": lambda world, case: {"seen": digest_of([])},
    "results:figures": lambda world, case: {
        "recognizer": str(world.things["province"].pk),
        "lagging_reading": "at_or_below",
        "target_rate": "95",
        "target_date": AHEAD.isoformat(),
    },
    "results:consequences": lambda world, case: {
        "kind": "debrief",
        "all": "yes",
        "deadline": AHEAD.isoformat(),
    },
    "results:summary": lambda world, case: {
        "number": "新编号",
        "seen": digest(
            summary_of(world.things["result cycle last"], world.things["city"], on=AT.date()).content
        ),
    },
    "results:receive_summary": lambda world, case: {"accepts": "yes", "number": "备〔2026〕1号"},
    "results:finish": lambda world, case: {"words": "已通报"},
    "results:number": lambda world, case: {"notice_number": "北医党指〔2026〕7号"},
    "results:postpone": lambda world, case: {"deadline": "2100-01-31", "words": "会议改期"},
    "results:withdraw": lambda world, case: {"words": "开错了"},
    "results:reassess": lambda world, case: {
        "due_date": "2099-12-30",
        "own_deadline_date": "2099-12-31",
        "seen_version": str(world.sheet(case).version),
    },
    "results:reassess_branch": lambda world, case: {
        "due_date": "2099-12-30",
        "own_deadline_date": "2099-12-31",
        "seen_version": str(world.sheet(case).version),
    },
    "results:revise": lambda world, case: {"cause": "correction", "reason": "更正决定〔2026〕1号"},
    "results:propose_veto": lambda world, case: {"basis": "复评仍未达标"},
    "results:veto_proof_add": lambda world, case: {"files": [samples.upload(samples.pdf("v2"), "新.pdf")]},
    "results:decide_veto": seen("veto", agrees="yes", words="属实", notice_number="2", end=AHEAD.isoformat()),
    "results:appeal_veto": seen("veto", words="已整改"),
    "results:answer_veto": seen("veto", upheld="no", words="不成立"),
    "results:lift_veto": seen("veto", words="已改变"),
    "results:propose_revocation": lambda world, case: {"basis": "复查低于标准"},
    "results:decide_revocation": lambda world, case: {
        "seen_version": "1",
        "agrees": "yes",
        "words": "属实",
        "notice_number": "2",
        "end": AHEAD.isoformat(),
        "seen": seen_of(world.things[f"revocation {case}"].sheet),
    },
}
