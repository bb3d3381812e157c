"""Which columns the register has, in which order, under which headings: one YAML file that a site may replace.

``layout.yaml`` beside this module is the default and explains every key; ``QIANGJI_REGISTER_LAYOUT`` names another
file. It is read at every print, so a change needs no restart.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from django.conf import settings
from pydantic import Field, StringConstraints

from qiangji.reports.self_check_register.columns import BLANK, REGISTER, SUMMARY, Column
from qiangji.standards.exceptions import LibraryError
from qiangji.standards.loader import validated
from qiangji.standards.schema import OptionalLine, Spec
from qiangji.standards.yaml_source import DataPath, YamlDocument, read_yaml

DEFAULT = Path(__file__).with_name("layout.yaml")
DEFAULT_NOTICE = "附件4未收到，版式为系统默认，可配置；本表由系统按自评数据生成，不是官方附件。"
OWN_NOTICE = "版式由使用单位设定；本表由系统按自评数据生成，不是官方附件。"
# Two characters and the lines beside them: a column narrower than that cannot be read.
NARROWEST = 0.03

Heading = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class ColumnSpec(Spec):
    """One column: its key in the tables of `columns`, and what the site wants otherwise than usual."""

    column: str
    heading: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)] | None = (
        None
    )
    width: Annotated[int, Field(ge=1, le=100, strict=True)] | None = None


class TableSpec(Spec):
    """One table of the print: the line above it and its columns in their order."""

    heading: Heading
    columns: Annotated[tuple[ColumnSpec, ...], Field(min_length=1, max_length=20)]


class LayoutSpec(Spec):
    """The whole file."""

    title: Heading
    note: OptionalLine = ""
    rows: Literal["not_full", "all"] = "not_full"
    summary: TableSpec | None = None
    entries: TableSpec


@dataclass(frozen=True)
class Layout:
    """A layout, and whether it is the one we ship: the print says which."""

    spec: LayoutSpec
    is_default: bool = True

    @property
    def notice(self) -> str:
        """What every print says of its own standing; no file can take it away."""
        return DEFAULT_NOTICE if self.is_default else OWN_NOTICE


def current_layout() -> Layout:
    """Return the site's layout, or ours where it set none. Raises LibraryError naming file and line."""
    if settings.REGISTER_LAYOUT:
        return Layout(read_layout(Path(settings.REGISTER_LAYOUT)), is_default=False)
    return Layout(read_layout(DEFAULT))


def read_layout(path: Path) -> LayoutSpec:
    """Read and check a layout file. Raises LibraryError naming every error with file and line."""
    document = read_yaml(path)
    spec = validated(LayoutSpec, document)
    problems = list(_table_problems(spec.entries, REGISTER, ("entries",), document))
    if spec.summary:
        problems += _table_problems(spec.summary, SUMMARY, ("summary",), document)
    if problems:
        raise LibraryError("\n".join(problems), messages=problems)
    return spec


def shares(table: TableSpec, known: Mapping[str, Column[Any]]) -> list[float]:
    """Return each column's part of the width; together they are 1."""
    widths = [column.width or known[column.column].width for column in table.columns]
    return [width / sum(widths) for width in widths]


def _table_problems(
    table: TableSpec, known: Mapping[str, Column[Any]], path: DataPath, document: YamlDocument
) -> Iterator[str]:
    used = Counter(column.column for column in table.columns)
    for place, column in enumerate(table.columns):
        where = document.place((*path, "columns", place, "column"))
        key = column.column
        if key not in known:
            choices = "、".join(f"{name}（{kind.heading or '空白栏'}）" for name, kind in known.items())
            yield f"{where}：没有代号为“{key}”的栏目，可用的有：{choices}"
        elif key == BLANK and column.heading is None:
            yield f"{where}：空白栏必须用 heading 写明栏名"
        elif key != BLANK and used[key] > 1:
            yield f"{where}：栏目“{key}”写了 {used[key]} 次，只保留一处；要留空栏请用 {BLANK}"
    if used.keys() <= known.keys():
        for place, share in enumerate(shares(table, known)):
            if share < NARROWEST:
                where = document.place((*path, "columns", place, "width"))
                yield f"{where}：这一栏只占整页宽度的 {share:.1%}，放不下两个字，请加宽或减少栏目"
