"""Good practices of the demo: one that the whole province reads and two adopted, one inside a hospital, one that waits."""

from dataclasses import dataclass

from qiangji.accounts.models import User
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.practices.models import Practice
from qiangji.practices.services.adopting import adopt
from qiangji.practices.services.moves import move
from qiangji.practices.services.writing import start_practice
from qiangji.practices.wording import Words
from qiangji.standards.models import Criterion
from qiangji.standards.selectors import edition_by_ref
from qiangji.web.demo.last_year import AUTHORITY, CITY, Past
from qiangji.web.demo.sheets import BRANCH_EDITION, HOSPITAL_EDITION


@dataclass(frozen=True)
class Told:
    """A text, and the criterion it serves."""

    words: Words
    edition: str
    code: str


PROVINCIAL = Told(
    Words(
        title="党课提纲提前一周公示，会后收三条建议",
        situation="党课内容和科室工作脱节，职工听得少、记不住。",
        action=(
            "一、支委会每季度初议定党课题目，题目从科室近期的难处里选。\n"
            "二、提前一周把一页提纲贴在科室，党员先看先想。\n"
            "三、党课控制在四十分钟，留二十分钟讨论；会后由组织委员收三条建议，下一次党课先答复。"
        ),
        outcome="党课到课率由 78% 提高到 95%（1 月至 9 月，8 个支部）；收到建议 64 条，已办 51 条。",
        contact_post="院党委办公室",
    ),
    HOSPITAL_EDITION,
    "4-1-2",
)
INSIDE = Told(
    Words(
        title="交接班前十分钟学一条制度",
        action="每周三早交班前，由一名党员讲一条与当周工作有关的制度，讲完问一个实际问题，不另外做记录。",
        outcome="三个月讲了 12 条，科室制度抽问答对率由 61% 提高到 88%。",
        contact_post="内科党支部组织委员",
    ),
    BRANCH_EDITION,
    "3-1-2",
)
WAITING = Told(
    Words(
        title="党员先锋岗挂牌，患者当场提意见",
        situation="先锋岗评了不亮，患者不知道找谁。",
        action="门诊 6 个窗口挂岗位牌，写明承诺三条；旁边设意见本，当班党员当天答复。",
        outcome="半年收到意见 143 条，当天答复 139 条；窗口投诉由每月 9 件降到 3 件。",
        contact_post="门诊党总支",
    ),
    HOSPITAL_EDITION,
    "7-1-2",
)


def plant_practices(past: Past) -> None:
    """Write them as of the winter after last year's cycle."""
    first, *others = [
        code for code in past.plan.hospitals if past.nodes[code].path.startswith(past.nodes[CITY].path)
    ]
    provincial(past, first, others)
    branch = f"{first}B01"
    if branch in past.nodes:
        secretary = past.people[branch, RoleName.BRANCH_SECRETARY]
        row = begin(past, INSIDE, past.nodes[branch], secretary, 2)
        row = go(past, row, "submit", secretary, 2)
        office = past.people[first, RoleName.PARTY_OFFICE]
        go(past, row, "publish", office, 3, node=past.nodes[first])
    if others:
        office = past.people[others[0], RoleName.PARTY_OFFICE]
        row = begin(past, WAITING, past.nodes[others[0]], office, 9)
        go(past, row, "submit", office, 9, node=past.nodes[AUTHORITY])


def provincial(past: Past, first: str, others: list[str]) -> None:
    """One that the city published, the province spread, and others took over."""
    office = past.people[first, RoleName.PARTY_OFFICE]
    row = begin(past, PROVINCIAL, past.nodes[first], office, 1)
    row = go(past, row, "submit", office, 1, node=past.nodes[CITY])
    row = go(past, row, "publish", past.guidance, 2, node=past.nodes[CITY])
    province = past.people["D00", RoleName.GUIDANCE]
    words = "做法简便、数字可核，全省可以借鉴。"
    row = go(past, row, "spread", province, 4, node=past.nodes["D00"], words=words)
    for month, code in zip((5, 6), others[1:3], strict=False):
        at = past.at(month, 18, later=1)
        adopter = past.people[code, RoleName.PARTY_OFFICE]
        adopt(
            reach=past.reach(adopter, at),
            row=row,
            organization=past.nodes[code],
            date=at.date(),
            note="先在两个支部试行，效果好再推开",
            at=at,
        )


def begin(past: Past, told: Told, organization: Organization, by: User, month: int) -> Practice:
    """Write a draft."""
    at = past.at(month, 12, later=1)
    criterion = Criterion.objects.get(edition=edition_by_ref(told.edition), code=told.code)
    return start_practice(
        reach=past.reach(by, at), organization=organization, criterion=criterion, words=told.words, at=at
    )


def go(
    past: Past,
    row: Practice,
    verb: str,
    by: User,
    month: int,
    *,
    node: Organization | None = None,
    words: str = "",
) -> Practice:
    """Make a move of a practice."""
    at = past.at(month, 20, later=1)
    return move(
        reach=past.reach(by, at),
        row=row,
        verb=verb,
        words=words,
        node_id=node.pk if node else None,
        seen_version=row.version,
        at=at,
    )
