"""The one interpreter: from rows of cells, whatever file they came from, to a standard with its problems."""

from __future__ import annotations

import re
from decimal import Decimal

from qiangji.lib.numbers import plain
from qiangji.standards.reader.cells import Cell, RawTable, Row, Unreadable
from qiangji.standards.reader.criteria import read_cell
from qiangji.standards.reader.headings import Layout, find_layout, layout_of, split_row
from qiangji.standards.reader.tree import ParsedGroup, ParsedSection, ParsedStandard, Problem
from qiangji.standards.reader.wording import POINTS_MARK, compact, joined, normal_widths, without_points

REMARK_NAMES = frozenset({"备注", "说明", "注", "一票否决", "一票否决项"})
TOTAL_NAMES = frozenset({"合计", "总计", "总分"})
VETO_WORDS = ("否决", "不予评定")
_TOTAL = re.compile(r"(?:满分|总分|总计|合计)[^\d\n]{0,4}(\d{1,5}(?:\.\d{1,2})?)\s*分")
_HEAD_LINE = re.compile(r"申报单位|申报时间|填报|得分\s*[:：]")
_ENUMERATORS = (
    re.compile(r"[①-⑳]"),
    re.compile(r"（[ \t]*\d{1,2}[ \t]*）"),
    re.compile(r"(?:^|(?<=[\n：:；;。]))[ \t]*\d{1,2}[ \t]*[.、](?!\d)"),
)


def interpret(table: RawTable) -> ParsedStandard:
    """Understand a table. Raises Unreadable where it has no heading row or no criteria."""
    index, layout = find_layout(table)
    reading = _Reading(layout)
    for row in table.rows[index + 1 :]:
        reading.read(row)
    for line in _remark_lines(table.after):
        reading.remark([line], "表后")
    above = [
        *table.before,
        *(cell.text for row in table.rows[:index] for cell in row.cells if not cell.is_blank),
    ]
    return reading.finish(above)


def _remark_lines(lines: tuple[str, ...]) -> list[str]:
    """What follows the table as a remark, from the line that says so."""
    for i, line in enumerate(lines):
        name, _, rest = normal_widths(line).strip().partition("：")
        if compact(name) in REMARK_NAMES or any(word in line for word in VETO_WORDS):
            first = rest if compact(name) in REMARK_NAMES else line
            return ["\n".join([first, *lines[i + 1 :]])]
    return []


