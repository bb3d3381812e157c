"""A clean Word document for Chinese official papers: what every Word report starts from and ends with.

The library's own starting document carries American fonts, two hundred table styles, a thumbnail and its author's
name. We keep its package and put our own styles, settings and properties into it, so that what a hospital hands in
says nothing of the tools it was made with. Bytes depend on contents and ``at`` only.
"""

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.package import OpcPackage
from docx.opc.part import Part
from docx.opc.rel import _Relationship
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Length, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from qiangji.lib.typesetting import writable

# GB/T 9704 names fonts that are on users' machines; the second name is what to take where one is missing.
SONG_TITLE, SONG, FANGSONG, HEI = "方正小标宋简体", "宋体", "仿宋_GB2312", "黑体"
LATIN = "Times New Roman"
SHORT_SIDE, LONG_SIDE = Cm(21), Cm(29.7)
# Between the margins of a page laid across, and of one laid upright.
TEXT_WIDTH, TEXT_WIDTH_UPRIGHT = Cm(22.5), Cm(15.6)
STAND_INS = {SONG_TITLE: SONG, SONG: "SimSun", FANGSONG: "仿宋", HEI: "SimHei"}

KEPT_RELATIONS = {RT.STYLES, RT.SETTINGS, RT.FONT_TABLE}
KEPT_STYLES = {"Normal", "DefaultParagraphFont", "TableNormal", "NoList"}
LONGEST_PROPERTY = 255
# A zip entry cannot be older.
OLDEST = datetime(1980, 1, 1, tzinfo=UTC)

SETTINGS = (
    "<w:settings {ns}>"
    '<w:zoom w:percent="100"/>'
    "<w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>"
    '<w:defaultTabStop w:val="420"/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/>'
    "<w:compat><w:useFELayout/>"
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    "</w:compat>"
    '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
    '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
    "</w:settings>"
)
DOC_DEFAULTS = (
    "<w:docDefaults {ns}>"
    "<w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{east}" w:cs="{latin}"/>'
    '<w:sz w:val="21"/><w:szCs w:val="21"/>'
    '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    "</w:rPr></w:rPrDefault>"
    "<w:pPrDefault><w:pPr/></w:pPrDefault>"
    "</w:docDefaults>"
)
APP_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>强基</Application></Properties>"
)


def new_document(*, title: str, at: datetime) -> DocxDocument:
    """Return an empty document with our defaults; its properties name a title and a moment, and nobody."""
    document = Document()
    _drop_what_is_not_ours(document)
    _set_defaults(document)
    _set_fonts(document)
    properties = document.core_properties
    moment = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.title, properties.language = writable(title)[:LONGEST_PROPERTY], "zh-CN"
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = moment
    properties.revision = 1
    return document


def to_bytes(document: DocxDocument, *, at: datetime) -> bytes:
    """Return the file. Every entry of the package carries the date ``at``, so equal contents give equal bytes."""
    written = io.BytesIO()
    document.save(written)
    stamp = max(at, OLDEST).astimezone(UTC).timetuple()[:6]
    sealed = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(sealed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return sealed.getvalue()


def add_style(
    document: DocxDocument,
    style_id: str,
    name: str,
    *,
    font: str = FANGSONG,
    size: float = 10.5,
    line: float | None = None,
    bold: bool = False,
    align: WD_ALIGN_PARAGRAPH | None = None,
    space: tuple[float, float] = (0, 0),
) -> ParagraphStyle:
    """Add a paragraph style under a name that users see; ``line`` an exact height, ``space`` before and after, in points."""
    style: ParagraphStyle = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.element.set(qn("w:styleId"), style_id)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    style.font.size, style.font.bold = Pt(size), bold or None
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute, value in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", font), ("cs", LATIN)):
        fonts.set(qn(f"w:{attribute}"), value)
    layout = style.paragraph_format
    layout.alignment = align
    layout.space_before, layout.space_after = Pt(space[0]), Pt(space[1])
    if line is not None:
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    return style


def add_paragraph(document: DocxDocument, style_id: str) -> Paragraph:
    """Add an empty paragraph in a style."""
    paragraph = document.add_paragraph()
    set_style(paragraph, style_id)
    return paragraph


def set_style(paragraph: Paragraph, style_id: str) -> None:
    """Set a paragraph's style by its id; by name, every paragraph would search the styles twice."""
    paragraph._p.style = style_id


def write(paragraph: Paragraph, text: str) -> None:
    """Add text in the Chinese font throughout: quotation marks, dashes and ① would else fall to the Latin one."""
    run = paragraph.add_run(writable(text))
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")


def write_page_number(paragraph: Paragraph) -> None:
    """Add the page number between two dashes, as official papers have it."""
    write(paragraph, "— ")
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), " PAGE ")
    paragraph._p.append(number)
    number.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>1</w:t></w:r>"))
    write(paragraph, " —")


