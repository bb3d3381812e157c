"""Writing a check on its pages: the form, the text, what is offered, and what is refused."""

import pytest
from django.test import Client

from qiangji.assessments.tests.checks.world import (
    ENTRY,
    address,
    body,
    form,
    kept,
    line,
    post,
    whole_form,
)
from qiangji.assessments.tests.worlds import World, as_user
from qiangji.standards.check_text import text_of_entry
from qiangji.standards.checks import CheckEntry
from qiangji.standards.models import Edition, SiteCheck


def test_the_form_and_the_text_store_the_same_entry(client: Client, world: World) -> None:
    by_form = kept(client, world)
    text = text_of_entry(ENTRY)
    answer = post(client, world, {"mode": "text", "do": "keep", "seen": "1", "origin": "own", "text": text})
    assert answer.status_code == 302
    by_text = SiteCheck.objects.get(number=2)
    assert CheckEntry.model_validate(by_form.entry) == CheckEntry.model_validate(by_text.entry) == ENTRY


def test_what_was_stored_is_shown_in_the_form_again(client: Client, world: World) -> None:
    kept(client, world)
    text = body(client.get(address(world, "check_edit")))
    for words in (
        'value="全年学习次数"',
        'value="party_class" selected',
        "每季度党课不少于 1 次",
        'name="seen" value="1"',
    ):
        assert words in text


def test_from_the_form_to_the_text_and_back_nothing_is_lost(client: Client, world: World) -> None:
    text = body(post(client, world, whole_form(do="as_text")))
    assert "of: party_class" in text
    back = {"mode": "text", "do": "as_form", "seen": "0", "origin": "blank", "text": text_of_entry(ENTRY)}
    assert 'value="全年学习次数"' in body(post(client, world, back))
    assert not SiteCheck.objects.exists()


def test_what_the_form_cannot_say_stays_text(client: Client, world: World) -> None:
    text = "words: 谈心\ncheck:\n  pairs: {of: leaders, by: heart_talk}\n"
    sent = {"mode": "text", "seen": "0", "origin": "blank", "text": text}
    assert "只能用 YAML 改" in body(post(client, world, sent | {"do": "as_form"}))
    assert post(client, world, sent | {"do": "keep"}).status_code == 302
    assert "of: leaders" in body(client.get(address(world, "check_edit")))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"l0-amount": ""}, "请填写。"),
        ({"l0-amount": "两次"}, "“两次”不是可用的数字"),
        ({"l0-event": ""}, "请从列表里选。"),
        ({"l0-event": "unheard"}, "请从列表里选。"),
        ({"l1-title": ""}, "各地可以不同的数字要写明这一项。"),
        ({"words": ""}, "请用一句话说明怎样算做到。"),
        ({"award": "per_missing"}, "这种给分办法要写明这一项。"),
        ({"decided": "person"}, "请写明由人看什么。"),
        ({"l0-window": "july", "l0-per": "quarter"}, "请改小 per 或换时间范围"),
        ({"l0-amount": "$unheard"}, "这一条没有参数“unheard”"),
    ],
)
def test_a_fault_stands_beside_its_field_and_what_was_typed_stays(
    client: Client, world: World, changes: dict[str, str], words: str
) -> None:
    text = body(post(client, world, whole_form() | changes))
    assert words in text
    assert 'value="全年学习次数"' in text or changes.get("l1-title") == ""
    assert not SiteCheck.objects.exists()


def test_a_fault_in_the_text_names_its_line_and_leaves_the_text(client: Client, world: World) -> None:
    text = "words: 党课\ncheck:\n  count: {of: party_clas, at_least: 1}\n"
    answer = body(post(client, world, {"mode": "text", "do": "keep", "seen": "0", "text": text}))
    assert "判定:3：没有名为“party_clas”的事项" in answer
    assert "of: party_clas, at_least: 1}" in answer


@pytest.mark.parametrize("data", [{}, {"lines": "x", "seen": "y"}, {"lines": "99"}, {"mode": "text"}])
def test_nonsense_is_answered_with_the_page(client: Client, world: World, data: dict[str, str]) -> None:
    assert post(client, world, data).status_code == 200
    assert not SiteCheck.objects.exists()


def test_lines_are_added_and_taken_away_with_what_was_typed(client: Client, world: World) -> None:
    more = body(post(client, world, whole_form(do="add")))
    assert 'name="lines" value="3"' in more
    assert 'value="全年学习次数"' in more
    less = body(post(client, world, whole_form(do="drop-0")))
    assert 'name="lines" value="1"' in less
    assert 'name="l0-title" value="全年学习次数"' in less
    assert "请填写" not in more + less


