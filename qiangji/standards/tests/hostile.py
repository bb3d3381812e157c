"""Files made to do harm, and good files spoiled at random: what the reader must survive within its limits.

Run as a program (`python -m qiangji.standards.tests.hostile FOLDER`) it reads every file there and prints, as JSON,
what came of each and the most memory that it and its child processes held.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import resource
import signal
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from qiangji.standards.reader import parse_bytes
from qiangji.standards.reader.tree import ParsedStandard
from qiangji.standards.tests.packages import W, archive, document, p, rebuilt, tbl, tc, tr, workbook
from qiangji.standards.tests.tables import flattened, small_table, word_document

SECONDS = 2.0
MEGABYTES = 300
HEADING = ("项目", "具体标准", "分值")
HTML = "<table><tr><td>项目<td>具体标准<td>分值<tr><td>班子（2分）<td>1.分工每年公布（2分）<td>2</table>"


class TooSlow(Exception):
    """A file took more computing than it may."""


def parsed_within(data: bytes, filename: str) -> ParsedStandard:
    """Parse; TooSlow where it takes more seconds of computing than promised, however busy the machine is."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlow(filename)

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        return parse_bytes(data, filename=filename)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def stuffed(xml: str) -> str:
    """Put a comment before the XML that will not compress, so that nobody sees a bomb by its ratio."""
    return f"<!--{random.Random(1).randbytes(len(xml) // 150).hex()}-->{xml}"


def sheet(xml: str, **more: bytes) -> bytes:
    """A workbook whose one sheet has this XML as its content."""
    start = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return rebuilt(workbook(("甲", [HEADING])), **{"xl__worksheets__sheet1.xml": f"{start}{stuffed(xml)}</worksheet>".encode()}, **more)  # fmt: skip


