"""The door of the reader: a file in, a parsed standard out, whatever the file.

A file that cannot be read as a table gives a standard without sections and one error; nothing that a
file contains raises.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from qiangji.standards.exceptions import LibraryError, os_reason
from qiangji.standards.loader import edition_from_text, load_edition
from qiangji.standards.reader.cells import RawTable, Unreadable
from qiangji.standards.reader.encoding import decode
from qiangji.standards.reader.interpret import interpret
from qiangji.standards.reader.text import read_text
from qiangji.standards.reader.tree import ParsedStandard, Problem, refused
from qiangji.standards.reader.word import OLE_MAGIC, ZIP_MAGIC, read_word
from qiangji.standards.reader.yaml_file import parsed_from_spec

MOST_BYTES = 20_000_000
MOST_TEXT_BYTES = 2_000_000
YAML_SUFFIXES = frozenset({".yaml", ".yml"})
REFUSED_SUFFIXES = {
    ".xlsx": "目前不能读取 Excel 文件，请把表格复制到 Word 另存为 .docx",
    ".xls": "目前不能读取 Excel 文件，请把表格复制到 Word 另存为 .docx",
    ".docm": "文件带有宏，不予读取，请另存为不带宏的 .docx 后再试",
    ".pdf": "不能读取 PDF，请使用 .docx 或 .txt 格式的原文件",
}


def parse_file(path: Path) -> ParsedStandard:
    """Read a scoring table from a file (.txt, .docx, .yaml); problems are in the result, never raised."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            return refused(
                path.name, f"文件有 {size // 1_000_000} MB，超过 {MOST_BYTES // 1_000_000} MB 的上限，请核对"
            )
        data = path.read_bytes()
    except OSError as error:
        return refused(path.name, f"文件无法读取（{os_reason(error)}），请确认文件存在并且可读")
    if path.name == "index.yaml":
        return _parse_folder(path)
    return parse_bytes(data, filename=path.name)


def parse_bytes(data: bytes, *, filename: str) -> ParsedStandard:
    """Read a scoring table from the content of a file, as uploaded; problems are in the result, never raised."""
    suffix = Path(filename).suffix.lower()
    try:
        if suffix in YAML_SUFFIXES and not data.startswith((ZIP_MAGIC, OLE_MAGIC)):
            parsed = parsed_from_spec(edition_from_text(_text(data), name=filename))
        else:
            parsed = interpret(_table(data, suffix))
    except Unreadable as error:
        return refused(filename, str(error))
    except LibraryError as error:
        return _refused_yaml(error, filename)
    parsed.digest = hashlib.sha256(data).hexdigest()
    return parsed


def _parse_folder(path: Path) -> ParsedStandard:
    try:
        parsed = parsed_from_spec(load_edition(path.resolve().parent))
    except LibraryError as error:
        return _refused_yaml(error, path.name)
    parsed.digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return parsed


def _table(data: bytes, suffix: str) -> RawTable:
    if len(data) > MOST_BYTES:
        raise Unreadable(f"文件超过 {MOST_BYTES // 1_000_000} MB 的上限，请核对")
    if suffix in REFUSED_SUFFIXES:
        raise Unreadable(REFUSED_SUFFIXES[suffix])
    if data.startswith(OLE_MAGIC):
        raise Unreadable("文件已加密，或是旧版 .doc 格式，请去掉密码并另存为 .docx 后再试")
    if data.startswith(b"%PDF"):
        raise Unreadable(REFUSED_SUFFIXES[".pdf"])
    if data.startswith(ZIP_MAGIC):
        return read_word(data)
    if suffix == ".docx":
        raise Unreadable("文件已损坏或是空的，不是 Word 文档，请用 Word 打开并另存为 .docx 后再试")
    return read_text(_text(data))


def _text(data: bytes) -> str:
    if len(data) > MOST_TEXT_BYTES:
        raise Unreadable(f"文本超过 {MOST_TEXT_BYTES // 1_000_000} MB，不像一张量化表，请核对文件")
    return decode(data)


def _refused_yaml(error: LibraryError, filename: str) -> ParsedStandard:
    problems = []
    for message in error.messages:
        place, separator, rest = message.partition("：")
        problems.append(Problem("error", place if separator else filename, rest if separator else message))
    return ParsedStandard(problems=problems)
