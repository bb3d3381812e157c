"""Chinese numerals as tables use them: 一 to 九十九, 两, and 半 for a half."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
NUMERAL = "零〇一二两三四五六七八九十"


def ordinal(text: str) -> int:
    """The number a Chinese numeral up to 99 means; 0 for what is none.

    >>> [ordinal(word) for word in ("三", "十", "十二", "二十", "三十五", "甲")]
    [3, 10, 12, 20, 35, 0]
    """
    if "十" not in text:
        return _DIGITS.get(text, 0)
    tens, _, ones = text.partition("十")
    if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return 0
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def amount(text: str) -> Decimal:
    """The value of digits or of a Chinese numeral; 半 is a half.

    >>> amount("0.5"), amount("两"), amount("半")
    (Decimal('0.5'), Decimal('2'), Decimal('0.5'))
    """
    if text == "半":
        return Decimal("0.5")
    return Decimal(text) if text[:1].isdecimal() else Decimal(ordinal(text))
