"""Invented words of the demo: what organizations say about a criterion, and what reviewers remark."""

from random import Random

DONE = (
    "已落实。材料：{evidence}，由{office}归档。",
    "{month}月办结，{evidence}齐全，可随时查看。",
    "按年度计划执行，每次都有记录；{evidence}在{office}。",
    "{office}牵头，{month}月{day}日自查一遍，没有缺项。",
    "有制度、有分工、有记录，{month}月在院内通报过一次。",
)
PARTLY = (
    "大部分已完成，余下一项定于{later}月完成；{evidence}已有初稿。",
    "{month}月的一次记录补录较晚，已明确专人按月核对。",
    "上半年执行不到位，{month}月起已改正，自评按部分落实计。",
    "有安排，但{evidence}还不完整，{later}月前补齐。",
)
REMARKS = (
    "抽看记录，{month}月缺一次，按部分落实计。",
    "{evidence}与填报内容对不上，扣去相应分值。",
    "现场询问两人，说法与记录不一致，酌减。",
    "材料为年底集中补写，按实际开展次数计。",
)
RETURN_REASON = "第三部分有多条只写“已落实”，没有时间和材料名称，请补充后再提交。"
OFFICES = ("党办", "组织科", "党委办公室资料室")
DEFAULT_EVIDENCE = "会议记录和台账"


def fill_in(random: Random, templates: tuple[str, ...], evidence: str) -> str:
    """Return one of the texts with its blanks filled."""
    first = evidence.replace("；", "、").split("、")[0] or DEFAULT_EVIDENCE
    month = random.randint(2, 9)
    return random.choice(templates).format(
        evidence=first,
        office=random.choice(OFFICES),
        month=month,
        later=month + 2,
        day=random.randint(1, 28),
    )
