"""Vetoes from the remarks of a table, however they are numbered; what else a remark says is told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from qiangji.standards.reader.numerals import NUMERAL
from qiangji.standards.reader.wording import compact, joined, normal_widths

REMARK_NAMES = frozenset(
    (
        *(
            "备注",
            "说明",
            "注",
            "注意事项",
            "注释",
            "附注",
            "填表说明",
            "评分说明",
            "有关说明",
            "使用说明",
            "考核说明",
        ),
        *(
            "一票否决",
            "一票否决项",
            "一票否决事项",
            "一票否决情形",
            "一票否决指标",
            "否决项",
            "否决事项",
            "否决条件",
        ),
        *("不予评定", "不予评定情形"),
    )
)
VETO_NAMES = frozenset(name for name in REMARK_NAMES if "否决" in name or "不予" in name)
VETO_WORDS = (
    "否决",
    "不予评定",
    "不得评为",
    "不予认定",
    "取消评定资格",
    "取消创建资格",
    "取消参评资格",
    "直接评定为不合格",
    "直接评为不合格",
    "年底考核不合格",
    "年终考核不合格",
)
_HEAD = r"(?:\A|(?<=[\n：:；;。]))[ \t]*"
_ENUMERATORS = (
    re.compile(r"[①-⑳][、.]?"),
    re.compile(r"（[ \t]*\d{1,2}[ \t]*）[、.]?"),
    re.compile(rf"（[ \t]*[{NUMERAL}]{{1,3}}[ \t]*）[、.]?"),
    re.compile(rf"{_HEAD}\d{{1,2}}[ \t]*(?:[.、](?!\d)|）)"),
    re.compile(rf"{_HEAD}[{NUMERAL}]{{1,3}}[ \t]*、"),
    re.compile(rf"{_HEAD}(?:第[{NUMERAL}]{{1,3}}|其[一二三四五六七八九十])[，,、是]?"),
)
_ENDS = "；;。，,、： \n\t"


@dataclass
class Remark:
    """What a remark gives: vetoes, and the parts of it that are none; `single` for one without number."""

    vetoes: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    single: bool = False


def remark_name(text: str) -> str:
    """The name with which a remark begins (备注：…, 注1.…); "" where a text is none."""
    begin = normal_widths(text).lstrip()[:40]
    found = re.match(
        r"[（【〔]?([\u4e00-\u9fff \n]{1,12}?)\d?[】〕）]?\s*(?:[:：\n]|\Z|[1１一①（](?=[.、．一1]))", begin
    )
    name = compact(found[1]) if found else ""
    return name if name in REMARK_NAMES else ""


def has_veto(text: str) -> bool:
    """Whether a text speaks of vetoes."""
    return any(word in compact(text) for word in VETO_WORDS)


def without_name(text: str) -> str:
    """A remark without the name it begins with."""
    text = normal_widths(text).strip()
    name = remark_name(text)
    if not name:
        return text
    at, seen = 0, 0
    opening = text[:1] if text[:1] in tuple("（【〔") else ""
    at = len(opening)
    while seen < len(name):
        seen += not text[at].isspace()
        at += 1
    return text[at:].lstrip("】〕： \n\t" + ("）" if opening == "（" else ""))


def read_remark(text: str, *, all_vetoes: bool = False) -> Remark:
    """Tell a remark's vetoes. `all_vetoes` where the row's name says that they are."""
    all_vetoes = all_vetoes or remark_name(text) in VETO_NAMES
    text = without_name(text)
    remark = Remark()
    lead, items = _items(text)
    if not items:
        return _plain(text, remark, all_vetoes=all_vetoes)
    if all_vetoes or has_veto(lead):
        remark.vetoes = [_clean(item) for item in items]
        return remark
    if lead.strip(_ENDS):
        remark.others.append(_clean(lead))
    for item in items:
        if not has_veto(item):
            remark.others.append(_clean(item))
            continue
        inner_lead, inner = _items(item)
        if inner and has_veto(inner_lead):
            remark.vetoes += [_clean(part) for part in inner]
        elif inner:
            found = read_remark(item)
            remark.vetoes += found.vetoes
            remark.others += found.others
        else:
            found = _plain(item, Remark(), all_vetoes=True)
            remark.vetoes += found.vetoes
    return remark


def _plain(text: str, remark: Remark, *, all_vetoes: bool) -> Remark:
    """A remark without numbers: its clauses after the colon, else its sentences that speak of vetoes."""
    if not all_vetoes and not has_veto(text):
        remark.others = [_clean(text)] if _clean(text) else []
        return remark
    before, colon, after = text.partition("：")
    body = after if colon and after.strip(_ENDS) and (has_veto(before) or not has_veto(after)) else text
    for sentence in re.split(r"[。\n]", body):
        if not sentence.strip(_ENDS):
            continue
        if not all_vetoes and not has_veto(sentence) and body is text:
            remark.others.append(_clean(sentence))
            continue
        remark.vetoes += [_clean(part) for part in re.split(r"[；;]", sentence) if part.strip(_ENDS)]
    remark.single = len(remark.vetoes) == 1
    return remark


def _items(text: str) -> tuple[str, list[str]]:
    """What stands before the first number, and the numbered items of that style."""
    found = [(mark, style) for style in _ENUMERATORS if (mark := style.search(text))]
    if not found:
        return text, []
    first, style = min(found, key=lambda pair: (pair[0].start(), -pair[0].end()))
    marks = list(style.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    items = [text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    return text[: first.start()], [item for item in items if item.strip(_ENDS)]


def _clean(text: str) -> str:
    return joined(text).strip("；;。，,、 ")