def forged(data: bytes) -> bytes:
    """The archive with sizes that lie: each part claims to be small."""
    changed = bytearray(data)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<I", changed, at + 24, 100)
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def overlapping() -> bytes:
    """An archive whose directory lists one part a thousand times, each with a large size."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"\x00" * 900_000)
        package.filelist *= 1000
    return stream.getvalue()


def loaded(body: str, **parts: str) -> bytes:
    """A .docx with this body, told apart from a bomb."""
    return document(stuffed(body), **{name: stuffed(xml) for name, xml in parts.items()})


def word_files() -> Iterator[tuple[str, bytes]]:
    good = word_document(small_table())
    yield "bomb", rebuilt(good, word__media__x=b"\x00" * 70_000_000)
    yield "bomb in the text", rebuilt(good, **{"word__document.xml": b"<x>" + b" " * 15_000_000 + b"</x>"})
    yield "forged sizes", forged(good)
    yield "forged bomb", forged(rebuilt(good, **{"word__document.xml": b" " * 60_000_000}))
    yield "overlapping parts", overlapping()
    yield "many parts", archive({f"word/{i}.xml": "<x/>" for i in range(5000)})
    yield "elements", loaded("<w:p/>" * 900_000)
    yield "elements that just fit", loaded("<w:p/>" * 700_000)
    yield "attributes", loaded("<w:p " + " ".join(f'a{i}="1"' for i in range(400_000)) + "/>")
    yield "attributes that just fit", loaded('<w:p w:a="1" w:b="2" w:c="3"/>' * 120_000)
    yield (
        "runs in a paragraph",
        loaded(f"<w:p>{'<w:r><w:t>1.</w:t></w:r>' * 150_000}</w:p>" + tbl(tr("a", "b"))),
    )
    yield "deep", loaded("<w:sdt>" * 100_000)
    yield "deep tables", loaded("<w:tbl><w:tr><w:tc>" * 80 + p("x") + "</w:tc></w:tr></w:tbl>" * 80)
    yield "wrapped", loaded("<w:ins>" * 240 + tbl(tr(*HEADING)) + "</w:ins>" * 240)
    yield "rows", loaded(tbl(*[tr("x")] * 5_000))
    yield "cells", loaded(tbl(*[tr(*"xxxxx")] * 1_900))
    yield "boxes", loaded(f"<w:p>{'<w:pict><w:txbxContent>' * 60}{p('字' * 300)}{'</w:txbxContent></w:pict>' * 60}</w:p>" + tbl(tr(*HEADING)))  # fmt: skip
    yield "one cell of text", loaded(tbl(tr(*HEADING), tr("班子", "1.甲（" * 300_000, "2")))
    yield (
        "numbered",
        loaded(tbl(tr(*HEADING), tr("班子", "".join(f"{i}.甲（1分）；" for i in range(1, 1500)), "2"))),
    )
    yield "spans", loaded(tbl(tr(*HEADING), *[tr(*[tc("x", span=60_000)] * 15)] * 1_500))
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    entities = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><w:document {W}><w:body>&l11;</w:body></w:document>'
    yield "laughs", rebuilt(good, **{"word__document.xml": entities.encode()})
    yield "laughs in UTF-16", rebuilt(good, **{"word__document.xml": entities.encode("utf-16")})
    outside = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><w:document {W}><w:body>&f;</w:body></w:document>'
    yield "an entity from outside", rebuilt(good, **{"word__document.xml": outside.encode()})
    lists = '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"/></w:abstractNum>' + "".join(f'<w:num w:numId="{i}"><w:abstractNumId w:val="0"/></w:num>' for i in range(80_000))  # fmt: skip
    yield "lists", loaded(tbl(tr(*HEADING)), numbering=lists)
    chain = "".join(
        f'<w:style w:styleId="s{i}"><w:basedOn w:val="s{i + 1}"/></w:style>' for i in range(60_000)
    )
    yield "styles", loaded(tbl(tr(*HEADING)), styles=chain)


def excel_files() -> Iterator[tuple[str, bytes]]:
    good = workbook(("甲", [HEADING, ("班子", "1.分工（2分）", 2)]))
    corner = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    yield "far corner", sheet(corner)
    yield (
        "corner beyond the grid",
        sheet('<sheetData><row r="9999999"><c r="ZZZZ99999999"><v>1</v></c></row></sheetData>'),
    )
    yield "cells", sheet("<sheetData><row>" + "<c><v>1</v></c>" * 900_000 + "</row></sheetData>")
    yield "rows", sheet("<sheetData>" + "<row><c><v>1</v></c></row>" * 400_000 + "</sheetData>")
    cells = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    merges = "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 39_000 + "</mergeCells>"
    yield "merges", sheet(cells + merges)
    yield (
        "merges without end",
        sheet(cells + "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 500_000 + "</mergeCells>"),
    )
    yield "deep", sheet("<sheetData>" + "<row>" * 200_000)
    yield "values that are no numbers", sheet('<sheetData><row r="1"><c r="A1"><v>inf</v></c><c r="B1"><v>NaN</v></c><c r="C1"><v>1e308</v></c></row></sheetData>')  # fmt: skip
    for name, strings in (
        ("strings", f"<si><t>{'x' * 14_000_000}</t></si>"),
        ("many strings", "<si><t>x</t></si>" * 700_000),
    ):
        yield name, rebuilt(good, **{"xl__sharedStrings.xml": f"<sst>{stuffed(strings)}</sst>".encode()})
    failed = "<sheetData><row>" + '<c r="A1" t="e"><f>A1</f><v>#REF!</v></c>' * 300_000 + "</row></sheetData>"
    yield "failed formulas", sheet(failed)
    yield "formulas", sheet("<sheetData><row>" + '<c r="A1"><f>' * 300_000 + "</row></sheetData>")
    yield "bomb", rebuilt(good, xl__media__x=b"\x00" * 70_000_000)
    yield "forged sizes", forged(good)
    yield "no workbook", archive({"xl/workbook.xml": "<workbook/>"})
    names = "".join(f'<sheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" name="s{i}" r:id="rId1"/>' for i in range(20_000))  # fmt: skip
    book = f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets>{names}</sheets></workbook>'
    yield "many sheets", rebuilt(good, **{"xl__workbook.xml": book.encode()})


def page_files() -> Iterator[tuple[str, bytes]]:
    head = "<table><tr><td>项目<td>具体标准<td>分值"
    pages = {
        "deep": "<div>" * 300_000,
        "deep tables": "<table><tr><td>" * 100_000,
        "nested tables": head + "<table><tr><td>" * 50,
        "cells": head + "<td>" * 480_000,
        "rows": head + "<tr>" * 480_000,
        "spans": head + "<tr><td rowspan=60000 colspan=60000>x" * 1_900,
        "leaning spans": head + ("<tr>" + "<td rowspan=2000>x" * 20) * 1_900,
        "items": "<ol>" + "<li>x" * 200_000,
        "attributes": "<table " + "a=1 " * 300_000,
        "attribute names": "<table " + " ".join(f"a{i}=1" for i in range(200_000)),
        "entities": head + "<td>" + "&lt;" * 400_000,
        "unclosed": head + "<td>" + "<b><i>" * 200_000,
        "blanks": head + "<td>" + " " * 1_900_000,
        "comment": "<!--" * 400_000,
        "headers": "Version:" * 200_000,
        "breaks": head + "<tr><td>班子<td>" + "1.<br>" * 250_000,
        "sloped": "".join(f"<{tag}>" for tag in ("p", "table", "a", "b", "select", "option")) * 20_000,
    }
    for name, page in pages.items():
        yield name, page.encode()


def text_files() -> Iterator[tuple[str, bytes]]:
    head = "项目\t具体标准\t分值\n"
    texts = {
        "tabs": "\t" * 1_900_000,
        "tabs and breaks": "\t\n" * 900_000,
        "cells": head + "x\t" * 900_000,
        "rows": head + "x\ty\tz\n" * 300_000,
        "quotes": head + '"' * 1_900_000,
        "quoted cells": head + '"\t""' * 400_000,
        "open quotes": head + '\t"x' * 600_000,
        "pairs of quotes": head + '\t""""x' * 300_000,
        "strokes": "|" * 1_900_000,
        "rows of strokes": "|项目|具体标准|分值|\n" + "|a|b|c|\n" * 200_000,
        "blanks": "项目  具体标准  分值\n" + " " * 1_900_000,
        "wide blanks": "项目  具体标准  分值\n" + "　" * 600_000,
        "gaps": "a  " * 600_000,
        "brackets": "（" * 600_000,
        "open points": head + "班子\t" + "（1" * 400_000,
        "points": head + "班子\t" + "（1分）" * 150_000,
        "numbers": head + "班子\t" + "1." * 900_000,
        "digits": head + "班子\t1." + "1" * 1_800_000 + "分\t2",
        "circled": head + "班子\t" + "①" * 600_000,
        "breaks": "\n" * 1_900_000 + "x",
        "lines": "1.甲（1分）\n" * 110_000,
        "one line": "甲" * 630_000,
        "flattened": flattened(small_table()).replace("1.分工", "1." + "分工" * 200_000),
        "flattened rows": flattened(small_table()) * 4_000,
        "deductions": head + "班子\t" + "每少1次扣0.5分，" * 60_000 + "\t2",
        "percentages": head + "班子\t" + "90%以上得2分；" * 60_000 + "\t2",
        "ordinals": "一、" * 300_000,
        "marks": "\u200b\ufeff" * 300_000,
    }
    for name, text in texts.items():
        yield name, text.encode()


