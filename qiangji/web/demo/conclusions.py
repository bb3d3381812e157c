"""How last year ended in the first city: a draw, inspections, results, what followed, mending, summary and filing."""

from datetime import date, datetime
from decimal import Decimal
from random import Random
from uuid import UUID

from django.core.files.base import ContentFile

from qiangji.accounts.models import User
from qiangji.assessments.models import Cycle, Draw, DrawEntry, Inspection, InterviewCount, Mark, Sheet
from qiangji.assessments.selectors.changes import changes_before
from qiangji.assessments.services.drawing import Plan as DrawPlan
from qiangji.assessments.services.drawing import draw_sample, freeze_population
from qiangji.assessments.services.figures import set_figures
from qiangji.assessments.services.inspecting import (
    Note,
    assign,
    conclude_inspection,
    record_finding,
    record_interview,
    start_inspection,
)
from qiangji.assessments.services.saving import MarkEdit, save_mark
from qiangji.assessments.services.teams import create_team
from qiangji.assessments.stages import Stage
from qiangji.lib import word
from qiangji.lib.digests import digest
from qiangji.orgs.authorization import RoleName
from qiangji.rectification.models import Rectification
from qiangji.rectification.services.moves import assign_leader, leaders_for, move
from qiangji.rectification.services.planning import Written, attach_proof, write_plan
from qiangji.results.models import Consequence
from qiangji.results.selectors.due import newest_results, still_due
from qiangji.results.selectors.ledgers import summary_of
from qiangji.results.services.closing import close
from qiangji.results.services.consequences import finish_consequence, open_consequences
from qiangji.results.services.filing import file_summary, freeze_summary, receive_filing
from qiangji.results.services.recognizing import recognize_cycle
from qiangji.web.demo.follow_ups import find_false, plant_dispatches
from qiangji.web.demo.good_practices import plant_practices
from qiangji.web.demo.last_year import CITY, LINE, Past, marks_of, plant_last_year

RATIO = Decimal("0.4")
# What an inspection leaves of the first drawn hospital that stood above the line, so that one result is overturned.
OVERTURNED = Decimal("89.5")
CAUSE = "制度有了，但没有专人按月核对，年底才发现缺项。"
MEASURE = "指定专人每月核对一次台账，缺项当月补做，季度末在党委会上通报。"
DONE = "已按措施落实，近三个月逐月核对，没有再缺项。"
FINDINGS = (
    ("records", "problem", "第三季度中心组学习只有签到，没有发言提纲，记录和计划对不上。"),
    ("visit", "help", "已现场帮助门诊支部把党员活动室的制度和台账理顺，约定一个月后回看。"),
    ("interview", "good", "党课提纲提前一周贴在科室，职工反映听得懂、用得上，可以推广。"),
)
COUNTS = {
    "members": {"life": (18, 2, 0), "leaders": (17, 3, 0)},
    "staff": {"members": (21, 4, 1), "service": (22, 3, 1)},
}


def plant_history(past: Past, *, seed: int) -> None:
    """Plant last year's cycle to its end, the practices that came of it, and what was followed up since."""
    cycle = plant_last_year(past, seed=seed)
    if cycle is not None:
        conclude_year(past, cycle, seed=seed)
        plant_practices(past)
        plant_dispatches(past)


def conclude_year(past: Past, cycle: Cycle, *, seed: int) -> None:
    """Draw, inspect, decide, let follow what follows, mend, file, and close."""
    random = Random(f"conclusions {seed}")  # noqa: S311 -- a demo, not a secret
    inspect_sample(past, cycle, random)
    find_false(past, cycle)
    at = past.at(12, 19)
    target = date(past.year + 2, 12, 31)
    set_figures(
        cycle=cycle,
        recognizer=None,
        lagging_reading=cycle.lagging_reading,
        target_rate=Decimal(95),
        target_date=target,
        by=past.guidance,
        at=past.at(12, 15),
    )
    recognize_cycle(cycle=cycle, by=past.guidance, at=at)
    orders = [row.rectification for row in let_follow(past, cycle) if row.rectification is not None]
    for row in orders:
        mend(past, row, closes=row is not orders[-1])
    file_year(past, cycle)
    close(cycle=cycle, reason="", by=past.guidance, at=past.at(4, 20, later=1))


