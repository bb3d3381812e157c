"""Small things about Chinese table text: widths, broken lines, points in brackets.

All patterns are linear in the length of their input.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_FULL_WIDTH = {
    code: code - 0xFEE0 for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
}
_OTHERS = {
    "％": "%", "．": ".", "(": "（", ")": "）", "﹙": "（", "﹚": "）",
    "［": "[", "］": "]", "｛": "{", "｝": "}", "﹝": "〔", "﹞": "〕", "﹪": "%", "﹕": "：", "﹔": "；", "︵": "（", "︶": "）",
    "\u00a0": " ", "\u3000": " ", "\u2002": " ", "\u2003": " ", "\x0b": "\n", "\x0c": "\n",
    "\u2028": "\n", "\u2029": "\n", "\u0085": "\n", "\x07": "",
    "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "", "\u00ad": "",
}  # fmt: skip
_WIDTHS = {**_FULL_WIDTH, **{ord(key): value for key, value in _OTHERS.items()}}

_CJK = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u3000-\u303f\u2018-\u201d\u2014\u2026\u2460-\u2473,.;:!?%"
_INNER_SPACE = re.compile(rf"(?<=[{_CJK}])[ \t]+(?=[{_CJK}])")
_GAP = re.compile(r"\s{5,}")
_SPACES = re.compile(r"[ \t]+")
_LONG_BLANKS = re.compile(r"[ \t]{3,}")
_BREAK = re.compile(r"[ \t]*\n[ \t\n]*")
_LATIN_BREAK = re.compile(r"(?<=[A-Za-z0-9])\n(?=[A-Za-z])|(?<=[A-Za-z])\n(?=[0-9])")

_OPEN, _CLOSE = "（【〔\\[{〈", "）】〕\\]}〉"
_BEFORE_FIGURE = r"(?:满分|标准分|分值|本项|总分|不超过|最多加?|最高加?|上限|封顶|共计|合计|共|计|得|记|\+)?\s{0,6}(?:为|[:：])?"
FIGURE = r"\d{1,5}(?:\s?\.\s?\d{1,6})?"
# （2分）, and （2分，每少1次扣0.5分） whose second half says how the points are given and stays in the text.
POINTS_MARK = re.compile(
    rf"[{_OPEN}]\s{{0,6}}{_BEFORE_FIGURE}\s{{0,6}}({FIGURE})\s{{0,6}}分值?\s{{0,6}}"
    rf"(?:[，,；;：。]([^{_OPEN}{_CLOSE}]{{1,300}}))?[{_CLOSE}]"
)
_TELLING = (
    r"(?:[，,；;。：:、\s）】〕\]”]|\A)\s{0,6}(?:计|记|得|共|共计|满分|分值|本项|标准分)?\s{0,6}[:：]?\s{0,6}"
)
_BARE_POINTS = re.compile(
    rf"{_TELLING}(?<![\d.—~～-])({FIGURE})\s{{0,6}}分\Z|(?:计|记|共计|满分|分值)\s{{0,6}}[:：]?\s{{0,6}}({FIGURE})\s{{0,6}}分\Z"
)
_GLUED_POINTS = re.compile(rf"(?<![\d.—~～-])({FIGURE})\s{{0,6}}分\Z")
_CHANGE = re.compile(r"[扣加减奖]\s{0,6}\Z")
_REQUIREMENT = re.compile(r"(?:[扣加减奖低高于到达过满足超为]|不少|至少|至多|最多|最少|不得|以)\s{0,6}\Z")
SEPARATORS = "；;。.，,、 \n\t"


def normal_widths(text: str) -> str:
    """Full-width digits, letters and signs to ordinary ones, brackets to Chinese ones, odd blanks to blanks."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_WIDTHS)


def without_gaps(text: str) -> str:
    """Long runs of blanks or empty lines made short, so that patterns need not run over them.

    >>> without_gaps("甲        （1分）")
    '甲 （1分）'
    """
    return _GAP.sub(lambda gap: "\n" if "\n" in gap.group() else " ", text)


def joined(text: str) -> str:
    """Join lines that only the width of a cell broke, and drop blanks that mean nothing between Chinese.

    >>> joined("健全\\n基本\\n组织"), joined("1遍 ，每个")
    ('健全基本组织', '1遍，每个')
    """
    text = _BREAK.sub("\n", _LONG_BLANKS.sub(" ", text.strip()))
    text = _LATIN_BREAK.sub(" ", text).replace("\n", "")
    return _SPACES.sub(" ", _INNER_SPACE.sub("", text)).strip()


def compact(text: str) -> str:
    """All blanks removed, for comparing names."""
    return re.sub(r"\s+", "", normal_widths(text))


def figure(text: str) -> Decimal:
    """The number that digits with blanks around their point mean."""
    return Decimal(re.sub(r"\s", "", text))


def without_mark(text: str, mark: re.Match[str]) -> str:
    """The text without a points mark; what the mark says beside the points stays, in brackets."""
    rest = (mark[2] or "").strip()
    return f"{text[: mark.start()]}{f'（{rest}）' if rest else ''}{text[mark.end() :]}"


@dataclass(frozen=True)
class BarePoints:
    """Points without brackets at the end of a text; `sure` where a mark or a word parts them from the words."""

    text: str
    points: Decimal
    sure: bool


def bare_points(text: str) -> BarePoints | None:
    """Find points without brackets at the end; a figure that a requirement asks for (不低于90分) is none.

    >>> bare_points("记录齐全，2分"), bare_points("测评不低于90分")
    (BarePoints(text='记录齐全', points=Decimal('2'), sure=True), None)
    """
    text = text.strip().rstrip("；;。.，,、 \n\t")
    tail_start = max(0, len(text) - 40)
    tail = text[tail_start:]
    found = _BARE_POINTS.search(tail)
    if found and not (
        found[1] and _CHANGE.search(tail[: found.start()])
    ):  # “每缺 1 次扣 1 分” is a way of scoring
        return BarePoints(
            (text[:tail_start] + tail[: found.start()] + _kept(found)).strip(SEPARATORS),
            figure(found[1] or found[2]),
            sure=True,
        )
    glued = _GLUED_POINTS.search(tail)
    if glued and glued.start() and not _REQUIREMENT.search(tail[: glued.start()]):
        return BarePoints(
            (text[:tail_start] + tail[: glued.start()]).strip(SEPARATORS), figure(glued[1]), sure=False
        )
    return None


def _kept(found: re.Match[str]) -> str:
    """The closing bracket or quotation mark that stood before bare points belongs to the words."""
    return found[0][0] if found[0][:1] in tuple("）】〕]”") else ""


def without_points(text: str, *, bare: bool = False) -> tuple[str, Decimal | None]:
    """Split a title from the points it carries; `bare` also accepts points without brackets at its end.

    >>> without_points("健全基本组织（8分）")
    ('健全基本组织', Decimal('8'))
    """
    marks = list(POINTS_MARK.finditer(text))
    if marks:
        last = marks[-1]
        return joined(without_mark(text, last)).strip("：:，,；; "), figure(last.group(1))
    found = bare_points(text) if bare else None
    if found:
        return joined(found.text).strip("：:，,；; "), found.points
    return joined(text), None
