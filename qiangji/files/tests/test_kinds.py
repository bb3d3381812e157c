"""What is taken and what is refused, by content; every refusal names the reason and the way out."""

import io
import random
import zipfile

import pytest

from qiangji.files import kinds
from qiangji.files.exceptions import FileRefused
from qiangji.files.tests import samples

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
WORD_MAIN = b"wordprocessingml.document.main+xml"


def recognize(data: bytes) -> kinds.Kind:
    return kinds.recognize(io.BytesIO(data), len(data))


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        recognize(data)
    return str(refused.value)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (samples.pdf(), kinds.PDF),
        (samples.picture("PNG"), kinds.PNG),
        (samples.picture("JPEG"), kinds.JPEG),
        (samples.picture("GIF"), kinds.GIF),
        (samples.word(), kinds.DOCX),
        (samples.excel(), kinds.XLSX),
        (samples.old_word(), kinds.DOC),
        (samples.old_excel(), kinds.XLS),
    ],
    ids=["pdf", "png", "jpeg", "gif", "docx", "xlsx", "doc", "xls"],
)
def test_takes(data, kind):
    assert recognize(data) == kind


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "GIF"])
def test_takes_a_picture_of_few_pixels(image_format):
    assert recognize(samples.picture(image_format, (3, 2))).family == "image"


def test_phone_panorama_is_a_jpeg():
    stream = io.BytesIO()
    first, second = (samples.noise((20, 20), seed) for seed in (1, 2))
    first.save(stream, "MPO", save_all=True, append_images=[second])
    assert recognize(stream.getvalue()) == kinds.JPEG


REFUSED = {
    "empty": (b"", "文件是空的"),
    "html": (b"<!DOCTYPE html><html><script>alert(1)</script></html>", kinds.WEB_PAGE),
    "html behind a mark": (b"\xef\xbb\xbf  <HTML><body>x</body></HTML>", kinds.WEB_PAGE),
    "html in utf-16": ("<html>报表</html>".encode("utf-16"), kinds.WEB_PAGE),
    "table in gb18030": ("<table><tr><td>三会一课</td></tr></table>".encode("gb18030"), kinds.WEB_PAGE),
    "mhtml": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", kinds.WEB_PAGE),
    "svg": (SVG, kinds.WEB_PAGE),
    "xml": (b'<?xml version="1.0"?>' + SVG, kinds.WEB_PAGE),
    "exe": (b"MZ\x90\x00" + bytes(200), kinds.PROGRAM),
    "elf": (b"\x7fELF\x02\x01\x01" + bytes(60), kinds.PROGRAM),
    "script": (b"#!/bin/sh\nrm -rf /\n", kinds.PROGRAM),
    "rar": (b"Rar!\x1a\x07\x01\x00" + bytes(60), kinds.ARCHIVE),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(60), kinds.ARCHIVE),
    "zip": (samples.archive({"a.txt": b"x"}), kinds.ARCHIVE),
    "rtf": (b"{\\rtf1 x}", kinds.OTHER_OFFICE),
    "odt": (samples.archive({"mimetype": b"application/vnd.oasis.opendocument.text"}), kinds.OTHER_OFFICE),
    "tiff": (samples.picture("TIFF"), kinds.OTHER_PICTURE),
    "bmp": (samples.picture("BMP"), kinds.OTHER_PICTURE),
    "webp": (samples.picture("WEBP"), kinds.OTHER_PICTURE),
    "mp4": (b"\x00\x00\x00\x18ftypmp42" + bytes(60), kinds.MEDIA),
    "csv": ("姓名,学时\n张,32\n".encode("gb18030"), kinds.PLAIN_TEXT),
    "noise": (b"\x00\x01\x02\x03" * 50, kinds.UNKNOWN),
    "ppt": (samples.compound({"PowerPoint Document": b"x"}), kinds.SLIDES),
    "msg": (samples.compound({"__properties_version1.0": b"x"}), kinds.UNKNOWN),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_other_kinds(name):
    data, reason = REFUSED[name]
    assert reason in refusal(data)


@pytest.mark.parametrize(
    "data",
    [
        samples.pdf(encrypted=True),
        samples.old_word(encrypted=True),
        samples.old_excel(encrypted=True),
        samples.compound({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}),
    ],
    ids=["pdf", "doc", "xls", "docx in its wrapping"],
)
def test_refuses_passwords(data):
    assert refusal(data) == kinds.ENCRYPTED


