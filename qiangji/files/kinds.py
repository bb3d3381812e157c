"""What kind of file this is, told by its content and never by its name (PDF, images, Word, Excel).

Only what is recognized is taken; everything else is refused with the reason and the way out. The checks ask
whether an ordinary program could open the file and whether opening it is harmless: no macros, no password, no
picture or archive that unfolds into something that fills the memory.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree import ElementTree

import puremagic
from PIL import Image

from qiangji.files.compound import SIGNATURE as COMPOUND_SIGNATURE
from qiangji.files.compound import CompoundFile, DamagedCompound
from qiangji.files.exceptions import FileRefused

HEAD = 4096
MAX_PIXELS = 80_000_000
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_PARTS = 5_000
MAX_RATIO = 1_000
RATIO_FROM_BYTES = 10 * 1024 * 1024
MAX_TYPES_BYTES = 2 * 1024 * 1024

CONTENT_TYPES = "[Content_Types].xml"
TYPES_NAMESPACE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
ENCRYPTED_PDF = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
FIB_ENCRYPTED = 0x0100
FILEPASS = 0x002F


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken. ``is_inline``: browsers may show it in place of saving it."""

    label: str
    media_type: str
    extensions: tuple[str, ...]
    family: str
    is_inline: bool = False


PDF = Kind("PDF 文档", "application/pdf", (".pdf",), "pdf", is_inline=True)
PNG = Kind("图片", "image/png", (".png",), "image", is_inline=True)
JPEG = Kind("图片", "image/jpeg", (".jpg", ".jpeg", ".jfif"), "image", is_inline=True)
GIF = Kind("图片", "image/gif", (".gif",), "image", is_inline=True)
DOCX = Kind(
    "Word 文档", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",), "word"
)
XLSX = Kind(
    "Excel 表格", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",), "excel"
)
DOC = Kind("Word 文档", "application/msword", (".doc", ".wps"), "word")
XLS = Kind("Excel 表格", "application/vnd.ms-excel", (".xls", ".et"), "excel")
# What other services read and keep by themselves; no upload of evidence is recognized as such.
TEXT = Kind("文本", "text/plain", (".txt",), "text")

KINDS = (PDF, PNG, JPEG, GIF, DOCX, XLSX, DOC, XLS)
BY_MEDIA_TYPE = {kind.media_type: kind for kind in KINDS}
ACCEPT = ",".join(extension for kind in KINDS for extension in kind.extensions)
ACCEPTED = "PDF、图片（JPG、PNG、GIF）、Word、Excel"

# A phone's panorama or portrait is a JPEG with further pictures behind it, which Pillow calls MPO.
IMAGE_FORMATS = {"PNG": PNG, "JPEG": JPEG, "MPO": JPEG, "GIF": GIF}
IMAGE_HEADS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
MAIN_PARTS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
}

WAY_OUT = f"可以上传：{ACCEPTED}。"
TRUNCATED = "文件不完整或已损坏。请在本机打开确认无误后，另存一份再上传。"
ENCRYPTED = "文件设有密码或权限限制，评审人员打不开。请去掉密码，另存一份再上传。"
MACROS = "文件内含宏（可运行的程序），不能上传。请另存为不含宏的 .docx 或 .xlsx，或转为 PDF。"
HOLLOW = "文件展开后异常庞大，不能上传。请另存为 PDF，或拆分后再上传。"
TOO_MANY_PIXELS = f"图片超过 {MAX_PIXELS // 10_000} 万像素。请缩小图片，或把多页内容转为 PDF。"
WEB_PAGE = (
    "这是网页或 SVG 文件，可能带有脚本，不能上传。"
    "请转为 PDF 或截图；由其他系统导出的“表格”请用 Excel 打开后另存为 .xlsx。"
)
PROGRAM = f"这是程序或脚本文件，不能上传。{WAY_OUT}"
ARCHIVE = "这是压缩包，不能上传。请解压后把里面的文件逐个上传。"
SLIDES = "这是演示文稿，不能上传。请在演示软件中导出为 PDF。"
MEDIA = "这是音频或视频，不能上传。请上传文字记录或截图。"
OTHER_PICTURE = "这种图片格式在部分电脑上打不开。请另存为 JPG 或 PNG，扫描件请存为 PDF。"
OTHER_OFFICE = "这种文档格式在部分电脑上打不开。请另存为 .docx、.xlsx 或 PDF。"
TEMPLATE = "这是模板或特殊格式的 Office 文件。请另存为普通的 .docx 或 .xlsx。"
PLAIN_TEXT = "这是纯文本文件。请粘贴到“落实情况”，或另存为 Word、PDF 再上传。"
UNKNOWN = f"认不出这是什么文件。{WAY_OUT}"

