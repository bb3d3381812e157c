"""What last year's reviewers followed up: a false piece of evidence, the hospital withheld for it, and dispatches since."""

from datetime import date, datetime

from django.core.files.base import ContentFile

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Cycle, Evidence, IntegrityFlag, Sheet
from qiangji.assessments.services import sheet_vetoes
from qiangji.assessments.services.integrity import move_flag, raise_flag
from qiangji.assessments.vetoes import sheet_vetoes as conditions_of
from qiangji.dispatches.models import Task
from qiangji.dispatches.selectors.targets import meetings_of
from qiangji.dispatches.services import moves
from qiangji.dispatches.services.issuing import Asked, issue
from qiangji.dispatches.services.proving import attach_proof
from qiangji.lib import word
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.standards.models import Criterion
from qiangji.standards.selectors import edition_by_ref
from qiangji.web.demo.last_year import AT_THE_LINE, AUTHORITY, CITY, LINE, SCORES, Past
from qiangji.web.demo.sheets import HOSPITAL_EDITION

REASON = "签到表写的是 9 月 12 日，当天会议室的使用登记里没有这次会；其中三人的签名笔迹相同。"
EXPLAINED = "会议改在 9 月 19 日召开，经办人沿用了旧的签到表，没有重新签到。"
CONFIRMED = "会议通知与台账日期一致，但签到表的日期和签名不实，另有两条材料同样是补造的。"
BASIS = "上报材料补造，属工作重大失误，院党委已被通报批评并责令检查（岚卫党函〔{year}〕58号）。"


def papers(title: str, text: str, at: datetime) -> ContentFile:
    """Return a page of Word."""
    document = word.new_document(title=title, at=at)
    for line in (title, text):
        document.add_paragraph(line)
    return ContentFile(word.to_bytes(document, at=at), name=f"{title}.docx")


# ---- the false piece of evidence ---------------------------------------------------------------------------------------


def withheld_one(past: Past, cycle: Cycle) -> Sheet | None:
    """Choose whose evidence turns out false: nobody who was drawn, who is shown first, at the line, or below it."""
    sheets = Sheet.objects.filter(cycle=cycle, organization_kind=Organization.Kind.HOSPITAL)
    rows = list(sheets.select_related("organization", "edition").order_by("organization__code"))
    for order, sheet in reversed(list(enumerate(rows))):
        scored = order < len(SCORES) and float(SCORES[order]) > LINE
        spared = order in (0, AT_THE_LINE) or not scored or sheet.state != "rated"
        if not spared and Evidence.objects.filter(answer__sheet=sheet).exists():
            return sheet
    return None


def find_false(past: Past, cycle: Cycle) -> IntegrityFlag | None:
    """Raise, explain and confirm that one hospital's evidence is false, and withhold its sheet by two persons."""
    sheet = withheld_one(past, cycle)
    if sheet is None:
        return None
    evidence = Evidence.objects.filter(answer__sheet=sheet).order_by("pk")[0]
    answer = Answer.objects.select_related("criterion", "sheet").get(pk=evidence.answer_id)
    raised = past.at(12, 15, 11)
    flag = raise_flag(
        reach=past.reach(past.supervisor, raised),
        answer=answer,
        evidence=evidence,
        reason=REASON,
        answer_until=past.at(12, 17).date(),
        at=raised,
    )
    office = past.people[sheet.organization.code, RoleName.PARTY_OFFICE]
    flag = step(past, flag, "answer", office, past.at(12, 16), EXPLAINED)
    flag = step(past, flag, "confirm", past.guidance, past.at(12, 17), CONFIRMED)
    if withhold(past, sheet, flag):
        words = "已提出不予评定，由另一人审定同意。"
        flag = step(past, flag, "settle", past.supervisor, past.at(12, 18, 17), words, outcome="veto")
    return flag


def step(
    past: Past, flag: IntegrityFlag, verb: str, by: User, at: datetime, words: str, outcome: str = ""
) -> IntegrityFlag:
    """Make a move of a flag."""
    return move_flag(
        reach=past.reach(by, at),
        flag=flag,
        verb=verb,
        words=words,
        outcome=outcome,
        seen_version=flag.version,
        at=at,
    )


def withhold(past: Past, sheet: Sheet, flag: IntegrityFlag) -> bool:
    """Propose and decide that a sheet be withheld; False where its edition has no condition for it."""
    conditions = list(conditions_of(sheet))
    if not conditions:
        return False
    proposed, decided = past.at(12, 17, 15), past.at(12, 18, 15)
    row = sheet_vetoes.propose(
        reach=past.reach(past.supervisor, proposed),
        sheet=sheet,
        veto=conditions[-1],
        basis=BASIS.format(year=past.year),
        uploads=[papers("处理决定", BASIS.format(year=past.year), proposed)],
        at=proposed,
        flag=flag,
    )
    sheet_vetoes.decide(
        reach=past.reach(past.guidance, decided),
        row=row,
        agrees=True,
        words="材料齐全，情形属实。",
        notice_number=f"岚医党指函〔{past.year}〕29号",
        seen_version=row.version,
        at=decided,
    )
    return True


# ---- dispatches --------------------------------------------------------------------------------------------------------


def plant_dispatches(past: Past) -> None:
    """Issue three dispatches: one worked off and sent back once, one late at a hospital, one inside a hospital."""
    here = past.nodes[CITY].path
    own = [code for code in past.plan.hospitals if past.nodes[code].path.startswith(here)]
    worked_off(past, own[:3])
    running(past, own[:4])
    inside(past, own[0])