def lay_across(document: DocxDocument, *, corner: str, header: str = "") -> None:
    """Lay the pages across on A4, with the margins of GB/T 9704 turned along; number them; say a header on each.

    ``corner`` is the style of headers and footers.
    """
    document.sections[0].orientation = WD_ORIENT.LANDSCAPE
    _lay(document, (LONG_SIDE, SHORT_SIDE), (Cm(2.8), Cm(3.7), Cm(2.6), Cm(3.5)))
    _write_corners(document, corner, header)


def lay_upright(document: DocxDocument, *, corner: str, header: str = "") -> None:
    """Lay the pages upright on A4 with the margins of GB/T 9704; number them; say a header on each."""
    _lay(document, (SHORT_SIDE, LONG_SIDE), (Cm(3.7), Cm(2.6), Cm(3.5), Cm(2.8)))
    _write_corners(document, corner, header)


def _lay(document: DocxDocument, size: tuple[Length, Length], margins: tuple[Length, ...]) -> None:
    """Set a page's width and height and its margins: above, right, below, left."""
    section = document.sections[0]
    section.page_width, section.page_height = size
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = margins
    section.header_distance, section.footer_distance = Cm(1.8), Cm(1.4)


def _write_corners(document: DocxDocument, corner: str, header: str) -> None:
    section = document.sections[0]
    if header:
        paragraph = section.header.paragraphs[0]
        set_style(paragraph, corner)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        write(paragraph, header)
    footer = section.footer.paragraphs[0]
    set_style(footer, corner)
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write_page_number(footer)


def _drop_what_is_not_ours(document: DocxDocument) -> None:
    relations = document.part.rels
    for key in [key for key, relation in relations.items() if relation.reltype not in KEPT_RELATIONS]:
        del relations[key]
    package: OpcPackage = document.part.package
    for key in [key for key, relation in package.rels.items() if relation.reltype.endswith("/thumbnail")]:
        del package.rels[key]
    _part(package.rels.values(), RT.EXTENDED_PROPERTIES)._blob = APP_PROPERTIES.encode("utf-8")


def _set_defaults(document: DocxDocument) -> None:
    body_end = document.sections[0]._sectPr
    for key in [key for key in body_end.attrib if "rsid" in key]:
        del body_end.attrib[key]
    styles = document.styles.element
    for child in list(styles):
        if child.tag != qn("w:style") or child.get(qn("w:styleId")) not in KEPT_STYLES:
            styles.remove(child)
    for trace in styles.findall(f"w:style/{qn('w:rsid')}", styles.nsmap):
        trace.getparent().remove(trace)
    styles.insert(0, parse_xml(DOC_DEFAULTS.format(ns=nsdecls("w"), latin=LATIN, east=FANGSONG)))
    settings = document.settings.element
    fresh = parse_xml(SETTINGS.format(ns=nsdecls("w")))
    for child in list(settings):
        settings.remove(child)
    for child in list(fresh):
        settings.append(child)


def _set_fonts(document: DocxDocument) -> None:
    names = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{stand_in}"/><w:charset w:val="86"/></w:font>'
        for name, stand_in in STAND_INS.items()
    )
    table = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {nsdecls("w")}>{names}</w:fonts>'
    )
    _part(document.part.rels.values(), RT.FONT_TABLE)._blob = table.encode("utf-8")


def _part(relations: Iterable[_Relationship], reltype: str) -> Part:
    return next(relation.target_part for relation in relations if relation.reltype == reltype)
