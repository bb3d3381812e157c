"""Office packages (.docx, .xlsx, .odt): checked before anything is unpacked, then opened part by part.

A package is a zip archive of XML parts, and all of it may lie: sizes, names, nesting. So the reader
asks here for one part at a time, which is unpacked no further than it declares, and parsed only while
the tree it would make fits the budget. What an office program would run (macros) is refused.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lxml import etree  # type: ignore[import-untyped]

from qiangji.standards.reader.cells import Unreadable

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_PARTS = 2_000
MOST_UNPACKED = 64_000_000
MOST_XML = 16_000_000
MOST_RATIO = 200
# What a parsed tree takes in memory, by measurement: bytes per element or text, bytes per attribute, all in all.
NODE_BYTES, ATTRIBUTE_BYTES, MOST_TREE = 130, 250, 140_000_000
# What zipfile, zlib and lxml raise on a damaged package, as found by flipping its bytes.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ArithmeticError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    ValueError,
)
STRICT, USUAL = (
    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
)


@dataclass
class Package:
    """An opened package. `kind` is "word", "excel", "odt" or "" for any other archive."""

    archive: zipfile.ZipFile
    names: frozenset[str]
    kind: str
    budget: int = field(default=MOST_TREE)

    def part(self, name: str) -> bytes:
        """Return the content of a part, which may not be longer than it declares. KeyError where it is missing."""
        info = self.archive.getinfo(name)
        with self.archive.open(info) as stream:
            return stream.read(info.file_size)

    def tree(self, name: str) -> etree._Element:
        """Parse a part. Raises Unreadable for what is too large or unsafe, DAMAGE for what is broken."""
        data = self.part(name).replace(STRICT, USUAL)
        self.budget -= tree_bytes(data)
        if self.budget < 0:
            raise Unreadable("文件的内容过于复杂，不像一张量化表，不予读取；请只保留表格，另存后再试")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
        )  # fmt: skip
        root = etree.fromstring(data, parser)
        if root.getroottree().docinfo.internalDTD is not None:
            raise Unreadable("文件里有不安全的内容（DOCTYPE），不予读取；请用办公软件打开后另存再试")
        return root


def tree_bytes(data: bytes) -> int:
    """Estimate from above what the tree of an XML or HTML text takes in memory."""
    return len(data) + NODE_BYTES * data.count(b"<") + ATTRIBUTE_BYTES * data.count(b"=")


@contextmanager
def opened(data: bytes) -> Iterator[Package]:
    """Open a package after its checks. Raises Unreadable with the reason; a damaged one raises one of DAMAGE."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        _check_sizes(parts)
        if any(part.flag_bits & 0x1 for part in parts):
            raise Unreadable("文件已加密，请去掉密码后再试")
        names = frozenset(part.filename for part in parts)
        package = Package(archive, names, _kind(archive, names))
        _check_macros(package)
        yield package


def _kind(archive: zipfile.ZipFile, names: frozenset[str]) -> str:
    if "xl/workbook.bin" in names:
        raise Unreadable("不能读取二进制工作簿（.xlsb），请用 Excel 另存为 .xlsx 后再试")
    if "xl/workbook.xml" in names:
        return "excel"
    if "word/document.xml" in names and "[Content_Types].xml" in names:
        return "word"
    if "mimetype" in names:
        with archive.open("mimetype") as stream:
            declared = stream.read(100)
        if declared.startswith(b"application/vnd.oasis.opendocument.text"):
            return "odt"
        if declared.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            raise Unreadable("不能读取 .ods 表格，请另存为 .xlsx 后再试")
    return ""


def _check_macros(package: Package) -> None:
    names = {name.lower() for name in package.names}
    bearing = any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names)
    if package.kind == "odt":
        bearing = bearing or any(name.startswith(("basic/", "scripts/")) for name in names)
    elif "[Content_Types].xml" in package.names:
        bearing = bearing or b"macroEnabled" in package.part("[Content_Types].xml")
    if bearing:
        wanted = {"excel": ".xlsx", "odt": ".odt"}.get(package.kind, ".docx")
        raise Unreadable(f"文件带有宏，不予读取，请另存为不带宏的 {wanted} 后再试")


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    swollen = any(
        p.file_size > 1_000_000 and p.file_size > MOST_RATIO * max(p.compress_size, 1) for p in parts
    )
    large_xml = any(p.file_size > MOST_XML and p.filename.endswith((".xml", ".rels")) for p in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or swollen or large_xml:
        raise Unreadable("文件解开后过大，不像一张量化表，不予读取")
