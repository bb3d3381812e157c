"""Typed words are stored without what no database holds, and refused where they are missing or too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiangji.lib.typed import needed, storable, typed_line, typed_words


@given(st.text())
def test_what_is_stored_has_no_nul_and_no_blank_ends(text: str) -> None:
    for stored in (typed_words(text), typed_line(text)):
        assert "\x00" not in stored
        assert stored == stored.strip()


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert typed_line(typed_line(text)) == typed_line(text)
    assert typed_words(typed_words(text)) == typed_words(text)


def test_half_characters_of_a_cut_text_are_dropped() -> None:
    assert typed_words("缺\ud83d") == typed_line("\udc00缺") == storable("缺\ud83d") == "缺"


@given(st.text())
def test_a_line_is_one_line(text: str) -> None:
    assert len(typed_line(text).splitlines()) <= 1


def test_inner_lines_stay_where_words_may_have_them() -> None:
    assert typed_words("一\r\n二\n三") == "一\n二\n三"


@pytest.mark.parametrize("words", ["", "四个字呀"])
def test_none_and_too_many_are_refused_with_the_words_of_who_asked(words: str) -> None:
    with pytest.raises(ValueError, match="最多 3 字"):
        needed(words, 3, ValueError("请写明理由，最多 3 字。"))


def test_exactly_so_many_are_taken() -> None:
    assert needed("三个字", 3, ValueError()) == "三个字"
