"""The papers as Word files: equal bytes for equal contents, and laid out whole by an office program."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from docx import Document

from qiangji.reports.election_letters.contents import Letter, People
from qiangji.reports.election_letters.writer import PAGE_HEADER, write_letter
from qiangji.reports.tests.packages import MISSING, rendered

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
LETTER = Letter(
    title="关于党委换届选举候选人预备人选的请示",
    number="甲医党〔2026〕21号",
    addressee="甲市卫生健康委员会",
    paragraphs=("党委换届选举的候选人预备人选已经酝酿产生。名单如下。", "以上请示，请予批复。"),
    sender="甲市第一医院党委",
    day=date(2026, 9, 1),
    people=People(("序号", "姓名", "拟任职务"), (("1", "赵一", "书记"), ("2", "钱二", "委员"))),
)


def words(content: bytes) -> str:
    return "".join(Document(io.BytesIO(content)).element.itertext())


def test_a_paper_says_what_it_holds_in_order() -> None:
    said = words(write_letter(LETTER, at=AT))
    order = [
        "甲医党〔2026〕21号",
        LETTER.title,
        "甲市卫生健康委员会：",
        "名单如下",
        "赵一",
        "请予批复",
        "2026年9月1日",
    ]
    places = [said.index(one) for one in order]
    assert places == sorted(places)


def test_equal_contents_give_equal_bytes_and_a_missing_number_leaves_its_room() -> None:
    assert write_letter(LETTER, at=AT) == write_letter(LETTER, at=AT)
    assert "〔　　　　〕" in words(write_letter(replace(LETTER, number=""), at=AT))
    assert "（印章）" in words(write_letter(replace(LETTER, sender=""), at=AT))


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}")
def test_a_paper_is_one_page_and_a_long_list_keeps_its_head(tmp_path: Path) -> None:
    pages = rendered(write_letter(LETTER, at=AT), tmp_path)
    assert len(pages) == 1
    assert PAGE_HEADER in pages[0]
    people = People(LETTER.people.heads, tuple((str(n), "某某某", "委员") for n in range(1, 40)))  # type: ignore[union-attr]
    pages = rendered(write_letter(replace(LETTER, people=people), at=AT), tmp_path)
    assert len(pages) > 1
    assert all("拟任职务" in page for page in pages if "某某某" in page)