@pytest.mark.parametrize(
    "data",
    [
        samples.repacked(samples.word(), add={"word/vbaProject.bin": b"x"}),
        samples.repacked(samples.excel(), add={"xl/vbaProject.bin": b"x"}),
        samples.repacked(
            samples.word(),
            swap=(
                b"vnd.openxmlformats-officedocument.wordprocessingml.document.main",
                b"vnd.ms-word.document.macroEnabled.main",
            ),
        ),
        samples.old_word(storages=("Macros",)),
        samples.old_excel(storages=("_VBA_PROJECT_CUR",)),
    ],
    ids=["docx", "xlsx", "docm", "doc", "xls"],
)
def test_refuses_macros(data):
    assert refusal(data) == kinds.MACROS


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "GIF"])
def test_refuses_a_picture_cut_off(image_format):
    whole = samples.picture(image_format, (200, 200))
    assert refusal(whole[: len(whole) // 2]) == kinds.TRUNCATED


@pytest.mark.parametrize(
    "data",
    [
        samples.pdf()[:-20],
        samples.word()[:-200],
        samples.old_word()[:700],
        samples.repacked(samples.word(), drop="word/document.xml"),
        samples.compound({"WordDocument": b"no such block"}),
        samples.compound({"Workbook": b"no such record"}),
        samples.repacked(samples.word(), swap=(b"<Types", b'<!DOCTYPE a [<!ENTITY b "c">]><Types')),
    ],
    ids=["pdf", "docx", "doc", "docx without its text", "doc block", "xls record", "entities"],
)
def test_refuses_damaged_documents(data):
    assert refusal(data) == kinds.TRUNCATED


def test_refuses_a_part_whose_checksum_differs():
    data = bytearray(samples.repacked(samples.word()))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as package:
        part = package.getinfo("word/document.xml")
    offset = part.header_offset + 30 + len(part.filename) + part.compress_size // 2
    data[offset] ^= 0xFF
    assert refusal(bytes(data)) == kinds.TRUNCATED


def test_compound_file_that_runs_in_a_circle():
    data = bytearray(samples.old_word())
    data[512 + 4 : 512 + 8] = (1).to_bytes(4, "little")
    assert refusal(bytes(data)) == kinds.TRUNCATED


def test_refuses_too_many_pixels(monkeypatch):
    monkeypatch.setattr(kinds, "MAX_PIXELS", 1_000)
    assert refusal(samples.picture("PNG")) == kinds.TOO_MANY_PIXELS


def test_refuses_what_declares_to_unfold_beyond_measure(monkeypatch):
    monkeypatch.setattr(kinds, "MAX_UNPACKED_BYTES", 10_000)
    assert refusal(samples.repacked(samples.word(), add={"word/big.xml": bytes(20_000)})) == kinds.HOLLOW


def test_refuses_a_single_part_that_is_nearly_nothing_packed(monkeypatch):
    monkeypatch.setattr(kinds, "RATIO_FROM_BYTES", 1_000)
    monkeypatch.setattr(kinds, "MAX_RATIO", 100)
    assert refusal(samples.repacked(samples.word(), add={"word/big.xml": bytes(200_000)})) == kinds.HOLLOW


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        (b"wordprocessingml.template.main+xml", kinds.TEMPLATE),
        (b"presentationml.presentation.main+xml", kinds.SLIDES),
    ],
)
def test_refuses_other_packages(declared, reason):
    assert refusal(samples.repacked(samples.word(), swap=(WORD_MAIN, declared))) == reason


def test_every_refusal_says_what_to_do():
    reasons = [value for name, value in vars(kinds).items() if name.isupper() and isinstance(value, str)]
    chinese = [reason for reason in reasons if "。" in reason]
    assert len(chinese) >= 15
    for reason in chinese:
        assert "请" in reason or "可以" in reason, reason


def mutated(data: bytes, dice: random.Random) -> bytes:
    """The same file with a few bytes changed, lost or put in, as a bad line or an attacker would."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 2, 5, 20))):
        at = dice.randrange(min(len(changed), dice.choice((200, 2_000, 10**9))) or 1)
        cut, put = dice.choice(((1, 1), (4, 4), (0, 8), (30, 0)))
        changed[at : at + cut] = dice.choice((dice.randbytes(put), b"\xff" * put, b"\0" * put))
    return bytes(changed)


@pytest.mark.parametrize("count", [300, pytest.param(30_000, marks=pytest.mark.drill)])
def test_a_damaged_file_is_taken_or_refused_and_never_breaks_the_check(count):
    dice = random.Random(2026)
    whole = [samples.pdf(), samples.word(), samples.excel(), samples.old_word(), samples.old_excel()]
    whole += [samples.picture(image_format) for image_format in ("PNG", "JPEG", "GIF")]
    refused = 0
    for _ in range(count):
        try:
            recognize(mutated(dice.choice(whole), dice))
        except FileRefused:
            refused += 1
    assert 0 < refused < count