# ---- draw and inspections ----------------------------------------------------------------------------------------------


def inspect_sample(past: Past, cycle: Cycle, random: Random) -> None:
    """Draw two fifths of the rated hospitals by dice, and inspect those drawn."""
    reach = past.reach(past.guidance, past.at(12, 2))
    made = freeze_population(
        cycle=cycle,
        organizer=past.nodes[CITY],
        plan=DrawPlan(population=Draw.Population.APPLICANTS, strata=(), ratio=RATIO),
        reach=reach,
        at=past.at(12, 2),
    )
    dice = "-".join(str(random.randint(1, 6)) for _ in range(3))
    made = draw_sample(
        draw_id=made.pk,
        seed=dice,
        seed_source="市卫健委会议室，三位监督员各掷一次骰子，当场公布",
        reach=reach,
        at=past.at(12, 3),
    )
    inspector = past.people["D00", RoleName.INSPECTOR]
    team = create_team(
        made=made,
        name="第一组",
        days=(past.at(12, 4).date(), past.at(12, 14).date()),
        members=[inspector],
        lead=inspector,
        reach=reach,
        at=past.at(12, 3, 15),
    )
    shown = past.plan.hospitals[0]
    lowered = False
    for number, entry in enumerate(made.entries.filter(is_drawn=True).order_by("rank", "code")):
        visit = past.at(12, 5 + number % 8)
        row = assign(
            entry=entry,
            team=team,
            visit_date=visit.date(),
            methods=Inspection.Method.values,
            reach=reach,
            at=past.at(12, 3, 16),
        )
        lowers = not lowered and entry.code != shown and stands_at(entry) > LINE
        visit_hospital(past, row, inspector, visit, lowers=lowers)
        lowered = lowered or lowers


def stands_at(entry: DrawEntry) -> Decimal:
    """Return what a drawn hospital was rated at."""
    last = entry.sheet.transitions.exclude(total_points=None).order_by("-sequence").first()
    return last.total_points if last is not None and last.total_points is not None else Decimal(0)


def visit_hospital(past: Past, row: Inspection, inspector: User, at: datetime, *, lowers: bool) -> None:
    """Inspect one hospital: what was found, what was asked, and marks where records did not bear out the rating."""
    reach = past.reach(inspector, at)
    key = row.public_id
    start_inspection(reach=reach, inspection_id=key, at=at)
    marks = marks_of(row.sheet)
    for order, (method, kind, text) in enumerate(FINDINGS):
        code = marks[0].answer.criterion.code if kind == "problem" and marks else ""
        identity = UUID(digest({"inspection": str(key), "finding": order})[:32])
        record_finding(reach=reach, inspection_id=key, note=Note(identity, method, kind, text, code), at=at)
    for group, counts in COUNTS.items():
        record_interview(
            reach=reach, inspection_id=key, group=InterviewCount.Group(group), counts=counts, at=at
        )
    if lowers:
        lower(row.sheet, marks, stands_at(row.entry) - OVERTURNED, reach_user=inspector, past=past, at=at)
    summary = "记录与填报有出入，按实际核减。" if lowers else "记录、现场和访谈一致，得分属实。"
    seen = changes_before(row.sheet, Stage.INSPECTION).digest
    conclude_inspection(reach=reach, inspection_id=key, summary=summary, seen_changes=seen, at=at)


def lower(
    sheet: Sheet, marks: list[Mark], wanted: Decimal, *, reach_user: User, past: Past, at: datetime
) -> None:
    """Take exactly so many points from the first marks that allow it, each with its reason."""
    reach = past.reach(reach_user, at)
    for mark in marks:
        criterion = mark.answer.criterion
        taken = min(wanted, mark.points or Decimal(0))
        if wanted <= 0 or criterion.allowed_values() is None:
            continue
        allowed = [value for value in criterion.allowed_values() or () if value >= (mark.points or 0) - taken]
        points = min(allowed)
        edit = MarkEdit(
            code=criterion.code,
            stage=Stage.INSPECTION,
            points=points,
            remark="抽看原始记录，次数和内容不足，按实际核减。",
            version=0,
        )
        save_mark(reach=reach, sheet_id=sheet.public_id, edit=edit, at=at)
        wanted -= (mark.points or Decimal(0)) - points


