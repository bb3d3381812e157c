"""One reading of the rows of a standard: the state that goes from row to row."""

from __future__ import annotations

from dataclasses import replace

from qiangji.lib.numbers import plain
from qiangji.standards.reader.arrangement import Stretch
from qiangji.standards.reader.cells import Cell, Row
from qiangji.standards.reader.criteria import Habits, Place, read_cell
from qiangji.standards.reader.headings import Fields, Layout
from qiangji.standards.reader.heads import Title
from qiangji.standards.reader.numbering import begins_numbered, pieces
from qiangji.standards.reader.outline import Outline
from qiangji.standards.reader.points_column import read_points
from qiangji.standards.reader.rows import Serials, kind_of, own_cells, serial_number, serials_of, sum_word
from qiangji.standards.reader.settle import Block, Settlement
from qiangji.standards.reader.sums import Declared, Sums
from qiangji.standards.reader.title import declared_in
from qiangji.standards.reader.tree import ParsedCriterion, ParsedGroup, ParsedSection, ParsedStandard, Problem
from qiangji.standards.reader.vetoes import VETO_NAMES, has_veto, read_remark, remark_name
from qiangji.standards.reader.wording import compact, joined, normal_widths

EVERYTHING = "全部条目"
_PLACEHOLDERS = frozenset("/\\—-－–无□☐○√×、　")


