"""How Chinese text falls into lines: where a title parts, how many lines a cell takes, numbers in circles.

Plain text in, figures and text out; Word and Excel papers both ask here.
"""

import re
from unicodedata import east_asian_width

TITLE_LINE = 28  # characters of a title that fit a line across
MOST_CIRCLED = 20


def title_lines(title: str, *, longest: int = TITLE_LINE) -> list[str]:
    """Return the title in one line, or in two that part after a dash or mark near its middle.

    >>> title_lines("公立医院量化表")
    ['公立医院量化表']
    >>> title_lines("某省医院党建工作指导机构基层党组织评价工作文件附件二——医院党委标准化创建量化考评表")
    ['某省医院党建工作指导机构基层党组织评价工作文件附件二——', '医院党委标准化创建量化考评表']
    """
    if len(title) <= longest:
        return [title]
    ends = [match.end() for match in re.finditer(r"[—\-]+|[》）”，、：]|\s+", title)]
    fitting = [end for end in ends if len(title) - longest <= end <= longest]
    if not fitting:
        return [title]
    end = min(fitting, key=lambda place: abs(place - len(title) / 2))
    return [title[:end].strip(), title[end:].strip()]


def circled(number: int) -> str:
    """Return a number in a circle; beyond twenty, where there is no such sign, in brackets.

    >>> circled(3), circled(21)
    ('③', '(21)')
    """
    return chr(0x2460 + number - 1) if 1 <= number <= MOST_CIRCLED else f"({number})"


def characters_per_line(title: str, fitting: int, *, in_pairs: bool = False) -> int:
    """Return how many characters of a title to put in a line, so that no line holds a lonely one.

    ``in_pairs`` breaks short even titles after every second character, as paper forms do in the part column.

    >>> characters_per_line("健全基本组织", 5, in_pairs=True), characters_per_line("强化党组织发挥作用", 5, in_pairs=True)
    (2, 5)
    >>> characters_per_line("作风和纪律建设", 6)
    4
    """
    length = len(title)
    if in_pairs and length <= 8 and length % 2 == 0:
        return 2
    lines = -(-length // fitting)
    return -(-length // lines) if lines else fitting


def lines_of(text: str, per_line: float) -> int:
    """Return about how many lines a text takes, where so many Chinese characters fit one; Latin ones take half a place.

    >>> lines_of("已落实，有记录", 4), lines_of("", 4)
    (2, 1)
    """
    width = sum(1 if east_asian_width(char) in "WFA" else 0.5 for char in text)
    return max(1, int(-(-width // per_line)))


def writable(text: str) -> str:
    """Return text without the control characters that XML cannot hold; pasted texts bring them.

    >>> writable("已落实\\x0b，有记录\\x00")
    '已落实，有记录'
    """
    return "".join(char for char in text if _is_xml_char(ord(char)))


def _is_xml_char(code: int) -> bool:
    if code < 0x20:
        return code in (0x09, 0x0A, 0x0D)
    return not (0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF))
