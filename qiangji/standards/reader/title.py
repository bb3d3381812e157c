"""The title of a standard and the total it declares, from the lines above the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from qiangji.standards.reader.wording import (
    POINTS_MARK,
    figure,
    joined,
    normal_widths,
    without_gaps,
    without_points,
)

LONGEST_LINE = 70
_TOTAL = re.compile(r"(?:满分|总分|总计|合计)[^\d\n]{0,6}(\d{1,5}(?:\.\d{1,2})?)\s*分")
HEAD_LINE = re.compile(
    r"申报单位|申报时间|填报|填表|得分\s*[:：]|被[考检测评]\S{0,6}\s*[:：]|单位\s*(?:（[^）]{0,6}）)?\s*[:：]|科室\s*[:：]|支部\s*(?:名称)?\s*[:：]|"
    r"时间\s*[:：]|日期\s*[:：]|签字|签名|盖章|评分人|检查人|考核人|负责人\s*[:：]|联系[人电]|年\s{1,8}月|_{3,}|\A\s*(?:总?得分|自评得分|等次|等级|编号|填写人|审核人)\s*\Z|第\s{0,3}\d{1,4}\s{0,3}页"
)
_ATTACHMENT = re.compile(r"\s*附\s*(?:件|表|录)\s*\d{0,2}\s*[:：]?\s*\Z")
_NUMBER = re.compile(r".{0,12}[〔\[（]\d{4}[〕\]）]\s*\d{1,4}\s*号\s*(?:附件\s*\d*)?\s*\Z")
_NAMES_TABLE = re.compile(
    r"(?:表|标准|细则|办法|体系|清单|指标|评分|规范|方案|手册|量表)\s*(?:（[^）]{0,20}）|[》”\]】])*\s*\Z"
)
_SECOND_LINE = re.compile(r"\s*[（【〔][^）】〕]{1,20}[）】〕]\s*\Z")


@dataclass
class Heading:
    """What stands above: the title, the total it declares, lines that are neither."""

    title: str = ""
    total: Decimal | None = None
    others: list[str] = field(default_factory=list)


def read_above(lines: Sequence[str]) -> Heading:
    """Tell the title among the lines above a table from its head block."""
    heading = Heading()
    plain = [part for line in lines for part in without_gaps(normal_widths(line)).split("\n") if part.strip()]
    found = _TOTAL.search("\n".join(plain))
    heading.total = Decimal(found[1]) if found else None
    rest = [line for line in plain if not _is_furniture(line)]
    named = next((i for i, line in enumerate(rest) if names_table(line)), None)
    if named is None:
        named = next((i for i in range(len(rest) - 1, -1, -1) if _is_short(rest[i])), None)
    if named is None:
        heading.others = rest
        return heading
    first = named
    while first > 0 and named - first < 2 and _is_short(rest[first - 1]) and not names_table(rest[first - 1]):
        first -= 1
    end = named + 1
    while end < len(rest) and _SECOND_LINE.match(rest[end]):
        end += 1
    title = "\n".join(rest[first:end])
    heading.title, points = without_points(title)
    if heading.total is None and points is not None:
        heading.total = points
    heading.others = [*rest[:first], *rest[end:]]
    return heading


def _is_furniture(line: str) -> bool:
    return bool(
        HEAD_LINE.search(line) or _ATTACHMENT.match(line) or _NUMBER.match(line) or line.strip() == "目录"
    )


def _is_short(line: str) -> bool:
    return len(joined(line)) <= LONGEST_LINE and not re.search(r"[。；！？]|[：，]\s*\Z", line)


def names_table(line: str) -> bool:
    """Whether a line ends like the name of a table."""
    line = without_gaps(line)
    name = POINTS_MARK.sub("", re.sub(r"（(?:满分|总分)[^）]{0,12}）", "", line))
    return _is_short(line) and _NAMES_TABLE.search(name.strip()) is not None


def declared_in(text: str) -> Decimal | None:
    """The first figure of a total or subtotal row's text."""
    found = re.search(r"\d{1,5}(?:\.\d{1,2})?", normal_widths(text))
    return figure(found.group()) if found else None
