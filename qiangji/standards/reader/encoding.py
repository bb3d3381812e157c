"""Which encoding a text file is in: UTF-8, UTF-16 (with or without mark) or GB18030."""

from __future__ import annotations

import codecs
import unicodedata

from qiangji.standards.reader.cells import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = frozenset("\t\n\r\x07\x0b\x0c\x85")


def decode(data: bytes) -> str:
    """Return the text of a file. Raises Unreadable for what is not Chinese or plain text."""
    if not data.strip(b"\x00 \t\r\n"):
        raise Unreadable("文件是空的，请核对是否选错了文件")
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _checked(_strict(data, name))
    candidates = ["utf-16-le", "utf-16-be"] if b"\x00" in data else ["utf-8", "gb18030"]
    for name in candidates:
        text = _strict(data, name)
        if text is not None and _is_text(text):
            return text
    raise Unreadable("文件不是文本，或编码不是 UTF-8、GB18030、UTF-16，请另存为 UTF-8 文本或 .docx 后再试")


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def _checked(text: str | None) -> str:
    if text is None or not _is_text(text):
        raise Unreadable("文件开头的编码标记与内容不符，请另存为 UTF-8 文本后再试")
    return text


def _is_text(text: str) -> bool:
    """No control characters, and hardly any code points that no writing uses."""
    sample = text[:20_000]
    odd = 0
    for character in sample:
        category = unicodedata.category(character)
        if category == "Cc" and character not in _CONTROLS:
            return False
        odd += category in {"Cn", "Co", "Cs"}
    return odd * 50 <= len(sample)