# ---- what follows ------------------------------------------------------------------------------------------------------


def let_follow(past: Past, cycle: Cycle) -> list[Consequence]:
    """Open everything that follows, and finish what is done with a notice."""
    at = past.at(12, 22)
    deadline = date(past.year + 1, 6, 30)
    opened = open_consequences(
        due=still_due(newest_results(cycle)), deadline_date=deadline, by=past.guidance, at=at
    )
    for number, row in enumerate(row for row in opened if row.rectification_id is None):
        finish_consequence(
            consequence=row,
            words="已印发通报，列入书记述职评议考核。",
            notice_number=f"岚医党指函〔{past.year}〕{number + 31}号",
            by=past.guidance,
            at=past.at(12, 26),
        )
    return opened


def mend(past: Past, row: Rectification, *, closes: bool) -> None:
    """Work an order to mend off; the last one still waits for its authority's verification."""
    hospital = row.organization.code[:5]
    is_branch = row.needs_leader
    office = past.people[hospital, RoleName.PARTY_OFFICE]
    own = past.people[row.organization.code, RoleName.BRANCH_SECRETARY] if is_branch else office
    orderer = office if is_branch else past.supervisor
    begun = past.at(1, 9, later=1)
    if is_branch:
        leaders = leaders_for(row, begun.date())
        if not leaders:
            return
        row = assign_leader(
            reach=past.reach(orderer, begun),
            row=row,
            person_id=leaders[-1][0],
            seen_version=row.version,
            at=begun,
        )
    row = write(past, row, own, begun, cause=CAUSE, measure=MEASURE)
    row = take(past, row, "plan", own, begun)
    reported = past.at(3, 20, later=1)
    row = write(past, row, own, reported, done=DONE)
    attach_proof(reach=past.reach(own, reported), row=row, upload=report(row, reported), at=reported)
    row = take(past, row, "hand_in", own, reported)
    if closes:
        row = take(past, row, "verify", orderer, past.at(4, 2, later=1), words="已逐项核对，措施落实。")
        take(past, row, "close", orderer, past.at(4, 10, later=1), words="同意办结，转入日常管理。")


def write(
    past: Past,
    row: Rectification,
    by: User,
    at: datetime,
    *,
    cause: str = "",
    measure: str = "",
    done: str = "",
) -> Rectification:
    """Write the same into every line of the plan."""
    lines = [Written(item.position, item.gap, cause, measure, done) for item in row.items.all()]
    return write_plan(reach=past.reach(by, at), row=row, lines=lines, seen_version=row.version, at=at)


def take(
    past: Past, row: Rectification, verb: str, by: User, at: datetime, *, words: str = ""
) -> Rectification:
    """Make a move of a rectification."""
    return move(reach=past.reach(by, at), row=row, verb=verb, words=words, seen_version=row.version, at=at)


def report(row: Rectification, at: datetime) -> ContentFile:
    """Return a page of Word that reports what was mended."""
    document = word.new_document(title="整改情况报告", at=at)
    for line in (f"{row.organization.name}整改情况报告", DONE):
        document.add_paragraph(line)
    return ContentFile(word.to_bytes(document, at=at), name="整改情况报告.docx")


# ---- filing ------------------------------------------------------------------------------------------------------------


def file_year(past: Past, cycle: Cycle) -> None:
    """Freeze the city's summary, hand it up, and get the province's receipt."""
    city = past.nodes[CITY]
    at = past.at(12, 27)
    reach = past.reach(past.guidance, at)
    seen = digest(summary_of(cycle, city, on=at.date()).content)
    row = freeze_summary(
        reach=reach, cycle=cycle, region=city, number=f"岚医党指汇〔{past.year}〕1号", seen=seen, at=at
    )
    filing = file_summary(reach=reach, summary=row, at=at)
    received = past.at(12, 30)
    province = past.people["D00", RoleName.GUIDANCE]
    receive_filing(
        reach=past.reach(province, received),
        filing=filing,
        accepts=True,
        number=f"北医党指备〔{past.year}〕7号",
        at=received,
    )