def test_another_shape_keeps_what_the_first_was_told(client: Client, world: World) -> None:
    text = body(post(client, world, whole_form(do="refresh") | {"l1-shape": "absent"}))
    assert '<input type="hidden" name="l1-title" value="全年学习次数"' in text


def test_the_figures_of_a_kind_can_be_narrowed_down(client: Client, world: World) -> None:
    sent = form(line(0, shape="attest", event="policy_document", filters=["document_kind=charter"]))
    assert post(client, world, sent).status_code == 302
    assert SiteCheck.objects.get().entry["check"] == {
        "attest": {"of": "policy_document", "where": {"document_kind": "charter"}}
    }


def test_hours_of_every_member_are_a_share(client: Client, world: World) -> None:
    fields = {"population": "members", "inner": "hours", "event": "*", "amount": "32", "usually": "on"}
    assert post(client, world, form(line(0, shape="people", pro_rata="on", **fields))).status_code == 302
    share = SiteCheck.objects.get().entry["check"]["share"]
    assert (share["of"], share["pro_rata"], share["usually"]) == ("members", True, True)
    assert (share["meets"]["sum"]["quantity"], share["meets"]["sum"]["at_least"]) == ("hours", "32")


def test_a_usual_figure_names_where_a_reason_is_recorded(client: Client, world: World) -> None:
    """The item of 基本情况 is asked for once the figure is usual, and stands in the stored check."""
    fields = {"population": "members", "inner": "hours", "event": "*", "amount": "32", "usually": "on"}
    asked = line(0, shape="people", reason="member_hours", **fields)
    redrawn = body(post(client, world, form(asked, do="refresh")))
    assert "学时不足已说明理由的党员数" in redrawn
    assert post(client, world, form(asked)).status_code == 302
    assert SiteCheck.objects.get().entry["check"]["key"] == "member_hours"
    firm = line(0, shape="people", reason="member_hours", **{**fields, "usually": ""})
    assert "学时不足已说明理由的党员数" not in body(post(client, world, form(firm, do="refresh")))


def test_a_recorded_state_is_compared_or_equals(client: Client, world: World) -> None:
    lines = [
        line(0, shape="value", state="party_office_staff", amount="3"),
        line(1, shape="value", state="hospital_level", equals="level_3"),
    ]
    assert post(client, world, form(*lines)).status_code == 302
    assert SiteCheck.objects.get().entry["check"]["all"] == [
        {"value": {"of": "party_office_staff", "at_least": "3"}},
        {"value": {"of": "hospital_level", "equals": "level_3"}},
    ]


@pytest.mark.usefixtures("read_in")
def test_what_the_words_ask_is_offered_and_begins_the_form(client: Client, world: World) -> None:
    shown = body(client.get(address(world, "check")))
    assert "每季度至少 1 次" in shown
    assert "用这些写判定" in shown
    begun = body(client.get(address(world, "check_edit"), {"from": "found"}))
    for words in (
        'value="party_class" selected',
        'value="members" selected',
        'value="hours" selected',
        'value="32"',
    ):
        assert words in begun
    assert 'name="origin" value="found"' in begun


@pytest.mark.usefixtures("read_in")
def test_what_is_offered_is_there_to_read_for_who_may_not_write(world: World) -> None:
    shown = body(as_user(world.cast.party_office).get(address(world, "check")))
    assert "每季度至少 1 次" in shown
    assert "用这些写判定" not in shown
    assert "怎样按事实判定由最上级组织的" in shown


def test_who_saved_after_somebody_else_is_told_and_keeps_what_was_typed(client: Client, world: World) -> None:
    kept(client, world)
    text = body(post(client, world, whole_form(words="我写的话。")))
    assert "刚才已由他人改动" in text
    assert "我写的话。" in text
    assert 'name="seen" value="1"' in text
    assert post(client, world, whole_form(words="我写的话。", seen="1")).status_code == 302


def test_a_draft_edition_says_why_nothing_is_written(client: Client, world: World) -> None:
    Edition.objects.filter(pk=world.sheet.edition_id).update(status="draft", published_at=None)
    assert "发布以后才能写判定" in body(client.get(address(world, "check")))
    assert "请先发布" in body(post(client, world, whole_form()))


# ---- trying ---------------------------------------------------------------------------------------------------------
