"""Drafts: taken in, mended, undone, closed; two people at once; and the file that stays as long as it is needed."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from qiangji.audit.models import Event
from qiangji.files.models import Content
from qiangji.files.responses import serve
from qiangji.files.services import find_faults, store, sweep
from qiangji.orgs.tests.factories import Kind, make_organization, make_user
from qiangji.standards.content import to_yaml
from qiangji.standards.models import Draft, DraftStep
from qiangji.standards.schema import EditionSpec
from qiangji.standards.tests.editions import edition_data
from qiangji.standards.tests.tables import flattened, small_table, word_document
from qiangji.standards.workshop import services
from qiangji.standards.workshop.exceptions import (
    DraftClosed,
    DraftMoved,
    DraftRefused,
    NothingToUndo,
    OperationRefused,
)
from qiangji.standards.workshop.selectors import draft_page, draft_rows, state_at
from qiangji.standards.workshop.tests.clerk import AT, Clerk, at_code, key_at, make_clerk

pytestmark = pytest.mark.django_db
YEARS_LATER = AT + timedelta(days=3 * 365)


@pytest.fixture(autouse=True)
def media_root(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def clerk() -> Clerk:
    return make_clerk()


def start(data: bytes, filename: str = "表.docx") -> Draft:
    node = make_organization(kind=Kind.HOSPITAL)
    return services.start_draft(organization=node, filename=filename, data=data, by=make_user(), at=AT)


# ---- taking in ------------------------------------------------------------------------------------------------------


def test_a_file_becomes_a_draft_with_its_first_step(clerk: Clerk) -> None:
    draft = clerk.draft
    assert (draft.status, draft.current, draft.filename) == ("open", 0, "量化表.txt")
    assert draft.content is not None
    assert draft.content.location.read_bytes() == flattened(small_table()).encode()
    step = draft.steps.get()
    assert (step.sequence, step.parent, step.label, step.made_by) == (0, None, "读入文件", clerk.person)
    assert [c.points for c in clerk.state.criteria()] == [1, 2, 1, 2, 1]
    event = Event.objects.get(object_type="draft", object_id=draft.public_id)
    assert event.verb == "draft.started"
    assert json.loads(event.data)["criteria"] == 5


def test_word_and_pasted_text_are_taken_too() -> None:
    draft = start(word_document(small_table()), r"C:\桌面\量化表.docx")
    assert draft.filename == "量化表.docx"
    assert len(state_at(draft, 0).criteria()) == 5
    pasted = services.start_pasted(
        organization=draft.organization, text=flattened(small_table()), by=draft.created_by, at=AT
    )
    assert len(state_at(pasted, 0).criteria()) == 5
    assert pasted.content is not None


def unrelated_document() -> bytes:
    document, stream = Document(), io.BytesIO()
    document.add_paragraph("会议通知")
    document.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (b"", "空.txt"),
        ("随便一段话".encode(), "话.txt"),
        (unrelated_document(), "通知.docx"),
        (word_document(small_table())[:3000], "坏.docx"),
        (b"%PDF-1.4", "表.pdf"),
    ],
    ids=["empty", "prose", "unrelated", "cut", "pdf"],
)
def test_what_cannot_be_read_is_refused_with_reasons_and_leaves_nothing(data: bytes, filename: str) -> None:
    with pytest.raises(DraftRefused) as refusal:
        start(data, filename)
    assert refusal.value.messages
    assert all(len(message) > 5 for message in refusal.value.messages)
    assert not Draft.objects.exists()
    assert not Content.objects.exists()


def test_characters_that_no_database_takes_are_left_out() -> None:
    text = flattened(small_table()).replace("分工每年", "分\x00工\ud800每年")
    draft = services.start_pasted(organization=make_organization(), text=text, by=make_user(), at=AT)
    draft.refresh_from_db()
    clerk = Clerk(draft, draft.created_by)
    assert at_code(clerk.state, "1-1-1").text == "分工每年公布"
    clerk.do("set_text", key=clerk.key("1-1-1"), text="公\x00布\ud800分工")
    assert at_code(clerk.state, "1-1-1").text == "公布分工"


def test_nothing_pasted_is_refused() -> None:
    with pytest.raises(DraftRefused, match="没有粘贴任何内容"):
        services.start_pasted(organization=make_organization(), text=" \n", by=make_user(), at=AT)


def test_our_own_complete_file_needs_no_workshop() -> None:
    text = to_yaml(EditionSpec.model_validate(edition_data()))
    with pytest.raises(DraftRefused, match="不用再整理"):
        start(text.encode(), "标准.yaml")


# ---- step by step ---------------------------------------------------------------------------------------------------


def test_every_step_keeps_the_whole_state(clerk: Clerk) -> None:
    clerk.do("set_points", key=clerk.key("1-1-1"), points="1.5")
    clerk.do("delete", key=clerk.key("2-0-2"))
    assert [(s.sequence, s.parent) for s in clerk.draft.steps.order_by("sequence")] == [
        (0, None),
        (1, 0),
        (2, 1),
    ]
    assert [len(state_at(clerk.draft, n).criteria()) for n in range(3)] == [5, 5, 4]
    event = Event.objects.filter(object_id=clerk.draft.public_id).order_by("-sequence")[0]
    assert (event.verb, event.actor_id) == ("draft.changed", clerk.person.public_id)
    assert json.loads(event.data) == {"step": 2, "on": 1, "operation": "delete"}
    assert clerk.draft.steps.get(sequence=2).label == "删去：2-0-2 意见箱每周开启"


def test_what_changes_nothing_makes_no_step(clerk: Clerk) -> None:
    clerk.do("set_points", key=clerk.key("1-1-1"), points="1.0")
    assert clerk.draft.current == 0
    assert clerk.draft.steps.count() == 1


def test_undo_and_redo_move_between_steps(clerk: Clerk) -> None:
    key = clerk.key("1-1-1")
    clerk.do("set_points", key=key, points="2")
    clerk.do("set_points", key=key, points="3")
    assert [at_code(clerk.undo(), "1-1-1").points, at_code(clerk.undo(), "1-1-1").points] == [2, 1]
    with pytest.raises(NothingToUndo, match="读入时的样子"):
        clerk.undo()
    assert [at_code(clerk.redo(), "1-1-1").points, at_code(clerk.redo(), "1-1-1").points] == [2, 3]
    with pytest.raises(NothingToUndo, match="不能重做"):
        clerk.redo()
    assert clerk.draft.steps.count() == 3


def test_a_new_correction_after_undoing_keeps_what_was_undone(clerk: Clerk) -> None:
    key = clerk.key("1-1-1")
    clerk.do("split", key=clerk.key("1-1-2"), at=3)
    clerk.undo()
    clerk.do("set_points", key=key, points="3")
    steps = draft_page(clerk.draft).steps
    assert [(s.sequence, s.is_undone, s.is_current) for s in steps] == [
        (0, False, False),
        (1, True, False),
        (2, False, True),
    ]
    cut = clerk.do("split", key=clerk.key("1-1-2"), at=3)
    assert "c3-1" in cut.used_keys()
    assert "c1-1" not in cut.used_keys()
    clerk.undo()
    assert clerk.redo() == cut


def test_a_refused_operation_leaves_the_draft_alone(clerk: Clerk) -> None:
    with pytest.raises(OperationRefused):
        clerk.do("set_points", key="c99", points="1")
    assert clerk.draft.steps.count() == 1


def test_whoever_comes_second_is_told_who_did_what(clerk: Clerk) -> None:
    colleague = Clerk(Draft.objects.get(pk=clerk.draft.pk), make_user(name="党办乙"))
    clerk.do("set_points", key=clerk.key("1-1-1"), points="2")
    with pytest.raises(DraftMoved) as moved:
        services.apply(
            draft=colleague.draft,
            operation="set_points",
            arguments={"key": clerk.key("1-1-2"), "points": "9"},
            seen=0,
            by=colleague.person,
            at=AT,
        )
    assert str(moved.value).startswith(
        "党办甲刚才在这份录入稿里做了修改（改分值：1-1-1 分工每年公布，1 分 → 2 分）"
    )
    assert at_code(clerk.state, "1-1-2").points == 2
    colleague.draft.refresh_from_db()
    colleague.do("set_points", key=clerk.key("1-1-2"), points="9")
    assert [c.points for c in colleague.state.criteria()][:2] == [2, 9]


def test_an_undone_step_is_told_as_well(clerk: Clerk) -> None:
    clerk.do("set_points", key=clerk.key("1-1-1"), points="2")
    clerk.undo()
    with pytest.raises(DraftMoved, match="党办甲刚才在这份录入稿里撤销了（改分值"):
        services.undo(draft=clerk.draft, seen=1, by=clerk.person, at=AT)


def test_a_page_from_nowhere_is_told_to_refresh(clerk: Clerk) -> None:
    with pytest.raises(DraftMoved, match="请刷新"):
        services.undo(draft=clerk.draft, seen=7, by=clerk.person, at=AT)


def test_a_discarded_draft_is_closed_but_kept(clerk: Clerk) -> None:
    clerk.do("set_points", key=clerk.key("1-1-1"), points="2")
    draft = services.discard(draft=clerk.draft, seen=1, by=clerk.person, at=AT)
    assert draft.status == Draft.Status.DISCARDED
    assert draft.steps.count() == 2
    with pytest.raises(DraftClosed, match="已作废"):
        clerk.do("set_points", key="c1", points="3")
    with pytest.raises(DraftClosed):
        services.discard(draft=draft, seen=1, by=clerk.person, at=AT)


def test_a_correction_takes_few_statements_however_long_the_history(clerk: Clerk) -> None:
    key = clerk.key("1-1-1")
    for points in ("2", "3", "4"):
        clerk.do("set_points", key=key, points=points)
    with CaptureQueriesContext(connection) as captured:
        services.apply(
            draft=clerk.draft,
            operation="set_points",
            arguments={"key": key, "points": "5"},
            seen=3,
            by=clerk.person,
            at=AT,
        )
    statements = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]
    assert len(statements) <= 7


def test_a_page_takes_few_statements_however_long_the_history(clerk: Clerk) -> None:
    for points in ("2", "3", "4", "5"):
        clerk.do("set_points", key=clerk.key("1-1-1"), points=points)
    draft = Draft.objects.get(pk=clerk.draft.pk)
    with CaptureQueriesContext(connection) as captured:
        page = draft_page(draft)
    assert len(captured) <= 3
    assert len(page.steps) == 5


# ---- the file -------------------------------------------------------------------------------------------------------


def test_the_file_of_a_draft_is_held_by_it(clerk: Clerk) -> None:
    content = clerk.draft.content
    assert content is not None
    assert sweep(at=YEARS_LATER).removed == 0
    assert content.location.exists()
    response = serve(clerk.draft, inline=True)  # type: ignore[arg-type]
    assert b"".join(response.streaming_content) == flattened(small_table()).encode()  # type: ignore[arg-type]
    response.file_to_stream.close()  # closing the response would close the connection of the test
    assert "attachment" in response["Content-Disposition"]
    content.location.unlink()
    assert [fault.problem for fault in find_faults()] == ["文件不在磁盘上"]


def test_the_file_of_a_discarded_draft_goes_after_its_time(clerk: Clerk, settings: Any) -> None:
    services.discard(draft=clerk.draft, seen=0, by=clerk.person, at=AT)
    assert sweep(at=AT + timedelta(days=settings.SWEEP_AFTER_DAYS - 1)).cleared == 0
    assert sweep(at=YEARS_LATER).cleared == 1
    clerk.draft.refresh_from_db()
    assert clerk.draft.content is not None
    assert clerk.draft.content.is_swept
    assert find_faults() == []
    assert len(clerk.draft.original) == len(draft_page(clerk.draft).lines)


def test_a_file_that_nobody_holds_still_goes(clerk: Clerk) -> None:
    store(ContentFile(word_document(small_table()), name="a.docx"), at=AT)
    assert sweep(at=YEARS_LATER).removed == 1


# ---- lists and pages ------------------------------------------------------------------------------------------------


def test_the_list_counts_what_is_left_in_one_statement(clerk: Clerk) -> None:
    other = make_clerk()
    other.do("set_points", key=other.key("1-1-1"), points="9")
    drafts = list(Draft.objects.order_by("pk"))
    with CaptureQueriesContext(connection) as captured:
        rows = draft_rows(drafts)
    assert len(captured) == 1
    assert [row.title for row in rows] == ["样表一", "样表一"]
    assert rows[1].errors == rows[0].errors + 1


def test_lines_know_what_was_read_from_them(clerk: Clerk) -> None:
    origin = {"where": "第 3 行", "cells": ["班子", "1.分工"]}
    Draft.objects.filter(pk=clerk.draft.pk).update(original=[origin], current=1)
    state = clerk.state
    first = state.sections[0].groups[0].criteria[0].model_copy(update={"origins": (0,)})
    group = state.sections[0].groups[0]
    group = group.model_copy(update={"criteria": (first, *group.criteria[1:])})
    section = state.sections[0].model_copy(update={"groups": (group, *state.sections[0].groups[1:])})
    changed = state.model_copy(update={"sections": (section, *state.sections[1:])})
    DraftStep.objects.create(
        draft=clerk.draft,
        sequence=1,
        parent=0,
        label="改",
        state=changed.as_json(),
        made_by=clerk.person,
        made_at=AT,
    )
    page = draft_page(Draft.objects.get(pk=clerk.draft.pk))
    assert page.lines[0].keys == (first.key,)
    assert page.lines[0].cells == ("班子", "1.分工")


class AnyWalk(TestCase):
    """Random walks through a stored draft."""

    @hypothesis_settings(max_examples=15)
    @given(st.lists(st.sampled_from(["2", "3", "undo", "redo", "split", "merge"]), max_size=8))
    def test_undo_then_redo_is_where_one_was(self, moves: list[str]) -> None:
        clerk = make_clerk()
        for move in moves:
            try:
                if move == "undo":
                    clerk.undo()
                elif move == "redo":
                    clerk.redo()
                elif move == "split":
                    clerk.do("split", key=key_at(clerk.state, "1-1-1"), at=1)
                elif move == "merge":
                    clerk.do("merge", key=key_at(clerk.state, "1-1-1"))
                else:
                    clerk.do("set_points", key=key_at(clerk.state, "1-1-1"), points=move)
            except (NothingToUndo, OperationRefused):
                continue
        here, steps = clerk.state, clerk.draft.steps.count()
        if draft_page(clerk.draft).can_undo:
            before = clerk.undo()
            assert before != here
            assert clerk.redo() == here
        if draft_page(clerk.draft).can_redo:
            onward = clerk.redo()
            assert clerk.undo() == here
            assert onward != here
        assert clerk.draft.steps.count() == steps
