"""The two addresses the sheet's script talks to: answers it can act on, whatever it sends."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.assessments.models import Mark, Sheet
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import SIGNED, World, as_user, mark, text, undone
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.tests.factories import make_role, make_user

EARLY = "2026-01-01T00:00:00Z"


def results(answer) -> list[dict]:
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def statuses(answer) -> list[str]:
    return [one["status"] for one in results(answer)]


def post_raw(small: World, body: bytes, content_type: str = "application/json"):
    return as_user(small.cast.party_office).post(small.url("save"), body, content_type=content_type)


# ---- what is answered ----------------------------------------------------------------------------------------------


def test_each_edit_gets_its_own_answer_in_the_order_sent(small: World) -> None:
    small.save(small.cast.secretary, mark("1-1-2", "1"))
    answer = small.post_edits(
        small.cast.party_office,
        mark("1-1-1", "2"),
        mark("1-1-2", "0.5"),
        mark("2-0-1", "9"),
        text("2-0-1", "话"),
    )
    assert statuses(answer) == ["saved", "clash", "refused", "saved"]
    assert small.given("1-1-1", "self").points == 2


def test_saved_tells_the_version_to_send_next_time(small: World) -> None:
    saved = results(small.post_edits(small.cast.party_office, mark("1-1-1", "2")))[0]
    assert saved["version"] == 1
    assert datetime.fromisoformat(saved["at"]).tzinfo is not None


def test_a_clash_tells_both_sides_what_to_choose_from(small: World) -> None:
    small.save(small.cast.secretary, mark("1-1-1", "1.5", remark="缺一次"))
    clash = results(small.post_edits(small.cast.party_office, mark("1-1-1", "2")))[0]
    assert clash["theirs"] == {"points": "1.5", "remark": "缺一次"}
    assert (clash["by"], clash["version"]) == ("书记甲", 1)


def test_a_refusal_says_what_is_allowed(small: World) -> None:
    refused = results(small.post_edits(small.cast.party_office, mark("1-1-1", "7")))[0]
    assert "可选：0、0.5、1、1.5、2" in refused["error"]


def test_windows_line_ends_become_one_kind(small: World) -> None:
    small.post_edits(small.cast.party_office, text("1-1-1", "一\r\n二"))
    assert small.answer("1-1-1").text == "一\n二"


def test_points_may_be_typed_with_full_width_digits(small: World) -> None:
    assert statuses(small.post_edits(small.cast.party_office, mark("1-1-1", "１.５"))) == ["saved"]
    assert small.given("1-1-1", "self").points == Decimal("1.5")


# ---- refusals as JSON ----------------------------------------------------------------------------------------------


def error_of(answer, status: int) -> str:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"
    return answer.json()["error"]


def test_401_where_the_sign_in_has_lapsed_and_what_was_typed_is_safe(small: World) -> None:
    answer = Client().post(small.url("save"), {"edits": []}, content_type="application/json")
    assert "暂存在本机" in error_of(answer, 401)
    assert "重新登录" in error_of(Client().get(small.url("changes"), {"since": EARLY}), 401)


def test_403_where_the_sheet_may_not_be_read_or_written(small: World) -> None:
    finance = make_user("finance", "财务甲")
    make_role(finance, small.cast.hospital_a, RoleName.FINANCE)
    assert "正在填报" in error_of(small.post_edits(small.cast.supervisor, mark("1-1-1", "2")), 403)
    assert "不能填写" in error_of(small.post_edits(finance, mark("1-1-1", "2")), 403)
    answer = as_user(small.cast.supervisor).get(small.url("changes"), {"since": EARLY})
    assert "正在填报" in error_of(answer, 403)


def test_404_for_whoever_does_not_reach_the_sheet(small: World) -> None:
    assert "没有这张考评表" in error_of(small.post_edits(small.cast.outsider, mark("1-1-1", "2")), 404)
    answer = as_user(small.cast.outsider).get(small.url("changes"), {"since": EARLY})
    assert "没有这张考评表" in error_of(answer, 404)


def test_409_where_the_sheet_was_locked_meanwhile(small: World) -> None:
    Sheet.objects.filter(pk=small.sheet.pk).update(state=State.SUBMITTED)
    answer = small.post_edits(small.cast.party_office, mark("1-1-1", "2"))
    assert "已提交" in error_of(answer, 409)
    assert "没有保存" in error_of(answer, 409)


# ---- bad input: never a 500, and nothing stored ----------------------------------------------------------------------

BAD_BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "no edits": b"{}",
    "edits is null": b'{"edits": null}',
    "edits is an object": b'{"edits": {"code": "1-1-1"}}',
    "edits is empty": b'{"edits": []}',
    "not a number": b"NaN",
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"edits":' * 100_000,
    "deep and closed": b'{"edits": [' + b"[" * 5000 + b"]" * 5000 + b"]}",
    "a huge number": b'{"edits": ' + b"9" * 10_000 + b"}",
    "broken UTF-8": b'{"edits": "\xff\xfe\xfd"}',
    "a byte order mark": b'\xef\xbb\xbf{"edits": []}',
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_is_no_list_of_edits_is_refused_in_words(small: World, body: bytes) -> None:
    answer = post_raw(small, body)
    if answer.status_code == 200:
        assert statuses(answer) == ["refused"]
    else:
        assert error_of(answer, 400)
    assert not Mark.objects.exists()


def test_too_many_edits_are_refused_and_none_is_saved(small: World) -> None:
    answer = small.post_edits(small.cast.party_office, *[mark("1-1-1", "2")] * 51)
    assert "最多保存 50 处" in error_of(answer, 400)
    assert not Mark.objects.exists()


def test_a_body_larger_than_the_limit_is_refused(small: World) -> None:
    assert "太大" in error_of(post_raw(small, b'{"edits": ["' + b"x" * 3_000_000 + b'"]}'), 400)


BAD_EDITS = {
    "null": None,
    "a number": 7,
    "a list": [],
    "nothing in it": {},
    "no code": {"stage": "self", "points": "2", "version": 0},
    "code is a number": mark(7, "2"),  # type: ignore[arg-type]
    "code is a list": mark(["1-1-1"], "2"),  # type: ignore[arg-type]
    "code with NUL": mark("1-1-1\x00", "2"),
    "code of half a character": mark("\ud800", "2"),
    "a very long code": mark("1" * 10_000, "2"),
    "no version": {"code": "1-1-1", "stage": "self", "points": "2"},
    "version is text": mark("1-1-1", "2", version="0"),  # type: ignore[arg-type]
    "version is true": mark("1-1-1", "2", version=True),
    "version is a fraction": mark("1-1-1", "2", version=0.5),  # type: ignore[arg-type]
    "version below zero": mark("1-1-1", "2", version=-1),
    "no stage": {"code": "1-1-1", "points": "2", "version": 0},
    "stage unknown": mark("1-1-1", "2", stage="final"),
    "stage is a list": mark("1-1-1", "2", stage=["self"]),  # type: ignore[arg-type]
    "stage is an object": mark("1-1-1", "2", stage={"a": 1}),  # type: ignore[arg-type]
    "points is a number": mark("1-1-1", 2),  # type: ignore[arg-type]
    "points is true": mark("1-1-1", True),  # type: ignore[arg-type]
    "points is a list": mark("1-1-1", []),  # type: ignore[arg-type]
    "points is a word": mark("1-1-1", "满分"),
    "points is NaN": mark("1-1-1", "NaN"),
    "points is sNaN": mark("1-1-1", "sNaN"),
    "points is infinite": mark("1-1-1", "-Infinity"),
    "points with a huge exponent": mark("1-1-1", "1e999999"),
    "points with an exponent": mark("1-1-1", "2e0"),
    "points with an underscore": mark("1-1-1", "0_2"),
    "points with a sign": mark("1-1-1", "-0"),
    "points of half a character": mark("1-1-1", "\udc00"),
    "points too long": mark("1-1-1", "2." + "0" * 10_000),
    "remark is null": mark("1-1-1", "2", remark=None),  # type: ignore[arg-type]
    "remark is a list": mark("1-1-1", "2", remark=["x"]),  # type: ignore[arg-type]
    "text is null": text("1-1-1", None),  # type: ignore[arg-type]
    "text is an object": text("1-1-1", {"a": 1}),  # type: ignore[arg-type]
    "text too long": text("1-1-1", "长" * 4001),
}


@pytest.mark.parametrize("edit", BAD_EDITS.values(), ids=BAD_EDITS)
def test_a_bad_edit_is_refused_in_words_and_its_neighbour_is_saved(small: World, edit: object) -> None:
    answer = small.post_edits(small.cast.party_office, edit, mark("1-1-2", "1"))
    assert statuses(answer) == ["refused", "saved"]
    assert len(results(answer)[0]["error"]) < 300
    assert Mark.objects.count() == 1


def test_a_code_that_the_table_has_not_is_404(small: World) -> None:
    assert error_of(small.post_edits(small.cast.party_office, mark("9-9-9", "2")), 404)


def test_a_huge_version_is_a_clash_like_any_other(small: World) -> None:
    assert statuses(small.post_edits(small.cast.party_office, mark("1-1-1", "2", version=10**3000))) == [
        "clash"
    ]


@pytest.mark.parametrize("words", ["话\x00语", "话\ud83d语", "\udfff话语"])
def test_what_no_database_stores_is_dropped_from_texts_and_remarks(small: World, words: str) -> None:
    edits = [text("1-1-1", words), mark("1-1-1", "2", remark=words)]
    assert statuses(small.post_edits(small.cast.party_office, *edits)) == ["saved", "saved"]
    assert small.answer("1-1-1").text == small.given("1-1-1", "self").remark == "话语"


def test_a_character_outside_the_basic_plane_is_kept_whole(small: World) -> None:
    small.post_edits(small.cast.party_office, text("1-1-1", "𠮷村卫生院"))
    assert small.answer("1-1-1").text == "𠮷村卫生院"


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=8)
    | st.sampled_from(["self", "acceptance", "1-1-1", "0.5", "2"]),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.sampled_from(["code", "stage", "points", "remark", "version", "text"]), children)
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(JSON_VALUES, min_size=1, max_size=3))
def test_no_edit_whatever_breaks_the_program(small: World, edits: list) -> None:
    with undone():
        answer = small.post_edits(small.cast.party_office, *edits)
        assert answer.status_code in {200, 400, 403, 404, 409}
        assert answer.json()


# ---- what others saved ---------------------------------------------------------------------------------------------


def news(small: World, user, since: str, sheet: Sheet | None = None) -> dict:
    answer = as_user(user).get(small.url("changes", sheet), {"since": since})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_what_was_saved_since_is_told_with_who_and_version(small: World) -> None:
    small.save(small.cast.party_office, mark("1-1-1", "1.5", remark="缺一次"), at=SIGNED)
    small.save(small.cast.party_office, text("1-1-1", "已落实"), at=SIGNED)
    told = news(small, small.cast.secretary, SIGNED.isoformat())
    assert [(one["code"], one["points"], one["remark"], one["by"]) for one in told["marks"]] == [
        ("1-1-1", "1.5", "缺一次", "党办甲")
    ]
    assert [(one["code"], one["text"], one["version"]) for one in told["texts"]] == [("1-1-1", "已落实", 1)]
    assert told["state_version"] == 0


def test_what_was_saved_before_is_not_told_again(small: World) -> None:
    small.save(small.cast.party_office, mark("1-1-1", "1.5"), at=SIGNED)
    told = news(small, small.cast.secretary, "2026-10-20T02:00:20Z")
    assert (told["marks"], told["texts"]) == ([], [])


def test_a_mark_taken_back_is_news_too(small: World) -> None:
    small.save(small.cast.party_office, mark("1-1-1", "1.5"))
    small.save(small.cast.party_office, mark("1-1-1", None, version=1))
    assert news(small, small.cast.secretary, EARLY)["marks"][0]["points"] is None


def test_a_running_review_is_no_news_for_the_organization(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    small.save(small.cast.supervisor, mark("1-1-1", "1", stage="acceptance", remark="少一次"))
    stages = {one["stage"] for one in news(small, small.cast.party_office, EARLY)["marks"]}
    assert stages == {"self"}
    own = {one["stage"] for one in news(small, small.cast.supervisor, EARLY)["marks"]}
    assert own == {"self", "acceptance"}


def test_a_moved_sheet_says_so(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    told = news(small, small.cast.party_office, EARLY)
    assert (told["state"], told["state_version"]) == ("验收中", 2)


BAD_MOMENTS = [
    "",
    "yesterday",
    "2026-10-20",
    "2026-10-20T02:00:00",
    "2026-13-45T00:00:00Z",
    "2026-10-20T99:00:00Z",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-10-20T02:00:00+99:00",
    "\x00",
]


@pytest.mark.parametrize("since", BAD_MOMENTS)
def test_a_moment_that_is_none_is_refused_in_words(small: World, since: str) -> None:
    answer = as_user(small.cast.party_office).get(small.url("changes"), {"since": since})
    assert "刷新页面" in error_of(answer, 400)


def test_a_plus_that_became_a_blank_on_the_way_is_understood(small: World) -> None:
    small.save(small.cast.party_office, mark("1-1-1", "2"), at=datetime(2026, 10, 20, 2, tzinfo=UTC))
    client = as_user(small.cast.party_office)
    answer = client.get(small.url("changes") + "?since=2026-10-20T10:00:00+08:00")
    assert len(answer.json()["marks"]) == 1


def test_the_body_of_an_answer_is_json_without_surprises(small: World) -> None:
    answer = small.post_edits(small.cast.party_office, mark("1-1-1", "\ud800"))
    assert json.loads(answer.content)["results"][0]["status"] == "refused"
