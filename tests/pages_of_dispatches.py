"""What the pages of dispatches are drawn with in ``test_every_page``: one in each state, one late, one to two hospitals."""

from datetime import UTC, date, datetime

from qiangji.accounts.models import User
from qiangji.dispatches.models import Task
from qiangji.dispatches.services.issuing import Asked, issue
from qiangji.dispatches.services.moves import move, remark, save_draft
from qiangji.dispatches.services.proving import attach_proof
from qiangji.files.tests import samples
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast
from qiangji.standards.models import Criterion

AT = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)
AHEAD = date(2099, 6, 30)
TITLES = {
    "late": "报送上半年党课安排",
    "answered": "补齐第三季度主题党日记录",
    "returned": "核对党支部换届到期情况，逐个支部列出到届日期",
    "closed": "把党员活动室的制度和台账理顺",
}
TEXT = "请逐个支部核对，缺的补上，补不上的说明原因；办完写明核对了几个支部、补了几份，并附会议纪要。"
ANSWER = "已核对 8 个支部，补齐 3 份记录；门诊支部因人员轮转缺 1 份，已在支委会上说明并列入下月计划。"


def issued(people: Cast, by: User, body: Organization, title: str, *nodes: Organization, due: date) -> Task:
    """Issue one, about a criterion; the first organization's task."""
    criterion = Criterion.objects.filter(edition__standard__code="small").order_by("position")[1]
    asked = Asked(title, TEXT, [node.public_id for node in nodes], due, by, criterion, needs_proof=True)
    dispatch = issue(reach=reach_of(by, at=AT), body=body, asked=asked, at=AT)
    return dispatch.tasks.order_by("organization__path")[0]


def laid(people: Cast) -> dict[str, Task]:
    """One of each state between hospital 甲 and its authority, and one of the province to both hospitals."""
    own, above = reach_of(people.party_office, at=AT), reach_of(people.supervisor, at=AT)
    found = {}
    for case, title in TITLES.items():
        due = date(2026, 4, 10) if case == "late" else AHEAD
        row = issued(people, people.supervisor, people.authority_a, title, people.hospital_a, due=due)
        if case == "late":
            row = remark(reach=above, row=row, words="请抓紧，月底前报。", seen_version=1, at=LATER)
        else:
            row = save_draft(reach=own, row=row, text=ANSWER, seen_version=1, at=AT)
            upload = samples.upload(samples.pdf(f"dispatch {case}"), "支委会会议纪要.pdf")
            attach_proof(reach=own, row=row, upload=upload, at=AT)
            row = move(reach=own, row=row, verb="answer", seen_version=2, at=AT)
        if case == "returned":
            words = "门诊支部的补记计划没有日期，请补上。"
            row = move(reach=above, row=row, verb="send_back", words=words, seen_version=3, at=LATER)
        if case == "closed":
            row = move(
                reach=above, row=row, verb="accept", words="属实，同意办结。", seen_version=3, at=LATER
            )
        found[case] = row
    both = (people.hospital_a, people.hospital_b)
    title = "上报本单位标准化创建进展"
    found["item"] = issued(
        people, people.guidance_province, people.province, title, *both, due=date(2026, 4, 1)
    )
    return found


def lists(people: Cast) -> list[object]:
    laid(people)
    return []


def item(people: Cast) -> list[object]:
    return [laid(people)["item"].dispatch.public_id]


def answered(people: Cast) -> list[object]:
    return [laid(people)["answered"].public_id]


def returned(people: Cast) -> list[object]:
    return [laid(people)["returned"].public_id]


def closed(people: Cast) -> list[object]:
    return [laid(people)["closed"].public_id]
