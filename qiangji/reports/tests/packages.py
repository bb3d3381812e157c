"""What Word and WPS insist on in a written document, for the tests of every kind.

Word refuses a document whose properties stand in another order than the schema's (ECMA-376 part 1, chapter 17), where
other programs open it without a word; so the orders are written down here and held against every element.
"""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from docx.oxml.ns import qn

ORDERS = {
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tblBorders": "top left start bottom right end insideH insideV",
    "tblCellMar": "top left start bottom right end",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
    "personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "settings": "writeProtection view zoom removePersonalInformation bordersDoNotSurroundHeader "
    "bordersDoNotSurroundFooter defaultTabStop characterSpacingControl compat rsids themeFontLang clrSchemeMapping "
    "decimalSymbol listSeparator",
    "font": "altName panose1 charset family notTrueType pitch sig",
}
PROGRAMS = ("soffice", "pdftotext")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]


def parts_of(content: bytes) -> dict[str, bytes]:
    """Return the parts of a package by name, in their order."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def elements(parts: dict[str, bytes]) -> Iterator[ElementTree.Element]:
    """Return every element of the parts that Word draws from."""
    for name, part in parts.items():
        if name.startswith("word/") and name.endswith(".xml"):
            yield from ElementTree.fromstring(part).iter()


def disordered(parts: dict[str, bytes], name: str) -> tuple[int, list[str]]:
    """Return how many elements of a name there are, and those whose children stand in another order than the schema's."""
    order = ORDERS[name].split()
    found = [element for element in elements(parts) if element.tag == qn(f"w:{name}")]
    wrong = []
    for element in found:
        places = [order.index(child.tag.rpartition("}")[2]) for child in element]
        if places != sorted(places):
            wrong.append(ElementTree.tostring(element, encoding="unicode"))
    return len(found), wrong


def rendered(content: bytes, folder: Path) -> list[str]:
    """Return the text of each page, blanks left out, as an office program with a profile of its own lays it out."""
    (folder / "paper.docx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*convert, str(folder / "paper.docx")], check=True, capture_output=True, timeout=120)
    text = subprocess.run(
        ["pdftotext", "-layout", str(folder / "paper.pdf"), "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode("utf-8")
    return [re.sub(r"\s", "", page) for page in text.split("\f") if page.strip()]
