"""Where text parts: titles near their middle, numbers in circles as far as there are any."""

from qiangji.lib.typesetting import circled, title_lines


def test_a_title_without_a_place_to_part_stays_whole() -> None:
    assert title_lines("甲" * 60) == ["甲" * 60]


def test_a_narrow_page_parts_a_title_earlier() -> None:
    title = "某省公立医院党组织评价办法——标准化创建量化表"
    assert title_lines(title) == [title]
    assert title_lines(title, longest=20) == ["某省公立医院党组织评价办法——", "标准化创建量化表"]


def test_circles_end_at_twenty() -> None:
    assert (circled(20), circled(21)) == ("⑳", "(21)")