def yaml_files() -> Iterator[tuple[str, bytes]]:
    aliases = "a: &a [x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(12)
    )
    yield "aliases", aliases.encode()
    yield "deep", ("[" * 100_000).encode()
    yield "deep blocks", "\n".join(" " * i + "a:" for i in range(900)).encode()


# Read by the drill only: like their neighbours, and long to make or to read.
HEAVY = frozenset(
    {"elements", "runs in a paragraph", "attributes", "spans", "cells", "rows", "merges without end", "many strings",
     "failed formulas", "many sheets", "rows of strokes", "forged bomb", "items", "headers", "comment", "percentages"}
)  # fmt: skip
FILES: dict[str, Callable[[], Iterator[tuple[str, bytes]]]] = {
    "docx": word_files, "xlsx": excel_files, "html": page_files, "txt": text_files, "yaml": yaml_files,
}  # fmt: skip


def good_files() -> dict[str, bytes]:
    """A small table in each format."""
    return {
        "docx": word_document(small_table()),
        "xlsx": workbook(
            (
                "甲",
                [HEADING, ("班子（3分）", "1.分工（1分）；\n2.纪要（2分）", 3), (None, "3.公开（0分）", 0)],
            ),
            merges=["A2:A3"],
        ),
        "html": HTML.encode(),
        "txt": flattened(small_table()).encode(),
    }


def spoiled(data: bytes, dice: random.Random) -> bytes:
    """The data with some bits turned, a piece cut out, doubled or put elsewhere, or the end missing."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at, length = dice.randrange(len(changed)), dice.choice((1, 4, 30, 400))
        match dice.randrange(6):
            case 0 | 1:
                changed[at] ^= 1 << dice.randrange(8)
            case 2:
                changed[at : at + length] = dice.randbytes(length)
            case 3:
                changed[at:at] = changed[at : at + length] * dice.choice((1, 50))
            case 4 if len(changed) > length + 1:
                del changed[at : at + length]
            case 5 if dice.random() < 0.3:
                del changed[max(at, 1) :]
        if not changed:
            changed = bytearray(b"\x00")
    return bytes(changed)


def spoiled_inside(data: bytes, dice: random.Random) -> bytes:
    """A package whose archive is whole but one of whose parts is spoiled."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    content = [
        name
        for name in parts
        if "document" in name or "sheet" in name or "workbook" in name or "numbering" in name
    ]
    name = dice.choice(content if dice.random() < 0.8 else list(parts))
    return archive(parts | {name: spoiled(bytes(parts[name]), dice)})  # type: ignore[arg-type]


def peak() -> float:
    """The most memory this process or one of its children has held, in megabytes.

    For the process itself the kernel is asked for this program's own mark: `getrusage` would also count what the
    program that started it held.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def write(folder: Path, form: str, *, heavy: bool) -> None:
    """Write the harmful files of a format; those that cost the most only where `heavy`."""
    for name, data in FILES[form]():
        if heavy or name not in HEAVY:
            (folder / f"{name}.{form}").write_bytes(data)


def main() -> None:
    """Read every file of the folder given."""
    told: dict[str, object] = {}
    for path in sorted(Path(sys.argv[1]).iterdir()):
        told[path.name] = None
        with contextlib.suppress(TooSlow):
            parsed = parsed_within(path.read_bytes(), path.name)
            told[path.name] = [problem.message for problem in parsed.problems[:1]]
    print(json.dumps({"files": told, "megabytes": peak()}, ensure_ascii=False))


if __name__ == "__main__":
    main()
