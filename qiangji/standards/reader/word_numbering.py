"""Automatic numbers of Word: what the reader of the page sees in front of a paragraph is not in its text.

A paragraph names a list (`numId`) and a level, itself or by its style; numbering.xml says how the level
counts, how the count is written (1 一 ① 甲 …) and what stands around it. Lists that share a definition
share its counters; a list that overrides the start begins again; a level begins again when a higher one
has moved on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lxml import etree  # type: ignore[import-untyped]

from qiangji.standards.reader.word_numerals import numeral

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"
LEVELS = 9
MOST_BASED_ON = 20  # how far a style's ancestors are followed; Word itself allows ten or so


@dataclass(frozen=True)
class Level:
    """How one level of a list counts and is written. `restart_after`: the level that makes it begin again."""

    form: str = "decimal"
    text: str = ""
    start: int = 1
    restart_after: int | None = None
    legal: bool = False


@dataclass
class _List:
    """A list as paragraphs name it: the definition whose counters it shares, and what it overrides."""

    definition: str
    levels: dict[int, Level]
    starts: dict[int, int]
    begun: set[int] = field(default_factory=set)


class Numbering:
    """The lists of one document, and how far each has counted. Ask in the order of the document."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._styles = _keyed(styles, "style", "styleId")
        self._of_style: dict[str, tuple[str, int]] = {}
        self._numbers = _keyed(numbering, "num", "numId")
        self._definitions = _keyed(numbering, "abstractNum", "abstractNumId")
        self._named = {_value(one, "styleLink"): key for key, one in self._definitions.items()}
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, list[int | None]] = {}

    def label(self, paragraph: etree._Element) -> str:
        """Count the paragraph and return what Word writes before it; "" where it has no number."""
        identity, level = self._list_of(paragraph)
        if identity in {"", "0"}:
            return ""
        listed = self._lists.get(identity) or self._list(identity)
        found = listed.levels.get(level, Level(text=f"%{level + 1}."))
        counters = self._counters.setdefault(listed.definition, [None] * LEVELS)
        self._count(counters, listed, level, found)
        return _written(found, listed.levels, counters)

    def _list_of(self, paragraph: etree._Element) -> tuple[str, int]:
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return "", 0
        style = properties.find(f"{W}pStyle")
        identity, level = self._list_of_style(style.get(VAL, "")) if style is not None else ("", 0)
        own = properties.find(f"{W}numPr")
        if own is not None:
            identity = _value(own, "numId") or identity
            level = _whole(_value(own, "ilvl"), level)
        return identity, min(max(level, 0), LEVELS - 1)

    def _list_of_style(self, name: str) -> tuple[str, int]:
        """The list and level a paragraph style brings, its own or that of the style it is based on."""
        if name not in self._of_style:
            self._of_style[name] = ("", 0)
            current = name
            for _ in range(MOST_BASED_ON):
                if current not in self._styles:
                    break
                properties = self._styles[current].find(f"{W}pPr/{W}numPr")
                if properties is not None and _value(properties, "numId"):
                    self._of_style[name] = _value(properties, "numId"), _whole(_value(properties, "ilvl"), 0)
                    break
                current = _value(self._styles[current], "basedOn")
        return self._of_style[name]

    def _list(self, identity: str) -> _List:
        """Put a list together from its definition and what it overrides; one nobody defined counts 1. 2. 3."""
        found = self._lists[identity] = _List(f"?{identity}", {}, {})
        one = self._numbers.get(identity)
        if one is None:
            return found
        key = _value(one, "abstractNumId")
        if key in self._definitions:
            link = _value(self._definitions[key], "numStyleLink")
            key = self._named.get(link, key) if link else key
            found.levels.update(_levels(self._definitions[key]))
        found.definition = key
        for override in one.iterchildren(f"{W}lvlOverride"):
            index = _whole(override.get(f"{W}ilvl"), 0)
            own = override.find(f"{W}lvl")
            if own is not None:
                found.levels[index] = _level(own)
            start = _value(override, "startOverride")
            if start:
                found.starts[index] = _whole(start, 1)
                level = found.levels.get(index, Level(text=f"%{index + 1}."))
                found.levels[index] = replace(level, start=found.starts[index])
        return found

    def _count(self, counters: list[int | None], listed: _List, level: int, found: Level) -> None:
        if level in listed.starts and level not in listed.begun:
            counters[level] = listed.starts[level]
        else:
            before = counters[level]
            counters[level] = found.start if before is None else before + 1
        listed.begun.add(level)
        for lower in range(level + 1, LEVELS):
            after = listed.levels.get(lower, Level()).restart_after
            if after is None or (after > 0 and level < after):
                counters[lower] = None


def _written(found: Level, levels: dict[int, Level], counters: list[int | None]) -> str:
    if found.form in {"bullet", "none"}:
        return ""
    text = found.text
    for index in range(LEVELS):
        if f"%{index + 1}" not in text:
            continue
        level = levels.get(index, Level())
        value = counters[index]
        form = "decimal" if found.legal else level.form
        text = text.replace(f"%{index + 1}", numeral(level.start if value is None else value, form))
    return text


def _keyed(root: etree._Element | None, name: str, key: str) -> dict[str, etree._Element]:
    """The children of a name by one of their attributes."""
    found = [] if root is None else root.iterchildren(f"{W}{name}")
    return {one.get(f"{W}{key}", ""): one for one in found}


def _levels(definition: etree._Element) -> dict[int, Level]:
    found = {}
    for one in definition.iterchildren(f"{W}lvl"):
        index = _whole(one.get(f"{W}ilvl"), 0)
        found[index] = _level(one)
    return found


def _level(one: etree._Element) -> Level:
    form = one.find(f"{W}numFmt")
    if form is None:  # newer formats stand beside an older one that says the same
        form = next(one.iter(f"{W}numFmt"), None)
    text = one.find(f"{W}lvlText")
    legal = one.find(f"{W}isLgl")
    restart = _value(one, "lvlRestart")
    return Level(
        form=form.get(VAL, "decimal") if form is not None else "decimal",
        text=text.get(VAL, "")[:40] if text is not None else "",
        start=_whole(_value(one, "start"), 1),
        restart_after=_whole(restart, 0) if restart else None,
        legal=legal is not None and legal.get(VAL, "1") not in {"0", "false", "off"},
    )


def _value(element: etree._Element, name: str) -> str:
    found = element.find(f"{W}{name}")
    return "" if found is None else found.get(VAL, "")


def _whole(text: str | None, default: int) -> int:
    """A small whole number as Word writes it; the default for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 6 else default
