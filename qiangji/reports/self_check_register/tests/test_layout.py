"""The layout file: ours is whole, a site's is taken as it is, and a broken one is refused by file and line."""

from pathlib import Path

import pytest
from pytest_django import Settings

from qiangji.reports.checks import check_register_layout
from qiangji.reports.self_check_register.columns import REGISTER, SUMMARY
from qiangji.reports.self_check_register.layout import (
    DEFAULT,
    DEFAULT_NOTICE,
    OWN_NOTICE,
    current_layout,
    read_layout,
    shares,
)
from qiangji.standards.exceptions import LibraryError

OWN = """\
title: 甲院自查表
note: 版式依据甲院办法
rows: all
entries:
  heading: 清单
  columns:
    - column: title
      heading: 要求
      width: 60
    - {column: blank, heading: 核对人, width: 20}
    - {column: blank, heading: 备注, width: 20}
"""


@pytest.fixture
def own(tmp_path: Path, settings: Settings) -> Path:
    """A site's own file, named by the setting."""
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    settings.REGISTER_LAYOUT = str(path)
    return path


def refused(path: Path, old: str, new: str) -> list[str]:
    """Change the file in one place and return what is said of it."""
    assert old in OWN
    path.write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(LibraryError) as caught:
        current_layout()
    return caught.value.messages


def test_ours_lists_gaps_with_room_for_cause_and_measure(settings: Settings) -> None:
    settings.REGISTER_LAYOUT = ""
    layout = current_layout()
    assert layout.is_default
    assert layout.notice == DEFAULT_NOTICE
    assert layout.spec.rows == "not_full"
    keys = [column.column for column in layout.spec.entries.columns]
    assert keys[-4:] == ["cause", "measure", "person", "deadline"]
    assert {"code", "title", "points", "self", "lost", "text", "evidence"} <= set(keys)


def test_our_file_explains_every_column_there_is() -> None:
    explained = DEFAULT.read_text(encoding="utf-8")
    for key, column in [*REGISTER.items(), *SUMMARY.items()]:
        assert f"{key} {column.heading or '空白栏'}" in explained


def test_a_site_sets_columns_order_headings_and_widths(own: Path) -> None:
    layout = current_layout()
    assert layout.notice == OWN_NOTICE
    assert (layout.spec.title, layout.spec.note, layout.spec.rows) == (
        "甲院自查表",
        "版式依据甲院办法",
        "all",
    )
    assert layout.spec.summary is None
    entries = layout.spec.entries
    assert [column.heading for column in entries.columns] == ["要求", "核对人", "备注"]
    assert shares(entries, REGISTER) == [0.6, 0.2, 0.2]


def test_a_change_needs_no_restart(own: Path) -> None:
    assert current_layout().spec.title == "甲院自查表"
    own.write_text(OWN.replace("甲院", "乙院"), encoding="utf-8")
    assert current_layout().spec.title == "乙院自查表"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rows: all", "rows: some", "own.yaml:3：“rows”只能是 not_full、all"),
        ("rows: all", "row: all", "own.yaml:3：不认识“row”，请检查拼写或删去"),
        ("title: 甲院自查表\n", "", "own.yaml:1：缺少“title”，请补上"),
        ("width: 60", "width: 宽", "own.yaml:9：“width”应是整数，如 1，不带引号和标点"),
        ("width: 60", "width: 0", "own.yaml:9：“width”不能小于 1"),
        ("heading: 要求", "heading: ''", "own.yaml:8：“heading”不能为空"),
        (
            ", heading: 备注",
            "",
            "own.yaml:11：空白栏必须用 heading 写明栏名",
        ),
        ("rows: all", "rows: all\nrows: all", "own.yaml:4：键“rows”重复，只保留一处"),
        (
            "rows: all",
            "rows: [all",
            "own.yaml:4：YAML 写法有误，请检查缩进、冒号后的空格和引号（expected ',' or ']', but got ':'）",
        ),
    ],
)
def test_a_broken_file_is_refused_by_file_and_line(own: Path, old: str, new: str, said: str) -> None:
    assert refused(own, old, new) == [said]


def test_an_unknown_column_is_told_what_there_is(own: Path) -> None:
    (said,) = refused(own, "column: title", "column: titel")
    assert said.startswith("own.yaml:7：没有代号为“titel”的栏目，可用的有：number（序号）、")
    assert said.endswith("blank（空白栏）")


def test_a_column_stands_once(own: Path) -> None:
    said = refused(own, "{column: blank, heading: 核对人, width: 20}", "{column: title}")
    assert said == [
        f"own.yaml:{line}：栏目“title”写了 2 次，只保留一处；要留空栏请用 blank" for line in (7, 10)
    ]


def test_a_column_too_narrow_for_two_characters_is_refused(own: Path) -> None:
    said = refused(own, "heading: 备注, width: 20", "heading: 备注, width: 1")
    assert said == ["own.yaml:11：这一栏只占整页宽度的 1.2%，放不下两个字，请加宽或减少栏目"]


def test_a_file_that_is_not_there_is_named(settings: Settings, tmp_path: Path) -> None:
    settings.REGISTER_LAYOUT = str(tmp_path / "gone.yaml")
    with pytest.raises(LibraryError, match=r"gone\.yaml：文件无法读取（找不到这个文件）"):
        current_layout()


def test_every_column_of_ours_is_wide_enough() -> None:
    spec = read_layout(DEFAULT)
    assert spec.summary
    assert sum(shares(spec.entries, REGISTER)) == pytest.approx(1)
    assert min(shares(spec.entries, REGISTER) + shares(spec.summary, SUMMARY)) >= 0.04


def test_the_check_at_the_start_warns_of_a_broken_file_and_of_nothing_else(own: Path) -> None:
    assert check_register_layout(None) == []
    own.write_text("title: 甲院自查表\n", encoding="utf-8")
    (warning,) = check_register_layout(None)
    assert warning.id == "reports.W001"
    assert "own.yaml:1：缺少“entries”" in warning.msg
    assert "QIANGJI_REGISTER_LAYOUT" in warning.hint
