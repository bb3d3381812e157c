"""How Word writes the counts of its lists: 1 01 １ 一 〇 壹 甲 子 ① ⑴ ⒈ ㈠ a A i I."""

from __future__ import annotations

from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def numeral(value: int, form: str) -> str:
    """Write a count in one of Word's formats; in ordinary digits where the format is unknown or has no sign for it.

    >>> [numeral(12, f) for f in ("decimal", "chineseCounting", "decimalEnclosedCircle", "lowerRoman")]
    ['12', '十二', '⑫', 'xii']
    """
    writer = _WRITERS.get(form)
    written = writer(value) if writer is not None and 0 < value < 10_000 else ""
    return written or str(value)


def chinese(value: int, digits: str = _DIGITS, units: str = "十百千") -> str:
    """Write 1 to 9999 as words.

    >>> [chinese(n) for n in (9, 10, 11, 20, 101, 110, 2000)]
    ['九', '十', '十一', '二十', '一百零一', '一百一十', '二千']
    """
    written = ""
    gap = False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit == 0:
            gap = gap or bool(written)
            continue
        written += ("零" if gap else "") + digits[digit] + (units[place - 1] if place else "")
        gap = False
    return written[1:] if units[0] == "十" and written.startswith("一十") else written


def _run(first: str, last: int, begin: int = 1) -> Callable[[int], str]:
    """Signs that stand in a row in Unicode, from `begin` to `last`; "" beyond them."""
    return lambda value: chr(ord(first) + value - begin) if begin <= value <= last else ""


def _circled(value: int) -> str:
    return _run("①", 20)(value) or _run("㉑", 35, 21)(value) or _run("㊱", 50, 36)(value)


def _letters(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 20)


def _roman(value: int) -> str:
    written = ""
    for worth, sign in _ROMAN:
        written += sign * (value // worth)
        value %= worth
    return written


def _digitwise(digits: str) -> Callable[[int], str]:
    return lambda value: "".join(digits[int(figure)] for figure in str(value))


_WRITERS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda value: f"{value:02d}",
    "decimalFullWidth": _digitwise("０１２３４５６７８９"),
    "decimalFullWidth2": _digitwise("０１２３４５６７８９"),
    "decimalHalfWidth": str,
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "ideographDigital": _digitwise(_DIGITS),
    "japaneseDigitalTenThousand": _digitwise(_DIGITS),
    "taiwaneseDigital": _digitwise(_DIGITS),
    "chineseLegalSimplified": lambda value: chinese(value, _LEGAL, "拾佰仟"),
    "ideographLegalTraditional": lambda value: chinese(value, _LEGAL, "拾佰仟"),
    "ideographTraditional": lambda value: _STEMS[(value - 1) % 10],
    "ideographZodiac": lambda value: _BRANCHES[(value - 1) % 12],
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _run("⑴", 20),
    "decimalEnclosedFullstop": _run("⒈", 20),
    "ideographEnclosedCircle": _run("㊀", 10),
    "ideographParenthesis": _run("㈠", 10),
    "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
}