def asked(
    past: Past,
    body: str,
    by: User,
    title: str,
    text: str,
    codes: list[str],
    due: date,
    at: datetime,
    code: str = "",
) -> list[Task]:
    """Issue one from a body; the tasks in the order of the tree."""
    edition = edition_by_ref(HOSPITAL_EDITION)
    meetings = [one for one in meetings_of(past.nodes[body]) if one.date <= at.date()]
    dispatch = issue(
        reach=past.reach(by, at),
        body=past.nodes[body],
        asked=Asked(
            title=title,
            text=text,
            organizations=[past.nodes[one].public_id for one in codes],
            deadline_date=due,
            owner=by,
            criterion=Criterion.objects.filter(edition=edition, code=code).first() if code else None,
            meeting=meetings[0] if meetings else None,
            needs_proof=bool(code),
        ),
        at=at,
    )
    return list(dispatch.tasks.select_related("organization").order_by("organization__path"))


def answer(past: Past, task: Task, text: str, at: datetime, *, proves: bool = True) -> Task:
    """Write an answer down, with a page of minutes, and hand it in."""
    code = task.organization.code
    role = (
        RoleName.PARTY_OFFICE if (code, RoleName.PARTY_OFFICE) in past.people else RoleName.BRANCH_SECRETARY
    )
    reach = past.reach(past.people[code, role], at)
    task = moves.save_draft(reach=reach, row=task, text=text, seen_version=task.version, at=at)
    if proves:
        attach_proof(reach=reach, row=task, upload=papers("专题会议纪要", text, at), at=at)
    return moves.move(reach=reach, row=task, verb="answer", seen_version=task.version, at=at)


def decide(
    past: Past, task: Task, verb: str, by: User, words: str, at: datetime, due: date | None = None
) -> Task:
    """Accept or send back."""
    return moves.move(
        reach=past.reach(by, at),
        row=task,
        verb=verb,
        words=words,
        deadline_date=due,
        seen_version=task.version,
        at=at,
    )


def worked_off(past: Past, codes: list[str]) -> None:
    """What the inspections of last winter brought up; every hospital closed it, one at the second try."""
    title, due = "补齐中心组学习发言提纲，理顺学习计划和记录", past.at(2, 10, later=1).date()
    text = "对照去年的学习计划逐次核对，缺发言提纲的补上，计划和记录对不上的写明原因；报核对结果和会议纪要。"
    by = past.guidance
    tasks = asked(past, CITY, by, title, text, codes, due, past.at(1, 8, later=1), code="3-2-2")
    for number, task in enumerate(tasks):
        words = "已逐次核对 12 次学习，补发言提纲 5 份；两次因会议改期，记录已写明。"
        task = answer(past, task, words, past.at(1, 26 + number, later=1))
        if number == 1:
            words = "缺三季度的核对结果，请补上。"
            task = decide(past, task, "send_back", by, words, past.at(2, 2, later=1))
            words = "已补三季度：核对 3 次，补提纲 1 份。"
            task = answer(past, task, words, past.at(2, 9, later=1), proves=False)
        decide(past, task, "accept", by, "已核对，同意办结。", past.at(2, 11 + number, later=1))


def running(past: Past, codes: list[str]) -> None:
    """One of the supervising authority in four states: late and urged, answered, sent back, closed."""
    title, due = "报送党支部换届到期情况和换届计划", past.at(4, 20, later=1).date()
    text = "逐个支部列出到届日期、是否已提醒和请示、计划换届的月份；到届未换的写明原因和时限。"
    by = past.supervisor
    tasks = asked(past, AUTHORITY, by, title, text, codes, due, past.at(3, 24, later=1))
    for task, state in zip(tasks, ("answered", "returned", "closed", "late"), strict=False):
        if state == "late":
            at = past.at(4, 22, later=1)
            moves.remark(
                reach=past.reach(by, at),
                row=task,
                words="已过期两天，请本周内报送。",
                seen_version=task.version,
                at=at,
            )
            continue
        words = "12 个支部已逐个列出，本年到届 3 个，均已提醒并排定月份。"
        task = answer(past, task, words, past.at(4, 16, later=1))
        if state == "returned":
            words, new = "到届的支部没有写换届月份，请补报。", past.at(5, 8, later=1).date()
            decide(past, task, "send_back", by, words, past.at(4, 21, later=1), due=new)
        if state == "closed":
            decide(past, task, "accept", by, "清单完整，同意办结。", past.at(4, 21, later=1))


def inside(past: Past, hospital: str) -> None:
    """One of a hospital to a branch of its own, closed."""
    branch = f"{hospital}B01"
    if branch not in past.nodes:
        return
    by, at = past.people[hospital, RoleName.PARTY_OFFICE], past.at(3, 3, later=1)
    text = "把去年四季度主题党日的记录补到支部工作手册里，由支部书记核对签字。"
    due = past.at(3, 20, later=1).date()
    (task,) = asked(past, hospital, by, "补记四季度主题党日", text, [branch], due, at)
    task = answer(past, task, "已补记 3 次，支部书记已核对。", past.at(3, 12, later=1), proves=False)
    decide(past, task, "accept", by, "已抽看，属实。", past.at(3, 16, later=1))
