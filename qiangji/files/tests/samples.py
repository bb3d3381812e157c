"""Small real files of every kind, made in memory, and the uploads that carry them."""

import io
import random
import struct
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from openpyxl import Workbook
from PIL import Image

SECTOR = 512
END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
PDF_TEMPLATE = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n%s"
    b"trailer<</Root 1 0 R/Size 4%s>>\nstartxref\n0\n%%%%EOF\n"
)
OLD_WORD = b"\xec\xa5\xc1\x00" + bytes(6) + b"\x00\x02" + bytes(500)
OLD_EXCEL = struct.pack("<HHHH", 0x0809, 4, 0x0600, 0x0005) + struct.pack("<HH", 0x000A, 0) + bytes(500)


def upload(data: bytes, name: str = "材料.pdf") -> SimpleUploadedFile:
    """Wrap bytes as Django hands them to a view."""
    return SimpleUploadedFile(name, data)


def pdf(mark: str = "", *, encrypted: bool = False) -> bytes:
    """A PDF of one empty page; ``mark`` makes its bytes differ."""
    return PDF_TEMPLATE % (f"% {mark}\n".encode(), b"/Encrypt 9 0 R" if encrypted else b"")


def picture(image_format: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture with enough noise that cutting it off shows."""
    image = noise(size)
    stream = io.BytesIO()
    image.save(stream, image_format)
    return stream.getvalue()


def noise(size: tuple[int, int], seed: int = 1) -> Image.Image:
    """The same specks every time."""
    return Image.frombytes("RGB", size, random.Random(seed).randbytes(3 * size[0] * size[1]))


def word(text: str = "落实情况") -> bytes:
    """A .docx as python-docx writes it."""
    document = Document()
    document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def excel(value: str = "一季度") -> bytes:
    """An .xlsx as openpyxl writes it."""
    book = Workbook()
    book.active["A1"] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    """A plain zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return stream.getvalue()


def repacked(data: bytes, *, add: dict[str, bytes] | None = None, drop: str = "", swap: tuple = ()) -> bytes:
    """The same package with parts added, dropped, or a text replaced in its list of types."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist() if name != drop}
    if swap:
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(*swap)
    return archive(parts | (add or {}))


def compound(streams: dict[str, bytes], storages: tuple[str, ...] = ()) -> bytes:
    """An OLE compound file: header, one table sector, directory, then each stream padded past the mini cutoff."""
    names = ["Root Entry", *storages, *streams]
    directory_sectors = -(-len(names) // 4)
    table = [TABLE, *chain(1, directory_sectors)]
    entries, body = b"", b""
    for name in names:
        start, size = 0, 0
        if name in streams:
            data = streams[name].ljust(4096, b"\0")
            start, size = len(table), len(data)
            table += chain(start, size // SECTOR)
            body += data
        kind = 5 if name == "Root Entry" else 1 if name in storages else 2
        entries += directory_entry(name, kind, END if kind == 5 else start, size)
    table += [FREE] * (128 - len(table))
    return header() + struct.pack("<128I", *table) + entries.ljust(directory_sectors * SECTOR, b"\0") + body


def chain(start: int, length: int) -> list[int]:
    """Table entries of consecutive sectors."""
    return [*range(start + 1, start + length), END]


def header() -> bytes:
    """The 512 bytes at the start: one table sector (0), the directory at sector 1, no mini stream."""
    fixed = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    numbers = struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0)
    return fixed + numbers + struct.pack("<109I", 0, *[FREE] * 108)


def directory_entry(name: str, kind: int, start: int, size: int) -> bytes:
    """One entry of 128 bytes."""
    text = (name + "\0").encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text), kind, 1)
        + bytes(48)
        + struct.pack("<IQ", start, size)
    )


def old_word(*, encrypted: bool = False, storages: tuple[str, ...] = ()) -> bytes:
    """A .doc as far as its first block goes."""
    block = OLD_WORD[:10] + b"\x00\x03" + OLD_WORD[12:] if encrypted else OLD_WORD
    return compound({"WordDocument": block}, storages)


def old_excel(*, encrypted: bool = False, storages: tuple[str, ...] = ()) -> bytes:
    """An .xls as far as its first records go."""
    password = struct.pack("<HH", 0x002F, 2) + b"\0\0"
    return compound(
        {"Workbook": OLD_EXCEL[:8] + password + OLD_EXCEL[8:] if encrypted else OLD_EXCEL}, storages
    )
