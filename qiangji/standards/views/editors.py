"""The small forms of the workshop: which form an item of the table has, and which corrections its saving means."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms

from qiangji.standards.forms import (
    CriterionForm,
    DetailsForm,
    GroupForm,
    NewCriterionForm,
    NewGroupForm,
    SectionForm,
    VetoForm,
)
from qiangji.standards.views.board import DETAILS, find_item
from qiangji.standards.workshop.state import CriterionState, GroupState, SectionState, State, VetoState, codes

Step = tuple[str, dict[str, Any]]
ADDING = "add-"
SENTENCE_END = re.compile(r"[。；;！？\n]")
NUMBERING = re.compile(r"(?<=\S)\s*(?=(?:[（(]\d{1,2}[)）]|\d{1,2}[.．、]|[①-⑳])\D)")
MOST_PLACES = 12
PREVIEW = 16


@dataclass(frozen=True)
class Choice:
    """Something to choose, with the arguments it stands for."""

    label: str
    arguments: str


@dataclass(frozen=True)
class Editor:
    """A form on one item: what it is called, what stands in it, and what saving it does."""

    key: str
    label: str
    form: type[forms.Form]
    initial: dict[str, Any]
    steps: Callable[[Any], list[Step]]
    template: str = "standards/workshop/_editor.html"
    more: dict[str, Any] = field(default_factory=dict)


def editor_of(state: State, key: str) -> Editor | None:
    """Return the editor of an item, of the table's details, or of something to be added; None where nothing has the key."""
    if key == DETAILS:
        initial = DetailsForm.initial_of(state.details)
        return Editor(key, "基本信息", DetailsForm, initial, lambda form: _details(form))
    if key.startswith(ADDING):
        return _adding(state, key)
    item = find_item(state, key)
    if isinstance(item, CriterionState):
        return _criterion(state, item)
    if isinstance(item, SectionState):
        return _section(state, item)
    if isinstance(item, GroupState):
        return _group(state, item)
    if isinstance(item, VetoState):
        return Editor(
            key,
            "否决情形",
            VetoForm,
            VetoForm.initial_of(item),
            lambda form: [("set_veto", {"key": key, **form.cleaned_data})],
            more={"delete": "delete_veto", "delete_label": "删去这条否决情形"},
        )
    return None


def _details(form: DetailsForm) -> list[Step]:
    arguments = form.arguments()
    return [("set_details", arguments)] if arguments else []


def _adding(state: State, key: str) -> Editor | None:
    name = key.removeprefix(ADDING)
    if name == "section":
        return Editor(key, "新的项目", SectionForm, {}, lambda form: [("add_section", form.cleaned_data)])
    if name == "veto":
        return Editor(key, "新的否决情形", VetoForm, {}, lambda form: [("add_veto", form.cleaned_data)])
    item = find_item(state, name)
    if isinstance(item, SectionState):
        return Editor(
            key,
            "新的小项",
            NewGroupForm,
            {},
            lambda form: [("add_group", {"section": name, **form.cleaned_data})],
        )
    if isinstance(item, GroupState):
        return Editor(
            key,
            "新的一条",
            NewCriterionForm,
            {},
            lambda form: [("add_criterion", {"group": name, **form.cleaned_data})],
        )
    return None


def _section(state: State, section: SectionState) -> Editor:
    def steps(form: SectionForm) -> list[Step]:
        return [("set_section", {"key": section.key, **form.cleaned_data})]

    places = [other.key for other in state.sections]
    here = places.index(section.key)
    moves = []
    if here:
        moves.append(_move("上移", {"key": section.key, "before": places[here - 1]}))
    if here + 1 < len(places):
        after = places[here + 2] if here + 2 < len(places) else ""
        moves.append(_move("下移", {"key": section.key, "before": after}))
    more: dict[str, Any] = {"moves": moves, "move": "move_section"}
    if not section.criteria():
        more |= {"delete": "delete_section", "delete_label": "删去这个项目"}
    return Editor(section.key, "项目", SectionForm, SectionForm.initial_of(section), steps, more=more)


