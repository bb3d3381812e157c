"""Small things about Chinese table text: widths, broken lines, points in brackets.

All patterns are linear in the length of their input.
"""

from __future__ import annotations

import re
from decimal import Decimal

_FULL_WIDTH = {
    code: code - 0xFEE0 for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
}
_OTHERS = {
    "％": "%", "．": ".", "(": "（", ")": "）", "﹙": "（", "﹚": "）",
    "\u00a0": " ", "\u3000": " ", "\u2002": " ", "\u2003": " ", "\x0b": "\n", "\x0c": "\n",
    "\u2028": "\n", "\u2029": "\n", "\u0085": "\n", "\x07": "",
    "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "", "\u00ad": "",
}  # fmt: skip
_WIDTHS = {**_FULL_WIDTH, **{ord(key): value for key, value in _OTHERS.items()}}

_CJK = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u3000-\u303f\u2018-\u201d\u2014\u2026\u2460-\u2473,.;:!?%"
_INNER_SPACE = re.compile(rf"(?<=[{_CJK}])[ \t]+(?=[{_CJK}])")
_SPACES = re.compile(r"[ \t]+")
_BREAK = re.compile(r"[ \t]*\n[ \t\n]*")
_LATIN_BREAK = re.compile(r"(?<=[A-Za-z0-9])\n(?=[A-Za-z])|(?<=[A-Za-z])\n(?=[0-9])")

_OPEN, _CLOSE = "（【〔\\[", "）】〕\\]"
POINTS_MARK = re.compile(
    rf"[{_OPEN}]\s*(?:满分|共计|共|计|分值)?\s*[:：]?\s*(\d{{1,5}}(?:\.\d{{1,6}})?)\s*分\s*[{_CLOSE}]"
)
_BARE_POINTS = re.compile(r"[，,：:\s]*(?<![\d.—~-])(\d{1,5}(?:\.\d{1,6})?)\s*分\Z")
SEPARATORS = "；;。.，,、 \n\t"


def normal_widths(text: str) -> str:
    """Full-width digits, letters and signs to ordinary ones, brackets to Chinese ones, odd blanks to blanks."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_WIDTHS)


def joined(text: str) -> str:
    """Join lines that only the width of a cell broke, and drop blanks that mean nothing between Chinese.

    >>> joined("健全\\n基本\\n组织"), joined("1遍 ，每个")
    ('健全基本组织', '1遍，每个')
    """
    text = _BREAK.sub("\n", text.strip())
    text = _LATIN_BREAK.sub(" ", text).replace("\n", "")
    return _SPACES.sub(" ", _INNER_SPACE.sub("", text)).strip()


def compact(text: str) -> str:
    """All blanks removed, for comparing names."""
    return re.sub(r"\s+", "", normal_widths(text))


def without_points(text: str, *, bare: bool = False) -> tuple[str, Decimal | None]:
    """Split a title from the points it carries; `bare` also accepts points without brackets at its end.

    >>> without_points("健全基本组织（8分）")
    ('健全基本组织', Decimal('8'))
    """
    marks = list(POINTS_MARK.finditer(text))
    if marks:
        last = marks[-1]
        return joined(text[: last.start()] + text[last.end() :]), Decimal(last.group(1))
    found = _BARE_POINTS.search(text.strip()) if bare else None
    if found:
        return joined(text.strip()[: found.start()]), Decimal(found.group(1))
    return joined(text), None
