"""The door of the reader: a file in, a parsed standard out, whatever the file.

What a file is shows in its content, not in its name: people rename. A file that cannot be read as a
table gives a standard without sections and one error; nothing that a file contains raises.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from qiangji.standards.exceptions import LibraryError, os_reason
from qiangji.standards.loader import load_edition
from qiangji.standards.reader.cells import Unreadable
from qiangji.standards.reader.encoding import decode
from qiangji.standards.reader.excel import read_excel, read_old_excel
from qiangji.standards.reader.found import Found, check_texts, with_problems
from qiangji.standards.reader.interpret import interpret
from qiangji.standards.reader.office import as_docx
from qiangji.standards.reader.packages import DAMAGE, OLE_MAGIC, ZIP_MAGIC, opened
from qiangji.standards.reader.pasted import looks_like_html, read_html
from qiangji.standards.reader.text import read_text
from qiangji.standards.reader.tree import ParsedStandard, Problem, refused
from qiangji.standards.reader.word import read_word
from qiangji.standards.reader.yaml_file import parsed_from_spec, read_yaml_edition

MOST_BYTES = 20_000_000
MOST_TEXT_BYTES = 2_000_000
PASTED = "粘贴的内容"
YAML_SUFFIXES = frozenset({".yaml", ".yml"})
WORD_SUFFIXES = frozenset({".docx", ".docm", ".dotx", ".doc", ".wps", ".odt"})
EXCEL_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".et"})
NO_PDF = "不能读取 PDF 或图片，请使用 .docx、.xlsx 或 .txt 格式的原文件"
REFUSED_SUFFIXES = {
    ".docm": "文件带有宏，不予读取，请另存为不带宏的 .docx 后再试",
    ".xlsm": "文件带有宏，不予读取，请另存为不带宏的 .xlsx 后再试",
    ".xlsb": "不能读取二进制工作簿（.xlsb），请用 Excel 另存为 .xlsx 后再试",
    ".ods": "不能读取 .ods 表格，请另存为 .xlsx 后再试",
}
REFUSED_STARTS = (
    (b"%PDF", NO_PDF),
    (b"\x89PNG", NO_PDF),
    (b"\xff\xd8\xff", NO_PDF),
    (b"Rar!", "这是压缩包，请先解压，再上传里面的文件"),
    (b"7z\xbc\xaf", "这是压缩包，请先解压，再上传里面的文件"),
    (b"MIME-Version:", "不能读取单个文件网页（.mht），请用 Word 打开并另存为 .docx 后再试"),
)


def parse_file(path: Path) -> ParsedStandard:
    """Read a scoring table from a file; problems are in the result, never raised."""
    try:
        if path.exists() and not path.is_file():
            return refused(path.name, "这不是一个文件，请指明文件夹里的量化表文件")
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
    if suffix in YAML_SUFFIXES and not data.startswith((ZIP_MAGIC, OLE_MAGIC)):
        return _parsed(data, filename, lambda: read_yaml_edition(_text(data), name=filename))
    return _parsed(data, filename, lambda: _interpreted(_found(data, suffix)))


def parse_pasted(text: str) -> ParsedStandard:
    """Read a scoring table from the clipboard: HTML or text, as Word, Excel and WPS put it there."""
    data = text.encode("utf-8", "replace")
    return _parsed(data, PASTED, lambda: _interpreted(_found_in_text(_within(data, text))))


def _parsed(data: bytes, filename: str, read: Callable[[], ParsedStandard]) -> ParsedStandard:
    try:
        parsed = read()
    except Unreadable as error:
        return refused(filename, str(error))
    except LibraryError as error:
        return _refused_yaml(error, filename)
    parsed.digest = hashlib.sha256(data).hexdigest()
    return parsed


def _interpreted(found: Found) -> ParsedStandard:
    check_texts(found.tables)
    return with_problems(interpret(found.tables), found.problems)


def _parse_folder(path: Path) -> ParsedStandard:
    try:
        parsed = parsed_from_spec(load_edition(path.resolve().parent))
    except LibraryError as error:
        return _refused_yaml(error, path.name)
    parsed.digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return parsed


def _found(data: bytes, suffix: str) -> Found:
    """Tell the format by the content and have its reader find the tables."""
    if len(data) > MOST_BYTES:
        raise Unreadable(f"文件超过 {MOST_BYTES // 1_000_000} MB 的上限，请核对")
    if not data.strip(b"\x00 \t\r\n"):
        raise Unreadable("文件是空的，请核对是否选错了文件")
    for start, message in REFUSED_STARTS:
        if data.startswith(start):
            raise Unreadable(message)
    if data.startswith(ZIP_MAGIC):
        return _found_in_package(data, suffix)
    if data.startswith(OLE_MAGIC):
        return _found_in_ole(data, suffix)
    if data.startswith(b"{\\rtf"):
        return read_word(as_docx(data, ".rtf"))
    if suffix in REFUSED_SUFFIXES:
        raise Unreadable(REFUSED_SUFFIXES[suffix])
    if suffix in {".docx", ".xlsx"}:
        program, kind = ("Excel", "Excel 工作簿") if suffix == ".xlsx" else ("Word", "Word 文档")
        raise Unreadable(f"文件已损坏，不是{' ' + kind}，请用 {program} 打开并另存为 {suffix} 后再试")
    return _found_in_text(_text(data))


def _found_in_package(data: bytes, suffix: str) -> Found:
    """An archive: Word, Excel or OpenDocument, whatever it is called."""
    if suffix in REFUSED_SUFFIXES:
        raise Unreadable(REFUSED_SUFFIXES[suffix])
    try:
        with opened(data) as package:
            kind = package.kind
    except Unreadable:
        raise
    except DAMAGE as error:
        wanted = ".xlsx" if suffix in EXCEL_SUFFIXES else ".docx"
        raise Unreadable(f"文件已损坏，请用办公软件打开并另存为 {wanted} 后再试") from error
    if kind == "excel":
        return read_excel(data)
    if kind == "word":
        return read_word(data)
    if kind == "odt":
        return read_word(as_docx(data, ".odt"))
    raise Unreadable("文件不是 Word 文档或 Excel 工作簿（也可能是压缩包），请上传 .docx 或 .xlsx 文件")


def _found_in_ole(data: bytes, suffix: str) -> Found:
    """The container of old formats and of encrypted new ones; the names of its streams tell which."""
    streams = {name for name in ("EncryptedPackage", "WordDocument", "Workbook", "Book", "_VBA_PROJECT") if name.encode("utf-16-le") in data}  # fmt: skip
    if "EncryptedPackage" in streams or not streams:
        raise Unreadable("文件已加密或已损坏，请去掉密码，另存为 .docx 或 .xlsx 后再试")
    if "_VBA_PROJECT" in streams:
        raise Unreadable("文件带有宏，不予读取，请另存为不带宏的 .docx 或 .xlsx 后再试")
    if "WordDocument" in streams:
        return read_word(as_docx(data, ".wps" if suffix == ".wps" else ".doc"))
    return read_old_excel(data)


def _found_in_text(text: str) -> Found:
    return read_html(text) if looks_like_html(text) else read_text(text)


def _within(data: bytes, text: str) -> str:
    if len(data) > MOST_TEXT_BYTES:
        raise Unreadable(f"文本超过 {MOST_TEXT_BYTES // 1_000_000} MB，不像一张量化表，请核对")
    return text


def _text(data: bytes) -> str:
    return decode(data) if len(data) <= MOST_TEXT_BYTES else _within(data, "")


def _refused_yaml(error: LibraryError, filename: str) -> ParsedStandard:
    problems = []
    for message in error.messages:
        place, separator, rest = message.partition("：")
        problems.append(Problem("error", place if separator else filename, rest if separator else message))
    return ParsedStandard(problems=problems)