def _group(state: State, group: GroupState) -> Editor:
    def steps(form: GroupForm) -> list[Step]:
        return [("set_group", {"key": group.key, **form.cleaned_data})]

    section = next(one for one in state.sections if group in one.groups)
    places = [other.key for other in section.groups]
    here = places.index(group.key)
    moves = []
    if here:
        arguments = {"key": group.key, "section": section.key, "before": places[here - 1]}
        moves.append(_move("上移", arguments))
    if here + 1 < len(places):
        after = places[here + 2] if here + 2 < len(places) else ""
        moves.append(_move("下移", {"key": group.key, "section": section.key, "before": after}))
    targets = [
        _move(f"移到 {number}. {other.title}", {"key": group.key, "section": other.key})
        for number, other in enumerate(state.sections, start=1)
        if other.key != section.key
    ]
    more: dict[str, Any] = {"moves": moves, "move": "move_group", "targets": targets}
    if not group.criteria and len(section.groups) > 1:
        more |= {"delete": "delete_group", "delete_label": "删去这个小项"}
    return Editor(group.key, "小项", GroupForm, GroupForm.initial_of(group), steps, more=more)


def _criterion(state: State, one: CriterionState) -> Editor:
    def steps(form: CriterionForm) -> list[Step]:
        data = form.cleaned_data
        arguments = {
            "key": one.key,
            **{name: data[name] for name in ("text", "title", "evidence", "note")},
            "points": form.worth(),
            "scoring": form.scoring(),
        }
        return [("set_criterion", arguments)]

    in_order = [(c.key, g) for section in state.sections for g in section.groups for c in g.criteria]
    place = [key for key, _ in in_order].index(one.key)
    group = in_order[place][1]
    more = {
        "moves": list(_neighbours(in_order, place)),
        "move": "move",
        "targets": list(_groups(state, one, group)),
        "places": split_places(one.text),
        "has_next": group.criteria[-1].key != one.key,
        "delete": "delete",
        "delete_label": "删去这一条",
    }
    label = codes(state)[one.key]
    template = "standards/workshop/_editor_criterion.html"
    return Editor(one.key, label, CriterionForm, CriterionForm.initial_of(one), steps, template, more)


def _neighbours(in_order: list[tuple[str, GroupState]], place: int) -> list[Choice]:
    """One up and one down, over the border of the group too."""
    key, group = in_order[place]
    found = []
    if place:
        other, its_group = in_order[place - 1]
        where = {"before": other} if its_group == group else {"group": its_group.key}
        found.append(_move("上移", {"key": key, **where}))
    if place + 1 < len(in_order):
        other, its_group = in_order[place + 1]
        found.append(_move("下移", {"key": key, ("after" if its_group == group else "before"): other}))
    return found


def _groups(state: State, one: CriterionState, own: GroupState) -> list[Choice]:
    found = []
    for number, section in enumerate(state.sections, start=1):
        for index, group in enumerate(section.groups, start=1):
            if group.key != own.key:
                name = f"{number}-{index} {group.title}" if group.title else f"{number}. {section.title}"
                found.append(_move(f"移到 {name}", {"key": one.key, "group": group.key}))
    return found


def _move(label: str, arguments: dict[str, str]) -> Choice:
    return Choice(label, json.dumps(arguments, ensure_ascii=False))


def split_places(text: str) -> list[tuple[int, str]]:
    """Return where a criterion may be cut in two, each with the words that would follow.

    >>> split_places("按期换届。2.开展活动。")
    [(5, '2.开展活动。')]
    """
    ends = {match.end() for match in SENTENCE_END.finditer(text)} | {
        match.end() for match in NUMBERING.finditer(text)
    }
    found = []
    for place in sorted(ends):
        rest = text[place:].strip()
        if rest and text[:place].strip():
            found.append((place, rest[:PREVIEW] + ("…" if len(rest) > PREVIEW else "")))
    return found[:MOST_PLACES]