class Reading:
    """Rows in, tree out: what the row before left open (part, group, merged points, remark)."""

    def __init__(self, habits: Habits) -> None:
        self.habits = habits
        self.parsed = ParsedStandard()
        self.outline = Outline(self.parsed)
        self.settlement = Settlement(self.parsed)
        self.sums = Sums(self.parsed)
        self.block: Block | None = None
        self.method = ""
        self.in_remark = False
        self.all_vetoes = False
        self.remarks: list[tuple[str, str, int | None, bool]] = []
        self.last_words = ""
        self.last = 0
        self.last_of_all = 0
        self.filled = False
        self.nameless = ""
        self.columns = 0
        self.unknown: dict[str, int | None] = {}

    def problem(self, severity: str, where: str, message: str, origin: int | None) -> None:
        self.parsed.problems.append(
            Problem("error" if severity == "error" else "warning", where, message, origin)
        )

    def stretch(self, stretch: Stretch, origins: dict[tuple[int, int], int]) -> None:
        """Read the rows under one heading."""
        if stretch.fresh:
            self.outline.new_table()
            self.in_remark = False
        self.columns = len(stretch.layout.columns)
        serials = serials_of(stretch.layout, [row for _, row in stretch.rows])
        self.nameless = stretch.name if stretch.fresh and not stretch.layout.titles else ""
        for index, row in stretch.rows:
            self.row(row, stretch.layout, serials, origins[stretch.index, index])

    def row(self, row: Row, layout: Layout, serials: Serials, origin: int) -> None:
        fields = layout.fields(row)
        kind, title = kind_of(row, layout, fields, serials, in_remark=self.in_remark)
        if (
            kind == "head"
            and title is not None
            and not title.style
            and len(layout.columns) == 1
            and self.unfinished()
        ):
            kind = "criteria"  # the second line of a criterion that a list's width broke
        if kind == "remark":
            self.remark_row(row, origin)
        elif kind in {"subtotal", "total"}:
            self.sum_row(row, fields, origin)
        elif kind == "head" and title is not None:
            self.head(title, origin)
        elif kind == "criteria":
            self.in_remark = False
            self.criteria_row(row, layout, fields, serials, origin)

    def unfinished(self) -> bool:
        """Whether the last criterion still waits for the points that its kind carry in the text."""
        section = self.outline.section
        criteria = section.criteria() if section is not None else []
        return bool(criteria) and criteria[-1].points is None and self.habits.marked

    def head(self, title: Title, origin: int | None) -> None:
        self.close_block()
        self.in_remark = False
        self.nameless = ""
        self.outline.head(title, origin)

    def remark_row(self, row: Row, origin: int) -> None:
        texts = [cell.text for cell in own_cells(row)]
        name = remark_name(texts[0])
        if name and compact(texts[0]).strip("：:") == name:
            texts = texts[1:]
        if name or not self.in_remark:
            self.all_vetoes = name in VETO_NAMES or any(
                word in compact(row.cells[0].text) for word in VETO_NAMES
            )
        go_on = self.in_remark and not name
        self.in_remark = True
        self.remark("\n".join(texts), row.where, origin, go_on=go_on)

    def remark(
        self,
        text: str,
        where: str,
        origin: int | None,
        *,
        go_on: bool = False,
        all_vetoes: bool | None = None,
    ) -> None:
        """Note a remark's text; rows that go on are joined before anything is told from them."""
        certain = self.all_vetoes if all_vetoes is None else all_vetoes
        if go_on and self.remarks:
            before, first_where, first_origin, _ = self.remarks[-1]
            self.remarks[-1] = (f"{before}\n{text}", first_where, first_origin, certain)
        elif text.strip() or certain:
            self.remarks.append((text, where, origin, certain))

    def sum_row(self, row: Row, fields: Fields, origin: int) -> None:
        self.close_block()
        texts = [fields.points.text] if fields.points is not None and not fields.points.is_blank else []
        texts += [
            cell.text for cell in own_cells(row) if not any(cell is result for result in fields.results)
        ]
        figure = next((found for text in texts if (found := declared_in(text)) is not None), None)
        if figure is None:
            return
        sections = self.parsed.sections
        section = sections[-1] if sections else None
        group = section.groups[-1] if section and section.groups else None
        declared = Declared(figure, row.where, origin, section, group, len(sections))
        (self.sums.subtotals if sum_word(row) == "小计" else self.sums.totals).append(declared)

    def criteria_row(self, row: Row, layout: Layout, fields: Fields, serials: Serials, origin: int) -> None:
        if self.is_stranger(fields):
            self.problem("warning", row.where, "这一行不像评分条目，未读入，请核对", origin)
            return
        self.note_beside(fields, origin)
        words = fields.words
        leads = self.leads(layout, fields, row)
        if fields.whole is not None and self.is_nothing(fields.whole, layout, leads):
            message = f"“{joined(normal_widths(fields.whole.text))[:16]}”不是项目名称，也不是评分条目，未读入，请核对"
            self.problem("warning", row.where, message, origin)
            return
        self.outline.titles(leads, origin)
        if words is None or words.is_blank or words.continued:
            self.without_words(fields, row, origin)
            return
        place = self.outline.place()
        if place is None and layout.titles:
            message = "这一行之前没有项目名称，不知道属于哪个项目，未读入，请补上"
            self.problem("error", row.where, message, origin)
            return
        place = place or self.unnamed(origin)
        section, group = place
        if self.outline.section is section and not section.criteria() and section.origin is None:
            section.origin = origin
        self.declared_beside(fields, section, section.where, origin)
        self.declared_beside(fields, group, self.in_words(section, group), origin)
        before = len(group.criteria)
        self.add_criteria(section, group, words, fields, serials, row.where, origin)
        self.settle_beside(fields, section, group, group.criteria[before:], row.where, origin)

    def leads(self, layout: Layout, fields: Fields, row: Row) -> list[tuple[float, Cell]]:
        """The title cells; where an editor cut a row's empty cells, one alone without points is a group."""
        cells = fields.titles
        alone = fields.cut_short and len(cells) == 1 and self.parsed.sections
        levels = len(layout.titles) > 1 or any(level % 1 for level in self.outline.columns)
        if alone and levels and len(row.cells) < len(layout.columns):
            level, cell = cells[0]
            known = self.outline.columns.get(0.0)
            if known and "（" not in normal_widths(cell.text) and known.title.text != compact(cell.text):
                return [(max(level, 0.5 if len(layout.titles) == 1 else 1.0), cell)]
        if not fields.cut_short and len(cells) == 1 and not cells[0][1].is_blank and not layout.grid:
            self.outline.columns = {k: v for k, v in self.outline.columns.items() if k == 0.0}
        return cells

    def is_stranger(self, fields: Fields) -> bool:
        """Whether a row belongs to a list of another kind: words where points belong, and no figure at all."""
        cell, words = fields.points, fields.words
        if cell is None or words is None or cell.is_blank or cell.continued or words.is_blank:
            return False
        texts = [cell.text, words.text, *(title.text for _, title in fields.titles)]
        return cell.text.strip(" /\\—-－–无") != "" and not any(ch.isdigit() for text in texts for ch in text)

    def is_nothing(self, cell: Cell, layout: Layout, leads: list[tuple[float, Cell]]) -> bool:
        """Whether a row of one text is neither title nor criterion: prose in a title's place, or across the table."""
        if layout.spans_criteria(cell):
            return not begins_numbered(normal_widths(cell.text))
        return any(title is cell for _, title in leads) and self.is_prose(cell)

    def is_prose(self, cell: Cell) -> bool:
        """Whether a text in a title's place is a sentence."""
        text = normal_widths(cell.text).strip()
        return (
            len(compact(text)) > 30
            or any(mark in text.rstrip("。") for mark in "。；")
            or text.endswith("。")
        )

    def without_words(self, fields: Fields, row: Row, origin: int) -> None:
        """A row without words of its own: a title alone, more scoring words, or points that belong to nothing."""
        points = fields.points
        self.go_on_beside(fields)
        merged = fields.words is not None and fields.words.continued
        if points is not None and not points.continued and read_points(points.text).figures and not merged:
            self.problem("error", row.where, "这一行有分值，没有内容，未读入，请补上内容或删去分值", origin)
        if fields.whole is not None and any(cell is fields.whole for _, cell in fields.titles):
            self.outline.place()

    def unnamed(self, origin: int) -> tuple[ParsedSection, ParsedGroup]:
        """A part for criteria that stand in none: named after the sheet, else after nothing."""
        name = self.nameless or EVERYTHING
        message = (
            f"没有项目一栏，按工作表名“{name}”归为一个项目，请核对"
            if self.nameless
            else f"没有项目一栏，全部条目归入一个项目“{name}”，请核对并改名"
        )
        self.problem("warning", "项目", message, origin)
        self.nameless = ""
        self.outline.name_section(name, origin)
        place = self.outline.place()
        assert place is not None
        return place

    def add_criteria(
        self,
        section: ParsedSection,
        group: ParsedGroup,
        cell: Cell,
        fields: Fields,
        serials: Serials,
        where: str,
        origin: int,
    ) -> None:
        if not section.criteria():
            self.last = 0
        place = Place(self.in_words(section, group), origin, self.last, self.last_of_all, not group.criteria)
        text = normal_widths(cell.text)
        cut = self.cut_criterion(section, group, text, fields)
        if cut is not None:
            text = self.joined_to(cut, text, group)
            if fields.whole is None or self.columns > 1:
                message = "这段文字没有序号，已并入上一条，请核对"
                self.problem("warning", f"{place.where}（{where}）", message, origin)
            place = replace(place, last=int(cut.number.rpartition(".")[2]) - 1)
        habits = self.habits
        if (
            habits.numbered
            and habits.row_each
            and not self.has_own_points(fields)
            and not serial_number(fields)
        ):
            habits = replace(habits, row_each=False)
        found = read_cell(
            text, place=place, habits=habits, serial=serial_number(fields) if serials.each else ""
        )
        self.parsed.problems += found.problems
        if found.loose.strip():
            self.loose_text(group, found.loose, f"{place.where}（{where}）", origin)
        group.criteria += found.criteria
        for criterion in found.criteria:
            criterion.evidence = "；".join(joined(text) for text in fields.evidence)[:300]
            criterion.note = "；".join(joined(text) for text in fields.notes)[:500]
        if found.criteria:
            self.last_words = found.last_words
            self.last = self.last_of_all = int(found.criteria[-1].number.rpartition(".")[2])

    def in_words(self, section: ParsedSection, group: ParsedGroup) -> str:
        return "，".join([section.where, *([f"小项“{group.title}”"] if group.title else [])])

    def has_own_points(self, fields: Fields) -> bool:
        return fields.points is not None and not fields.points.is_blank

    def cut_criterion(
        self, section: ParsedSection, group: ParsedGroup, text: str, fields: Fields
    ) -> ParsedCriterion | None:
        """The criterion above that a page break cut: without points, while this cell begins in mid-sentence."""
        last = group.criteria[-1] if group.criteria else None
        if last is None or last.points is not None or not self.habits.marked or fields.points is not None:
            return None
        found = pieces(text)
        return last if found and not found[0].number and self.habits.numbered else None

    def joined_to(self, cut: ParsedCriterion, text: str, group: ParsedGroup) -> str:
        """The cell's text with the beginning of the cut criterion before it, to be read as one."""
        group.criteria.remove(cut)
        self.settlement.methods.pop(id(cut), None)
        return f"{cut.number}.{self.last_words.strip()}\n{text}"

    def loose_text(self, group: ParsedGroup, text: str, where: str, origin: int) -> None:
        """Text without number and points: the end of a criterion that a page break cut, or nobody's."""
        last = group.criteria[-1] if group.criteria else None
        if last is not None and (last.points is None or self.habits.row_each):
            last.text = joined(f"{last.text}\n{text}")
            self.problem("warning", where, "这段文字没有序号，已并入上一条，请核对", origin)
        else:
            self.problem("warning", where, f"“{joined(text)[:12]}”没有序号和分值，未读入，请核对", origin)

    def declared_beside(
        self, fields: Fields, title: ParsedSection | ParsedGroup, where: str, origin: int
    ) -> None:
        """The points of a part or group that stand in a column of their own."""
        cell = fields.title_points if isinstance(title, ParsedSection) else fields.group_points
        if cell is None or cell.is_blank or cell.continued:
            return
        read = read_points(cell.text)
        if read.doubt:
            self.problem(read.severity, where, read.doubt, origin)
        if len(read.figures) != 1:
            return
        points = read.figures[0]
        if title.points is not None and title.points != points:
            message = f"名称里写 {plain(title.points)} 分，分值栏写 {plain(points)} 分，两者不一致，请核对"
            self.problem("error", where, message, origin)
        title.points = points if title.points is None else title.points

    def settle_beside(
        self,
        fields: Fields,
        section: ParsedSection,
        group: ParsedGroup,
        criteria: list[ParsedCriterion],
        where: str,
        origin: int,
    ) -> None:
        """Points and scoring words beside the criteria, or merged with those of the rows above."""
        points = fields.points
        if points is not None and points.continued and self.block is not None:
            self.block.criteria += criteria
            self.block.rows += 1
        elif points is not None:
            self.close_block()
            place = f"{self.in_words(section, group)}（{where}）"
            self.block = Block(read_points(points.text), place, origin, section, group, list(criteria))
        method = fields.method
        if method is None:
            return
        if not method.continued:
            self.method = normal_widths(method.text)
        self.settlement.method(criteria, self.method, merged=method.continued)

    def go_on_beside(self, fields: Fields) -> None:
        """A row below a merged criterion: more scoring words for it."""
        method = fields.method
        criteria = self.parsed.criteria()
        if method is None or method.is_blank or method.continued or not criteria:
            return
        self.method = f"{self.method}\n{normal_widths(method.text)}"
        self.settlement.methods.setdefault(id(criteria[-1]), []).append(normal_widths(method.text))

    def note_beside(self, fields: Fields, origin: int) -> None:
        """What stands in columns to be filled in, or in columns nobody knows."""
        for cell in fields.results:
            if not cell.is_blank and not cell.continued and compact(cell.text).strip("".join(_PLACEHOLDERS)):
                self.filled = True
        for name, _ in fields.unknown:
            self.unknown.setdefault(name, origin)

    def close_block(self) -> None:
        if self.block is not None:
            self.settlement.close(self.block)
            self.block = None

    def finish(self) -> None:
        """Settle what was left open; the sums are checked by whoever knows the lines above."""
        self.close_block()
        self.outline.close()
        self.read_remarks()
        self.settlement.finish()
        if self.filled:
            self.problem("warning", "填写栏", "落实情况或得分栏里已有内容，这些内容不属于标准，未读入", None)
        for name, origin in self.unknown.items():
            title = f"“{name}”" if name else "没有名称"
            self.problem("warning", "表头", f"{title}的一栏不知道是什么，栏里的文字未读入，请核对", origin)

    def read_remarks(self) -> None:
        for text, where, origin, certain in self.remarks:
            plain = normal_widths(text)
            self.parsed.remark = joined(f"{self.parsed.remark}\n{plain}")
            found = read_remark(plain, all_vetoes=certain)
            self.parsed.vetoes += found.vetoes
            if found.single and not certain and not has_veto(found.vetoes[0]):
                self.problem("warning", where, "备注里的否决情形没有编号，已当作一条读入，请核对", origin)
            if found.others and found.vetoes:
                message = f"备注里“{found.others[0][:12]}”等文字不是否决情形，未读入标准，请核对"
                self.problem("warning", where, message, origin)
            elif found.others and remark_name(plain) != "附注":
                self.problem("warning", where, "备注里没有否决情形，备注的文字未读入标准", origin)


def begins_remark(line: str) -> bool:
    """Whether a line outside the table begins a remark."""
    return remark_name(line) != "" or (has_veto(line) and not begins_numbered(line))