class _Reading:
    """The state of one reading: the part and group that rows without a title of their own belong to."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.parsed = ParsedStandard()
        self.last_number = 0
        self.declared_total: Decimal | None = None
        self.filled = False

    def problem(self, severity: str, where: str, message: str) -> None:
        self.parsed.problems.append(Problem("error" if severity == "error" else "warning", where, message))

    def read(self, row: Row) -> None:
        if layout_of(row) is not None or all(cell.is_blank for cell in row.cells):
            return
        name = compact(next(cell.text for cell in row.cells if not cell.is_blank))
        if name in REMARK_NAMES:
            texts = [cell.text for cell in row.cells if not cell.is_blank and not cell.continued]
            self.remark(texts[1:], row.where)
        elif name in TOTAL_NAMES:
            self.total_row(row)
        else:
            self.criteria_row(row)

    def remark(self, texts: list[str], where: str) -> None:
        text = normal_widths("\n".join(texts)).strip()
        self.parsed.remark = joined(f"{self.parsed.remark}\n{text}")
        if not any(word in text for word in VETO_WORDS):
            self.problem("warning", where, "备注里没有否决情形，备注的文字未读入标准")
            return
        vetoes = _enumerated(text)
        if not vetoes:
            vetoes = [joined(text.partition("：")[2] or text).strip("；;。 ")]
            self.problem("warning", where, "备注里的否决情形没有编号，已当作一条读入，请核对")
        self.parsed.vetoes += vetoes

    def total_row(self, row: Row) -> None:
        text = normal_widths(" ".join(cell.text for cell in row.cells))
        found = re.search(r"\d{1,5}(?:\.\d{1,2})?", text)
        if found:
            self.declared_total = Decimal(found.group())

    def criteria_row(self, row: Row) -> None:
        lead, cell, rest = split_row(row, self.layout)
        self.filled = self.filled or any(not other.is_blank for other in rest)
        if cell is None or cell.continued or (cell.is_blank and all(c.is_blank for c in lead)):
            return
        if len(lead) > 2:
            message = f"“具体标准”左边有 {len(lead)} 格，应为项目和小项两格，请核对此行"
            self.problem("error", row.where, message)
        cut_short = len(rest) < self.layout.columns_after
        section_cell, group_cell = self.section_and_group(lead, cut_short=cut_short)
        section = self.section_of(section_cell, row.where)
        if section is not None:
            self.add_criteria(section, self.group_of(section, group_cell), cell, row.where)

    def section_and_group(self, lead: list[Cell], *, cut_short: bool) -> tuple[Cell | None, Cell | None]:
        """Tell the part's cell from the group's; one cell alone is a part that has no groups.

        But where an editor cut a row's empty cells, one cell without points is a group: the empty cell
        of its part is gone as well.
        """
        if len(lead) >= 2:
            return lead[0], lead[1]
        if not lead:
            return None, None
        alone = cut_short and self.layout.grid is None and self.parsed.sections
        if alone and not POINTS_MARK.search(normal_widths(lead[0].text)):
            return None, lead[0]
        return lead[0], None

    def section_of(self, cell: Cell | None, where: str) -> ParsedSection | None:
        title, points = _title(cell)
        current = self.parsed.sections[-1] if self.parsed.sections else None
        if current is not None and (
            not title or (title == current.title and points in {None, current.points})
        ):
            return current
        if not title:
            self.problem("error", where, "这一行之前没有项目名称，不知道属于哪个项目，请补上")
            return None
        section = ParsedSection(title, points, is_bonus="加分" in title, where=f"项目“{title}”")
        self.parsed.sections.append(section)
        self.last_number = 0
        return section

    def group_of(self, section: ParsedSection, cell: Cell | None) -> ParsedGroup:
        title, points = _title(cell)
        current = section.groups[-1] if section.groups else None
        if current is not None and (not title or title == current.title):
            return current
        group = ParsedGroup(title, points)
        section.groups.append(group)
        return group

    def add_criteria(self, section: ParsedSection, group: ParsedGroup, cell: Cell, where: str) -> None:
        place = "，".join([f"项目“{section.title}”", *([f"小项“{group.title}”"] if group.title else [])])
        found = read_cell(normal_widths(cell.text), where=place, previous=self.last_number)
        self.parsed.problems += found.problems
        if found.loose.strip():
            self.loose_text(group, found.loose, f"{place}（{where}）")
        group.criteria += found.criteria
        if found.criteria:
            self.last_number = int(found.criteria[-1].number)

    def loose_text(self, group: ParsedGroup, text: str, where: str) -> None:
        """Text without number and points: the end of a criterion that a page break cut, or nobody's."""
        last = group.criteria[-1] if group.criteria else None
        if last is not None and last.points is None:
            last.text = joined(last.text + text)
            self.problem("warning", where, "这段文字没有序号，已并入上一条，请核对")
        else:
            self.problem("warning", where, f"“{joined(text)[:12]}”没有序号和分值，未读入，请核对")

    def finish(self, above: list[str]) -> ParsedStandard:
        parsed = self.parsed
        if not parsed.criteria():
            raise Unreadable("表格里没有读到具体标准：每条应有序号和分值，例如“1.……（1分）”")
        self.title(above)
        for section in parsed.sections:
            self.check_section(section)
        self.check_total(above)
        if self.filled:
            self.problem("warning", "填写栏", "落实情况或得分栏里已有内容，这些内容不属于标准，未读入")
        return parsed

    def title(self, above: list[str]) -> None:
        lines = []
        for line in above:
            if _HEAD_LINE.search(line):
                break
            lines.append(normal_widths(line))
        self.parsed.title = without_points("\n".join(lines))[0]
        if not self.parsed.title:
            self.problem("warning", "表头", "表格上方没有标题，请在导入时写明名称")

    def check_section(self, section: ParsedSection) -> None:
        total = sum((c.points for c in section.criteria() if c.points is not None), Decimal(0))
        if not section.criteria():
            self.problem("error", section.where, "没有任何具体标准，请补上或删去这个项目")
        elif section.points is None:
            section.points = total
            self.problem(
                "warning", section.where, f"没有写项目分值，按各条之和 {plain(total)} 分读入，请核对"
            )
        elif section.points != total:
            message = f"项目分值 {plain(section.points)} 分，各条之和 {plain(total)} 分，两者不一致，请核对每条的分值"
            self.problem("error", section.where, message)
        for group in section.groups:
            self.check_group(section, group)

    def check_group(self, section: ParsedSection, group: ParsedGroup) -> None:
        where = f"{section.where}，小项“{group.title}”"
        if not group.title and len(section.groups) > 1:
            self.problem("warning", section.where, "有的行写了小项名称，有的没有写，请核对")
        total = sum((c.points for c in group.criteria if c.points is not None), Decimal(0))
        if group.points is not None and group.points != total:
            message = (
                f"小项分值 {plain(group.points)} 分，各条之和 {plain(total)} 分，两者不一致，请核对每条的分值"
            )
            self.problem("error", where, message)
        if not group.criteria:
            self.problem("error", where, "没有任何具体标准，请补上或删去这个小项")

    def check_total(self, above: list[str]) -> None:
        found = _TOTAL.search(normal_widths("\n".join(above)))
        declared = self.declared_total or (Decimal(found.group(1)) if found else None)
        total = sum((s.points or Decimal(0) for s in self.parsed.sections if not s.is_bonus), Decimal(0))
        self.parsed.total_points = total if declared is None else declared
        if declared is not None and declared != total:
            message = f"写明的总分是 {plain(declared)} 分，各项目之和是 {plain(total)} 分，两者不一致，请核对"
            self.problem("error", "总分", message)


def _title(cell: Cell | None) -> tuple[str, Decimal | None]:
    if cell is None or cell.continued:
        return "", None
    return without_points(normal_widths(cell.text), bare=True)


def _enumerated(text: str) -> list[str]:
    """The items that ①②, （1）（2） or 1. 2. number, by whichever comes first; [] where nothing is numbered."""
    first = min(
        (m for m in (p.search(text) for p in _ENUMERATORS) if m), key=lambda m: m.start(), default=None
    )
    if first is None:
        return []
    marks = list(first.re.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    items = [joined(text[mark.end() : end]).strip("；;。，, ") for mark, end in zip(marks, ends, strict=True)]
    return [item for item in items if item]
