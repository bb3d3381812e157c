"""Errors of the library name file and line, and say in Chinese what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from qiangji.standards import loader
from qiangji.standards.exceptions import LibraryError
from qiangji.standards.loader import edition_dirs, edition_from_text, load_edition, load_sources
from qiangji.standards.schema import SectionSpec, scoring_from_json
from qiangji.standards.tests.editions import edition_data, write_edition
from qiangji.standards.yaml_source import read_yaml_text


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").split("\n")
    return next(i for i, line in enumerate(lines, start=1) if text in line)


def test_an_edition_is_read_from_its_index_and_section_files(tmp_path: Path) -> None:
    folder = write_edition(tmp_path, edition_data())
    assert edition_dirs(tmp_path) == [folder]
    assert [c.code for c in load_edition(folder).criteria()] == ["1-1-1", "1-1-2", "1-2-3", "2-0-1"]


def test_one_file_may_hold_it_all(tmp_path: Path) -> None:
    split = load_edition(write_edition(tmp_path / "a", edition_data()))
    assert load_edition(write_edition(tmp_path / "b", edition_data(), split=False)) == split


def test_a_wrong_sum_names_the_section_file_and_line(tmp_path: Path) -> None:
    data = edition_data()
    data["sections"][1]["points"] = 3
    folder = write_edition(tmp_path, data)
    with pytest.raises(LibraryError) as caught:
        load_edition(folder)
    line = line_of(folder / "2.yaml", "points: 3")
    assert any(
        m.startswith(f"tiny/2026/2.yaml:{line}：“服务”各具体标准之和为 2 分") for m in caught.value.messages
    )
    assert any(
        m.startswith("tiny/2026/index.yaml:") and "与总分 5 分不一致" in m for m in caught.value.messages
    )


def test_a_wrong_code_names_its_line(tmp_path: Path) -> None:
    data = edition_data()
    data["sections"][0]["groups"][1]["criteria"][0]["code"] = "1-2-7"
    folder = write_edition(tmp_path, data)
    line = line_of(folder / "1.yaml", "1-2-7")
    with pytest.raises(
        LibraryError, match=f"tiny/2026/1.yaml:{line}：编码 1-2-7 与所在位置不符，此处应为 1-2-3"
    ):
        load_edition(folder)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("points: 1\n", "points: 0.5\n", "“points”：小数要写在引号里"),
        ("title: 会议有纪要", "titel: 会议有纪要", "不认识“titel”"),
        ("title: 会议有纪要", "title: 2026", "“title”应是文字"),
        ("kind: deduct", "kind: dedcut", "“scoring”的计分方式 kind 只能是"),
        ("kind: deduct", "kind: full", "不认识“per”"),
        ("title: 班子\n", "title: 班子\ntitle: 院班子\n", "键“title”重复"),
        ("number: 1\n", "number: &a 1\n", "锚点与引用"),
        ("title: 服务", "title: !!python/name:os.system 服务", "不支持标签"),
        ("title: 服务", "title: [服务", "YAML 写法有误"),
    ],
)
def test_each_mistake_names_file_line_and_remedy(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    folder = write_edition(tmp_path, edition_data())
    path = next(p for p in sorted(folder.glob("[12].yaml")) if before in p.read_text(encoding="utf-8"))
    text = path.read_text(encoding="utf-8").replace(before, after, 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError) as caught:
        load_edition(folder)
    assert any(m.startswith(f"tiny/2026/{path.name}:") and message in m for m in caught.value.messages)


def test_the_line_of_a_mistake_is_exact() -> None:
    with pytest.raises(LibraryError, match=r"表\.yaml:3：键“a”重复，只保留一处"):
        read_yaml_text("a: 1\nb: 2\na: 3\n", name="表.yaml")


def test_a_missing_section_file_is_named(tmp_path: Path) -> None:
    folder = write_edition(tmp_path, edition_data())
    (folder / "2.yaml").unlink()
    with pytest.raises(LibraryError, match=r"tiny/2026/index\.yaml:\d+：找不到文件“2\.yaml”"):
        load_edition(folder)


def test_a_section_file_outside_the_folder_is_refused(tmp_path: Path) -> None:
    folder = write_edition(tmp_path, edition_data())
    index = folder / "index.yaml"
    index.write_text(index.read_text(encoding="utf-8").replace("2.yaml", "../2.yaml"), encoding="utf-8")
    with pytest.raises(LibraryError, match="不是同一文件夹里的"):
        load_edition(folder)


def test_the_folder_must_say_what_the_index_says(tmp_path: Path) -> None:
    folder = write_edition(tmp_path, edition_data())
    moved = folder.rename(folder.parent / "2027")
    with pytest.raises(LibraryError, match="版本 2026 与文件夹 2027 不一致"):
        load_edition(moved)


def test_a_missing_key_is_named() -> None:
    with pytest.raises(LibraryError, match=r"a\.yaml:1：缺少“title”，请补上"):
        edition_from_text("standard: a\nlabel: b\n", name="a.yaml")


@pytest.mark.parametrize("text", ["", "- 1\n", "只是一句话", "a: " + "[" * 40 + "]" * 40])
def test_what_is_no_edition_is_refused(text: str) -> None:
    with pytest.raises(LibraryError, match=r"a\.yaml"):
        edition_from_text(text, name="a.yaml")


def test_a_source_named_twice_is_refused(tmp_path: Path) -> None:
    entry = "  - {key: a, document: 甲, force: example, gives: 乙}\n"
    (tmp_path / "sources.yaml").write_text(f"sources:\n{entry}{entry}", encoding="utf-8")
    with pytest.raises(LibraryError, match=r"sources\.yaml:3：代号 a 重复"):
        load_sources(tmp_path)


def test_an_installed_package_brings_its_own_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "PACKAGE", tmp_path / "qiangji")
    assert loader.library_dir() == tmp_path / "library"
    (tmp_path / "qiangji" / "_library").mkdir(parents=True)
    assert loader.library_dir() == tmp_path / "qiangji" / "_library"


def test_a_list_is_not_called_too_short_for_the_faults_of_its_entries(tmp_path: Path) -> None:
    data = edition_data()
    data["sections"][1]["groups"][0]["criteria"][0]["number"] = "1."
    with pytest.raises(LibraryError) as caught:
        load_edition(write_edition(tmp_path, data))
    (message,) = caught.value.messages
    assert "2.yaml" in message
    assert "“number”应是整数，如 1" in message

    data["sections"][1]["groups"][0]["criteria"] = []
    with pytest.raises(LibraryError, match="“criteria”至少要有 1 项"):
        load_edition(write_edition(tmp_path / "empty", data))


def test_the_recipe_shows_only_what_is_accepted() -> None:
    """The page for people who know the law and no Python: its examples are pasted, so they must hold."""
    text = (settings.BASE_DIR / "docs/recipes/table-to-edition.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)
    section = next(block for block in blocks if block.startswith("number: 1\n"))
    assert SectionSpec.model_validate(read_yaml_text(section, name="范例").data).points == 10
    rules = [line for block in blocks for line in block.splitlines() if line.startswith("scoring: ")]
    kinds = {scoring_from_json(read_yaml_text(line, name="范例").data["scoring"]).kind for line in rules}
    assert kinds == {"full", "deduct", "bonus", "graded", "base", "checklist"}