REASONS: dict[str, str] = {
    extension: reason
    for reason, extensions in {
        ARCHIVE: ".rar .7z .gz .bz2 .xz .tar .zip .cab .zst .cb7 .tgz",
        PROGRAM: ".exe .dll .scr .ocx .com .msi .class .AppImage .lnk .so",
        MEDIA: ".mp4 .mp3 .avi .mkv .wav .flac .mov .m4a .wmv .amr .ogg",
        OTHER_PICTURE: ".tif .tiff .bmp .dib .heic .heif .avif .webp .psd .ico",
        OTHER_OFFICE: ".rtf .odt .ods .wpd .eml",
    }.items()
    for extension in extensions.split()
}
# What the decoders of pictures and archives stumble over in a file whose fields contradict each other.
BROKEN = (OSError, EOFError, ValueError, LookupError, ArithmeticError, TypeError, struct.error, zlib.error)
PROGRAM_HEADS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa")
WEB_MARKS = ("<!doctype", "<html", "<head", "<body", "<script", "<svg", "<iframe", "<table", "<meta", "<?xml")


def recognize(stream: BinaryIO, size: int) -> Kind:
    """Return the kind of a file, read from its content.

    Raises FileRefused, in Chinese, for anything that is not taken: other kinds, damage, passwords, macros.
    """
    if size <= 0:
        raise FileRefused("文件是空的。请确认选对了文件。")
    stream.seek(0)
    head = stream.read(HEAD)
    if head.startswith(b"%PDF-"):
        return check_pdf(stream, size)
    if head.startswith(IMAGE_HEADS):
        return check_image(stream)
    if head.startswith(b"PK"):
        return check_package(stream)
    if head.startswith(COMPOUND_SIGNATURE):
        return check_compound(stream, size)
    raise FileRefused(reason_against(head))


def check_pdf(stream: BinaryIO, size: int) -> Kind:
    """Return PDF for a document that has its end and no password."""
    stream.seek(max(0, size - HEAD))
    if b"%%EOF" not in stream.read():
        raise FileRefused(TRUNCATED)
    stream.seek(0)
    carried = b""
    while chunk := stream.read(1 << 20):
        if ENCRYPTED_PDF.search(carried + chunk):
            raise FileRefused(ENCRYPTED)
        carried = chunk[-64:]
    return PDF


def check_image(stream: BinaryIO) -> Kind:
    """Return the kind of a picture that can be decoded and is not too large to be opened by others."""
    kind = examine_image(stream, lambda image: image.verify())
    # verify() compares the checksums of a PNG; a JPEG or GIF has none, so decoding finds what is cut off.
    if kind is not PNG:
        examine_image(stream, decode)
    return kind


