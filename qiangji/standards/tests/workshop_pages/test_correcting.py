"""Every correction by script and by form, what is refused and how, undo, and how many queries it takes."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.orgs.tests.factories import Cast
from qiangji.standards.models import Draft
from qiangji.standards.tests.drafts import AT, flawed_state, large_state, make_draft
from qiangji.standards.tests.workshop_pages.pages import SCRIPT, act, address, now, text_of
from qiangji.standards.views.editors import split_places
from qiangji.standards.workshop.services import apply
from qiangji.standards.workshop.state import Details, State

pytestmark = pytest.mark.django_db


# ---- corrections ---------------------------------------------------------------------------------------------------

OPERATIONS: list[tuple[str, dict[str, Any], Callable[[State], object], object]] = [
    ("set_points", {"key": "c4", "points": "４"}, lambda s: s.criteria()[3].points, Decimal(4)),
    ("set_text", {"key": "c1", "text": "班子分工"}, lambda s: s.criteria()[0].text, "班子分工"),
    ("set_title", {"key": "c1", "title": "分工"}, lambda s: s.criteria()[0].title, "分工"),
    (
        "set_scoring",
        {"key": "c4", "scoring": {"kind": "checklist"}},
        lambda s: s.criteria()[3].scoring.kind,
        "checklist",
    ),
    ("split", {"key": "c2", "at": 18}, lambda s: len(s.criteria()), 5),
    ("merge", {"key": "c1"}, lambda s: len(s.criteria()), 3),
    ("move", {"key": "c1", "after": "c2"}, lambda s: [c.key for c in s.criteria()][:2], ["c2", "c1"]),
    ("move", {"key": "c1", "group": "g3"}, lambda s: [c.key for c in s.criteria()][-1], "c1"),
    ("delete", {"key": "c3"}, lambda s: len(s.criteria()), 3),
    ("add_criterion", {"group": "g3", "text": "新增一条"}, lambda s: s.criteria()[-1].text, "新增一条"),
    ("rename_section", {"key": "s1", "title": "组织"}, lambda s: s.sections[0].title, "组织"),
    ("set_section_points", {"key": "s1", "points": "7"}, lambda s: s.sections[0].points, Decimal(7)),
    ("set_bonus", {"key": "s2", "bonus": "true"}, lambda s: s.sections[1].bonus, True),
    ("add_section", {"title": "加分"}, lambda s: len(s.sections), 3),
    ("move_section", {"key": "s2", "before": "s1"}, lambda s: s.sections[0].key, "s2"),
    ("rename_group", {"key": "g1", "title": "班子"}, lambda s: s.sections[0].groups[0].title, "班子"),
    ("set_group_points", {"key": "g1", "points": "5"}, lambda s: s.sections[0].groups[0].points, Decimal(5)),
    ("add_group", {"section": "s2", "title": "媒体"}, lambda s: len(s.sections[1].groups), 2),
    ("move_group", {"key": "g2", "section": "s2"}, lambda s: len(s.sections[1].groups), 2),
    ("set_details", {"issuer": "甲市卫健委"}, lambda s: s.details.issuer, "甲市卫健委"),
    ("add_veto", {"text": "弄虚作假"}, lambda s: len(s.vetoes), 2),
    ("set_veto", {"key": "v1", "kind": "year_end"}, lambda s: s.vetoes[0].kind, "year_end"),
    ("delete_veto", {"key": "v1"}, lambda s: len(s.vetoes), 0),
    ("settle_doubt", {"key": "d1"}, lambda s: s.doubts[0].settled, True),
]


@pytest.mark.any_case
@pytest.mark.parametrize(
    ("operation", "arguments", "read", "expected"), OPERATIONS, ids=[row[0] for row in OPERATIONS]
)
def test_every_correction_by_http_and_back(
    clerk: Client,
    draft: Draft,
    operation: str,
    arguments: dict[str, Any],
    read: Callable[[State], object],
    expected: object,
) -> None:
    before = now(draft)
    answer = act(clerk, draft, operation, **arguments)
    assert answer.status_code == 200
    assert 'id="w-bar" data-seen="1"' in text_of(answer)
    assert read(now(draft)) == expected
    undone = clerk.post(address(draft, "draft_undo"), {"seen": 1}, **SCRIPT)
    assert undone.status_code == 200
    assert now(draft) == before
    clerk.post(address(draft, "draft_redo"), {"seen": 0}, **SCRIPT)
    assert read(now(draft)) == expected


def test_only_what_changed_comes_back(clerk: Client, people: Cast) -> None:
    draft = make_draft(people.hospital_a, people.party_office, state=large_state())
    answer = text_of(act(clerk, draft, "set_points", key="c305", points="2"))
    assert answer.count('hx-swap-oob="true"') == 6
    assert 'id="c305"' in answer
    assert 'id="c306"' not in answer
    assert "各条合计 <b>11</b> 分，多 1 分" in answer
    assert 'id="w-findings"' in answer


def test_moved_rows_come_back_with_their_groups(clerk: Client, draft: Draft) -> None:
    answer = text_of(act(clerk, draft, "move", key="c1", group="g2"))
    assert 'id="g1" hx-swap-oob' in answer
    assert 'id="g2" hx-swap-oob' in answer
    assert 'id="w-body"' not in answer


def test_refusal_says_why_and_changes_nothing(clerk: Client, draft: Draft) -> None:
    answer = act(clerk, draft, "set_points", key="c4", points="三分")
    assert answer.status_code == 422
    assert "分值" in text_of(answer)
    assert act(clerk, draft, "no_such_thing", key="c4").status_code == 422
    assert clerk.post(address(draft, "draft_undo"), {"seen": 0}, **SCRIPT).status_code == 422
    assert now(draft) == flawed_state()


@pytest.mark.parametrize(
    "data", [{"seen": "x"}, {}, {"seen": 0, "arguments": "[1]"}, {"seen": 0, "arguments": "{"}]
)
def test_broken_request_is_refused(clerk: Client, draft: Draft, data: dict[str, Any]) -> None:
    answer = clerk.post(address(draft, "draft_operate", "delete"), data | {"key": "c1"}, **SCRIPT)
    assert answer.status_code == 422
    assert now(draft) == flawed_state()


def test_somebody_else_went_on(clerk: Client, draft: Draft, people: Cast) -> None:
    apply(
        draft=draft,
        operation="set_title",
        arguments={"key": "c1", "title": "分工"},
        seen=0,
        by=people.secretary,
        at=AT,
    )
    answer = clerk.post(
        address(draft, "draft_operate", "set_points"), {"seen": 0, "key": "c4", "points": "4"}, **SCRIPT
    )
    assert answer.status_code == 409
    assert "%E4%B9%A6%E8%AE%B0%E7%94%B2" in answer["X-Reason"]
    assert "分工" in text_of(answer)
    assert 'id="w-body" hx-swap-oob' in text_of(answer)
    assert now(draft).criteria()[3].points is None


# ---- forms ---------------------------------------------------------------------------------------------------------


def whole_criterion(**changes: str) -> dict[str, str]:
    return {"text": "班子成员分工明确。", "title": "", "points": "2", "kind": "full", "seen": "0"} | changes


SCORINGS: list[tuple[dict[str, str], dict[str, Any], str]] = [
    ({"full_whole": "on"}, {"kind": "full", "partial": False}, "2"),
    (
        {"kind": "deduct", "deduct_per": "0.5", "deduct_unit": "次", "deduct_floor": "1"},
        {"kind": "deduct", "per": "0.5", "unit": "次", "floor": "1"},
        "2",
    ),
    (
        {"kind": "bonus", "bonus_per": "1", "bonus_cap": "3", "bonus_unit": "项"},
        {"kind": "bonus", "per": "1", "cap": "3", "unit": "项"},
        "3",
    ),
    (
        {"kind": "graded", "grades": "好：２分\n\n一般 1 分\n差0"},
        {
            "kind": "graded",
            "options": [
                {"label": "好", "points": "2"},
                {"label": "一般", "points": "1"},
                {"label": "差", "points": "0"},
            ],
        },
        "2",
    ),
    ({"kind": "base", "base_base": "1", "base_plus": "1", "base_cap": "2"}, {"kind": "base"}, "2"),
]


@pytest.mark.parametrize(("typed", "scoring", "points"), SCORINGS, ids=[row[1]["kind"] for row in SCORINGS])
def test_editor_saves_each_kind_of_scoring_in_one_step(
    clerk: Client, draft: Draft, typed: dict[str, str], scoring: dict[str, Any], points: str
) -> None:
    data = whole_criterion(**typed, evidence="分工文件", note="以文件为准")
    answer = clerk.post(address(draft, "draft_item", "c1"), data, **SCRIPT)
    assert answer.status_code == 200
    criterion = now(draft).criteria()[0]
    assert (criterion.evidence, criterion.note) == ("分工文件", "以文件为准")
    stored = criterion.scoring.model_dump(mode="json")
    assert scoring.items() <= stored.items()
    assert criterion.points == Decimal(points)
    assert draft.current == 1
    again = text_of(clerk.get(address(draft, "draft_item", "c1"), **SCRIPT))
    assert f'<option value="{criterion.scoring.kind}" selected>' in again


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": ""}, "这个字段是必填项"),
        ({"points": "两分"}, "不是可用的数字"),
        ({"kind": "deduct", "deduct_unit": "次"}, "请填写这一项"),
        ({"kind": "graded", "grades": "好 2"}, "至少要有两档"),
        ({"kind": "graded", "grades": "好 2\n差"}, "“差”里没有读到分值"),
    ],
)
def test_editor_names_what_is_wrong_beside_the_field_and_keeps_what_was_typed(
    clerk: Client, draft: Draft, typed: dict[str, str], words: str
) -> None:
    answer = clerk.post(
        address(draft, "draft_item", "c1"), whole_criterion(title="我写的简称", **typed), **SCRIPT
    )
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "我写的简称" in text_of(answer)
    assert now(draft) == flawed_state()


@pytest.mark.parametrize(
    ("key", "data", "read", "expected"),
    [
        ("s1", {"title": "组织", "points": "7"}, lambda s: s.sections[0].points, Decimal(7)),
        ("g1", {"title": "班子", "points": ""}, lambda s: s.sections[0].groups[0].title, "班子"),
        ("v1", {"text": "弄虚作假", "kind": "ethics"}, lambda s: s.vetoes[0].kind, "ethics"),
        ("add-g3", {"text": "新的一条", "points": "1"}, lambda s: s.criteria()[-1].points, Decimal(1)),
        ("add-s2", {"title": "媒体"}, lambda s: s.sections[1].groups[1].title, "媒体"),
        ("add-section", {"title": "加分", "bonus": "on"}, lambda s: s.sections[2].bonus, True),
        ("add-veto", {"text": "虚报", "kind": "sheet"}, lambda s: s.vetoes[1].text, "虚报"),
    ],
)
def test_every_form_shows_and_saves(
    clerk: Client,
    draft: Draft,
    key: str,
    data: dict[str, str],
    read: Callable[[State], object],
    expected: object,
) -> None:
    assert "data-editor" in text_of(clerk.get(address(draft, "draft_item", key), **SCRIPT))
    answer = clerk.post(address(draft, "draft_item", key), data | {"seen": "0"}, **SCRIPT)
    assert answer.status_code == 200
    assert read(now(draft)) == expected


def test_details_are_filled_in(clerk: Client, people: Cast) -> None:
    draft = make_draft(people.hospital_a, people.party_office, state=flawed_state(Details(title="考评表")))
    data = {
        "title": "考评表",
        "code": "city-hospital",
        "label": "2026",
        "year": "2026",
        "applies_to": "hospital",
        "total_points": "10分",
        "document": "办法",
        "issued_date": "2026-03-01",
        "force": "normative",
        "adopted_by": "甲市卫健委",
        "seen": "0",
    }
    assert clerk.post(address(draft, "draft_item", "details"), data, **SCRIPT).status_code == 200
    details = now(draft).details
    assert (details.code, details.year, details.total_points) == ("city-hospital", 2026, Decimal(10))
    assert str(details.issued_date) == "2026-03-01"
    refused = clerk.post(
        address(draft, "draft_item", "details"), data | {"code": "大写 A", "seen": "1"}, **SCRIPT
    )
    assert refused.status_code == 422
    assert "小写字母" in text_of(refused)


def test_unknown_item_is_404(clerk: Client, draft: Draft) -> None:
    assert clerk.get(address(draft, "draft_item", "c99"), **SCRIPT).status_code == 404
    assert clerk.get(address(draft, "draft_item", "add-c1"), **SCRIPT).status_code == 404


def test_everything_works_without_script(clerk: Client, draft: Draft) -> None:
    page = text_of(clerk.get(address(draft, "draft_item", "c2")))
    assert "<h1>修改：1-1-2</h1>" in page
    assert "从“3.按期换届。”起另成一条" in page
    split = clerk.post(address(draft, "draft_operate", "split"), {"key": "c2", "at": "18", "seen": "0"})
    assert split["Location"] == f"{address(draft)}#c2"
    wrong = clerk.post(address(draft, "draft_item", "c1"), whole_criterion(points="x", seen="1"))
    assert wrong.status_code == 200
    assert "不是可用的数字" in text_of(wrong)
    stale = clerk.post(address(draft, "draft_item", "c1"), whole_criterion(points="1", seen="0"))
    assert stale.status_code == 200
    assert 'value="1"' in text_of(stale)
    assert "最新" in text_of(stale)
    assert len(now(draft).criteria()) == 5


def test_places_to_split() -> None:
    assert split_places("一句话") == []
    assert [place for place, _ in split_places("开会。2.学习（3）总结")] == [3, 7]


# ---- how much it takes -----------------------------------------------------------------------------------------------


def test_queries_do_not_grow_with_the_table(
    clerk: Client, people: Cast, draft: Draft, django_assert_max_num_queries: Any
) -> None:
    large = make_draft(people.hospital_a, people.party_office, state=large_state())
    for one in (draft, large):
        with django_assert_max_num_queries(9):
            clerk.get(address(one))
    with django_assert_max_num_queries(30):
        act(clerk, large, "set_points", key="c101", points="2")
    with django_assert_max_num_queries(9):
        clerk.get(reverse("standards:drafts"))