def decode(image: Image.Image) -> None:
    """Decode the first frame, a JPEG at an eighth of its size, which costs little memory."""
    image.draft("L", (max(1, image.width // 8), max(1, image.height // 8)))
    image.load()


def examine_image(stream: BinaryIO, step: Callable[[Image.Image], None]) -> Kind:
    """Open a picture, look at its declared size before anything is unfolded, and take one step with it."""
    stream.seek(0)
    try:
        image = Image.open(stream, formats=("PNG", "JPEG", "GIF"))
        if image.width * image.height > MAX_PIXELS:
            raise FileRefused(TOO_MANY_PIXELS)
        step(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused(TOO_MANY_PIXELS) from error
    except (SyntaxError, *BROKEN) as error:
        raise FileRefused(TRUNCATED) from error
    return IMAGE_FORMATS[image.format or ""]


def check_package(stream: BinaryIO) -> Kind:
    """Return Word or Excel for an Office package whose main part is really there; plain archives are refused."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as package:
            refuse_bombs(package.infolist())
            return package_kind(package)
    except (zipfile.BadZipFile, ElementTree.ParseError, *BROKEN) as error:
        raise FileRefused(TRUNCATED) from error
    except RuntimeError as error:
        # A compression or an encryption that no Office program uses.
        raise FileRefused(ARCHIVE) from error


def refuse_bombs(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse a package that declares to unfold beyond measure; nothing has been unfolded yet."""
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise FileRefused(HOLLOW)
    for part in parts:
        if part.file_size > RATIO_FROM_BYTES and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise FileRefused(HOLLOW)


def package_kind(package: zipfile.ZipFile) -> Kind:
    """Return the kind a package declares, once its declared main part has been read through."""
    names = set(package.namelist())
    if CONTENT_TYPES not in names:
        raise FileRefused(OTHER_OFFICE if {"mimetype", "OFD.xml"} & names else ARCHIVE)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused(MACROS)
    if package.getinfo(CONTENT_TYPES).file_size > MAX_TYPES_BYTES:
        raise FileRefused(HOLLOW)
    declared = package.read(CONTENT_TYPES)
    if b"<!DOCTYPE" in declared or b"<!ENTITY" in declared:
        raise FileRefused(TRUNCATED)
    overrides = {
        element.get("ContentType", ""): element.get("PartName", "").lstrip("/")
        for element in ElementTree.fromstring(declared).iter(f"{TYPES_NAMESPACE}Override")
    }
    if any("macroEnabled" in content_type for content_type in overrides):
        raise FileRefused(MACROS)
    for content_type, kind in MAIN_PARTS.items():
        if content_type in overrides:
            read_through(package, overrides[content_type])
            return kind
    if any("presentationml" in content_type for content_type in overrides):
        raise FileRefused(SLIDES)
    is_office = any("officedocument" in content_type for content_type in overrides)
    raise FileRefused(TEMPLATE if is_office else ARCHIVE)


def read_through(package: zipfile.ZipFile, name: str) -> None:
    """Read one part to its end, which compares its checksum; KeyError where it is missing."""
    with package.open(name) as part:
        while part.read(1 << 16):
            continue


def check_compound(stream: BinaryIO, size: int) -> Kind:
    """Return Word or Excel for an old Office file without macros and password."""
    try:
        compound = CompoundFile(stream, size)
        names = compound.names
        if "EncryptedPackage" in names or "EncryptionInfo" in names:
            raise FileRefused(ENCRYPTED)
        if {"Macros", "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR"} & names:
            raise FileRefused(MACROS)
        if "PowerPoint Document" in names:
            raise FileRefused(SLIDES)
        if "WordDocument" in names:
            return check_old_word(compound.head("WordDocument", 12))
        book = next((name for name in ("Workbook", "Book") if name in names), None)
        if book is not None:
            return check_old_excel(compound.head(book, HEAD))
    except DamagedCompound as error:
        raise FileRefused(TRUNCATED) from error
    raise FileRefused(UNKNOWN)


def check_old_word(head: bytes) -> Kind:
    """Return DOC unless the document's first block says that it is encrypted, or is no such block."""
    if len(head) < 12 or head[:2] != b"\xec\xa5":
        raise FileRefused(TRUNCATED)
    if int.from_bytes(head[10:12], "little") & FIB_ENCRYPTED:
        raise FileRefused(ENCRYPTED)
    return DOC


def check_old_excel(head: bytes) -> Kind:
    """Return XLS unless a password record stands among the first records of the workbook."""
    if head[:1] != b"\x09":
        raise FileRefused(TRUNCATED)
    offset = 0
    while offset + 4 <= len(head):
        record = int.from_bytes(head[offset : offset + 2], "little")
        if record == FILEPASS:
            raise FileRefused(ENCRYPTED)
        offset += 4 + int.from_bytes(head[offset + 2 : offset + 4], "little")
    return XLS


def reason_against(head: bytes) -> str:
    """Return why a file that is none of ours is refused, as precisely as its first bytes allow.

    >>> reason_against(b"<html><script>") == WEB_PAGE, reason_against(b"MZ\\x90") == PROGRAM
    (True, True)
    """
    if head.startswith(PROGRAM_HEADS):
        return PROGRAM
    text = as_text(head)
    if text is not None:
        start = text.lstrip("\ufeff \t\r\n").lower()
        if start.startswith("{\\rtf"):
            return OTHER_OFFICE
        if start.startswith("mime-version:") or any(mark in start[:2048] for mark in WEB_MARKS):
            return WEB_PAGE
        return PLAIN_TEXT
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return next((REASONS[guess.extension] for guess in guesses if guess.extension in REASONS), UNKNOWN)


def as_text(head: bytes) -> str | None:
    """Return the head as text where it reads as such in one of the usual encodings, else None."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="replace")
    if b"\0" in head:
        return None
    for encoding in ("utf-8", "gb18030"):
        # The head may end in the middle of a character.
        for cut in range(4):
            try:
                return head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None
