"""Saving as one types: values that the scoring has, versions, resends, clashes, spells of writing, the audit trail."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, NotAllowed, OutOfReach, Refused
from qiangji.assessments.models import Answer, Mark, MarkChange, Sheet, TextChange
from qiangji.assessments.services.saving import PAUSE, Clash, Saved
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import SIGNED, World, as_user, counted, mark, text, undone
from qiangji.audit.models import Event
from qiangji.lib.digests import digest
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.tests.factories import make_role, make_user
from qiangji.standards.models import Criterion
from tests.examples import examples

SECOND = timedelta(seconds=1)


def deputy(small: World) -> User:
    """A second person of the Party office."""
    user = make_user("deputy", "党办丙")
    make_role(user, small.cast.hospital_a, RoleName.PARTY_OFFICE)
    return user


# ---- values --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("points", ["0", "0.5", "1", "1.5", "2", "2.00"])
def test_a_value_of_the_scoring_is_stored(small: World, points: str) -> None:
    small.save(small.cast.party_office, mark("1-1-1", points))
    assert small.given("1-1-1", "self").points == Decimal(points)


@pytest.mark.parametrize("points", ["0.3", "2.5", "1.499", "99999"])
def test_any_other_value_is_refused_with_what_is_allowed(small: World, points: str) -> None:
    with pytest.raises(Refused, match="可选：0、0.5、1、1.5、2"):
        small.save(small.cast.party_office, mark("1-1-1", points))
    assert not Mark.objects.exists()
    assert not MarkChange.objects.exists()


def test_a_checklist_takes_no_points(small: World) -> None:
    Criterion.objects.filter(code="1-1-1").update(
        points=None, scoring_kind="checklist", scoring={"kind": "checklist"}
    )
    with pytest.raises(Refused, match="不计分"):
        small.save(small.cast.party_office, mark("1-1-1", "1"))


def test_a_deduction_goes_down_in_its_own_steps(small: World) -> None:
    rule = {"kind": "deduct", "per": "0.4", "unit": "次", "floor": "0"}
    Criterion.objects.filter(code="1-1-1").update(scoring_kind="deduct", scoring=rule)
    assert isinstance(small.save(small.cast.party_office, mark("1-1-1", "1.6")), Saved)
    with pytest.raises(Refused):
        small.save(small.cast.party_office, mark("1-1-1", "1.5", version=1))


def test_a_mark_can_be_taken_back_and_given_again(small: World) -> None:
    for version, points in enumerate(["2", None, "0"]):
        small.save(small.cast.party_office, mark("1-1-1", points, version=version))
    stored = small.given("1-1-1", "self")
    assert (stored.points, stored.version) == (0, 3)
    changes = MarkChange.objects.order_by("version").values_list("from_points", "to_points")
    assert list(changes) == [(None, 2), (2, None), (None, 0)]


def test_a_remark_over_its_limit_is_refused_with_both_figures(small: World) -> None:
    with pytest.raises(Refused, match="最多 500 字，现在是 501 字"):
        small.save(small.cast.party_office, mark("1-1-1", "2", remark="长" * 501))


def test_a_text_over_its_limit_is_refused_and_one_at_it_is_not(small: World) -> None:
    with pytest.raises(Refused, match="最多 4000 字，现在是 4001 字"):
        small.save(small.cast.party_office, text("1-1-1", "长" * 4001))
    assert isinstance(small.save(small.cast.party_office, text("1-1-1", "长" * 4000)), Saved)


# ---- versions, resends, clashes ------------------------------------------------------------------------------------


def test_each_save_counts_one_version_further(small: World) -> None:
    first = small.save(small.cast.party_office, mark("1-1-1", "1"))
    second = small.save(small.cast.party_office, mark("1-1-1", "2", version=first.version))
    assert (first.version, second.version) == (1, 2)
    stored = small.given("1-1-1", "self")
    assert (stored.marked_by, stored.marked_at) == (small.cast.party_office, second.at)


def test_a_resend_is_answered_as_saved_and_stores_nothing_more(small: World) -> None:
    first = small.save(small.cast.party_office, mark("1-1-1", "1", remark="按比例"))
    again = small.save(small.cast.party_office, mark("1-1-1", "1", remark="按比例"))
    assert again == first
    assert MarkChange.objects.count() == Event.objects.filter(object_type="mark.self").count() == 1


def test_a_resent_text_is_answered_as_saved_and_stores_nothing_more(small: World) -> None:
    first = small.save(small.cast.party_office, text("1-1-1", "已落实"))
    again = small.save(small.cast.party_office, text("1-1-1", "已落实"))
    assert again == first
    assert TextChange.objects.count() == 1


def test_two_who_saw_the_same_mark_clash_and_both_values_are_told(small: World) -> None:
    office, other = small.cast.party_office, deputy(small)
    small.save(office, mark("1-1-1", "2", remark="全部做到"))
    clash = small.save(other, mark("1-1-1", "1"))
    assert isinstance(clash, Clash)
    assert (clash.version, clash.theirs, clash.by) == (1, {"points": "2", "remark": "全部做到"}, "党办甲")
    assert small.given("1-1-1", "self").points == 2


def test_two_who_saw_the_same_text_clash_and_both_texts_are_told(small: World) -> None:
    small.save(small.cast.party_office, text("1-1-1", "甲的话"))
    clash = small.save(deputy(small), text("1-1-1", "乙的话"))
    assert isinstance(clash, Clash)
    assert (clash.version, clash.theirs, clash.by) == (1, {"text": "甲的话"}, "党办甲")
    assert small.answer("1-1-1").text == "甲的话"


def test_who_chooses_after_a_clash_saves_with_the_version_told(small: World) -> None:
    other = deputy(small)
    small.save(small.cast.party_office, mark("1-1-1", "2"))
    clash = small.save(other, mark("1-1-1", "1"))
    assert isinstance(small.save(other, mark("1-1-1", "1", version=clash.version)), Saved)
    assert small.given("1-1-1", "self").points == 1


def test_two_who_saw_the_same_and_give_the_same_do_not_clash(small: World) -> None:
    small.save(small.cast.party_office, mark("1-1-1", "2"))
    assert isinstance(small.save(deputy(small), mark("1-1-1", "2")), Saved)
    assert small.given("1-1-1", "self").marked_by == small.cast.party_office


def test_another_criterion_and_the_text_beside_a_mark_never_clash(small: World) -> None:
    other = deputy(small)
    small.save(small.cast.party_office, mark("1-1-1", "2"))
    assert isinstance(small.save(other, mark("1-1-2", "1")), Saved)
    assert isinstance(small.save(other, text("1-1-1", "乙的话")), Saved)


@pytest.mark.parametrize("edit", [mark("1-1-1", "2", version=9), text("1-1-1", "话", version=9)])
def test_a_version_that_never_was_clashes_with_what_is_there(small: World, edit: dict) -> None:
    clash = small.save(small.cast.party_office, edit)
    assert isinstance(clash, Clash)
    assert (clash.version, clash.by, clash.at) == (0, "", None)


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["office", "deputy"]), st.sampled_from(["0", "1", "2", None]), st.integers(0, 2)
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=EDITS)
def test_a_clash_comes_exactly_when_another_value_was_saved_meanwhile(small: World, edits: list) -> None:
    """Against a model: each person remembers the version last seen, and may lag behind by some saves."""
    with undone():
        follow(small, edits)


def follow(small: World, edits: list) -> None:
    people = {"office": small.cast.party_office, "deputy": small.cast.secretary}
    history: list[str | None] = [None]
    for who, points, lag in edits:
        seen = max(0, len(history) - 1 - lag)
        result = small.save(people[who], mark("1-1-1", points, version=seen))
        if history[-1] == points:
            assert isinstance(result, Saved)
        elif seen == len(history) - 1:
            assert isinstance(result, Saved)
            history.append(points)
        else:
            assert isinstance(result, Clash)
            assert result.theirs["points"] == history[-1]
        assert result.version == len(history) - 1
    numbered = MarkChange.objects.order_by("version").values_list("version", flat=True)
    assert list(numbered) == list(range(1, len(history)))


# ---- who and when --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["supervisor", "guidance_province", "guidance_city", "reader"])
def test_superiors_are_told_why_they_cannot_write_a_draft(small: World, person: str) -> None:
    with pytest.raises(NotAllowed, match="正在填报"):
        small.save(getattr(small.cast, person), mark("1-1-1", "2"))


def test_whoever_reads_the_draft_without_filling_it_is_refused(small: World) -> None:
    finance = make_user("finance", "财务甲")
    make_role(finance, small.cast.hospital_a, RoleName.FINANCE)
    with pytest.raises(NotAllowed, match="自评"):
        small.save(finance, mark("1-1-1", "2"))


def test_an_outsider_learns_nothing_of_the_sheet(small: World) -> None:
    with pytest.raises(OutOfReach):
        small.save(small.cast.outsider, mark("1-1-1", "2"))


def test_a_criterion_that_is_not_in_the_table_is_out_of_reach(small: World) -> None:
    with pytest.raises(OutOfReach):
        small.save(small.cast.party_office, mark("9-9-9", "2"))


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
@pytest.mark.parametrize("edit", [mark("1-1-1", "1"), text("1-1-1", "事后补写")])
def test_after_submission_nobody_writes_texts_or_self_marks(small: World, state: str, edit: dict) -> None:
    Sheet.objects.filter(pk=small.sheet.pk).update(state=state)
    for person in (small.cast.party_office, small.cast.secretary, small.cast.supervisor):
        with pytest.raises(Locked, match=State(state).label):
            small.save(person, edit)
    assert not Mark.objects.exists()
    assert small.answer("1-1-1").version == 0


@pytest.mark.parametrize(
    ("state", "stage"), [(State.UNDER_ACCEPTANCE, "acceptance"), (State.UNDER_RATING, "rating")]
)
def test_each_review_is_written_by_its_authority_alone(small: World, state: str, stage: str) -> None:
    Sheet.objects.filter(pk=small.sheet.pk).update(state=state)
    with pytest.raises(NotAllowed, match=r"验收|评定"):
        small.save(small.cast.party_office, mark("1-1-1", "1", stage=stage))
    assert isinstance(small.save(small.cast.supervisor, mark("1-1-1", "1", stage=stage)), Saved)


def test_the_spot_check_has_no_state_of_its_own_yet(small: World) -> None:
    with pytest.raises(Locked):
        small.save(small.cast.party_office, mark("1-1-1", "1", stage="inspection"))


def test_a_branch_is_accepted_by_its_hospital_and_not_by_the_authority(small: World) -> None:
    sheet = small.branch
    Sheet.objects.filter(pk=sheet.pk).update(state=State.UNDER_ACCEPTANCE)
    edit = mark("1-1-1", "1", stage="acceptance")
    assert isinstance(small.save(small.cast.party_office, edit, sheet), Saved)
    with pytest.raises(NotAllowed):
        small.save(small.cast.branch_secretary, mark("1-1-2", "1", stage="acceptance"), sheet)
    with pytest.raises((NotAllowed, OutOfReach)):
        small.save(small.cast.supervisor, mark("1-1-2", "1", stage="acceptance"), sheet)


# ---- spells of writing ---------------------------------------------------------------------------------------------


def spells(small: World) -> list[tuple]:
    rows = TextChange.objects.filter(answer=small.answer("1-1-1")).order_by("first_version")
    return list(rows.values_list("first_version", "last_version", "previous", "text"))


def write(small: World, user: User, words: str, at: object = None) -> None:
    result = small.save(user, text("1-1-1", words, small.answer("1-1-1").version), at=at)
    assert isinstance(result, Saved)


def test_saves_without_a_pause_are_one_row_of_history(small: World) -> None:
    for words in ("已", "已召", "已召开"):
        write(small, small.cast.party_office, words)
    assert spells(small) == [(1, 3, "", "已召开")]


def test_a_pause_begins_a_new_row(small: World) -> None:
    at = SIGNED
    for words, later in [("一", PAUSE), ("二", PAUSE + SECOND), ("三", PAUSE)]:
        write(small, small.cast.party_office, words, at)
        at += later
    assert spells(small) == [(1, 2, "", "二"), (3, 3, "二", "三")]


def test_another_editor_begins_a_new_row_and_so_does_the_way_back(small: World) -> None:
    other = deputy(small)
    for user, words in [(small.cast.party_office, "甲"), (other, "乙"), (small.cast.party_office, "丙")]:
        write(small, user, words)
    assert spells(small) == [(1, 1, "", "甲"), (2, 2, "甲", "乙"), (3, 3, "乙", "丙")]


def test_what_was_signed_stays_in_history_though_writing_goes_on_at_once(small: World) -> None:
    at = SIGNED
    write(small, small.cast.party_office, "签字时的话", at)
    small.fill("self")
    small.submit(at=at + SECOND)
    small.move("return", at=at + 2 * SECOND)
    write(small, small.cast.party_office, "退回后的话", at + 3 * SECOND)
    assert spells(small) == [(1, 1, "", "签字时的话"), (2, 2, "签字时的话", "退回后的话")]


# ---- the audit trail -----------------------------------------------------------------------------------------------


@pytest.mark.shows("B00a", "A40")
def test_every_change_of_a_mark_is_an_event_with_its_number(small: World) -> None:
    for version, points in enumerate(["1", "2", None]):
        small.save(
            small.cast.party_office, mark("1-1-1", points, version=version, remark="因为" * (version == 1))
        )
    events = Event.objects.filter(object_type="mark.self").order_by("sequence")
    assert [event.sequence for event in events] == [1, 2, 3]
    assert {event.object_id for event in events} == {small.answer("1-1-1").public_id}
    assert {event.actor_id for event in events} == {small.cast.party_office.public_id}
    assert [json.loads(event.data) for event in events] == [
        {"from": None, "to": "1", "remark": ""},
        {"from": "1", "to": "2", "remark": digest("因为")},
        {"from": "2", "to": None, "remark": ""},
    ]


def test_the_event_of_a_text_holds_its_digest_and_not_its_words(small: World) -> None:
    write(small, small.cast.party_office, "某人参加了会议")
    event = Event.objects.get(object_type="answer.text")
    assert "某人" not in event.data
    assert json.loads(event.data) == {"length": 7, "text": digest("某人参加了会议")}


def test_a_refused_save_leaves_no_trace(small: World) -> None:
    before = Event.objects.count()
    with pytest.raises(Refused):
        small.save(small.cast.party_office, mark("1-1-1", "7"))
    small.save(small.cast.party_office, mark("1-1-1", "2", version=4))
    assert Event.objects.count() == before


# ---- speed: statements through sign-in, rights and audit ------------------------------------------------------------


@pytest.mark.parametrize("edits", [[mark("1-1-1", "2")], [text("1-1-1", "已落实")]])
def test_a_save_takes_at_most_eight_statements(small: World, edits: list) -> None:
    client, url = as_user(small.cast.party_office), small.url("save")
    with counted() as taken:
        answer = client.post(url, {"edits": edits}, content_type="application/json")
    assert answer.json()["results"][0]["status"] == "saved"
    assert len(taken()) <= 8, "\n".join(taken())


@pytest.mark.parametrize("edit", [mark("1-1-1", "1", version=1), text("1-1-1", "已落实。", version=1)])
def test_the_second_save_takes_no_more(small: World, edit: dict) -> None:
    small.save(small.cast.party_office, mark("1-1-1", "2"))
    small.save(small.cast.party_office, text("1-1-1", "已落实"))
    client, url = as_user(small.cast.party_office), small.url("save")
    with counted() as taken:
        client.post(url, {"edits": [edit]}, content_type="application/json")
    assert len(taken()) <= 8, "\n".join(taken())


def test_a_reviewers_save_takes_no_more(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    client, url = as_user(small.cast.supervisor), small.url("save")
    with counted() as taken:
        answer = client.post(
            url, {"edits": [mark("1-1-1", "2", stage="acceptance")]}, content_type="application/json"
        )
    assert answer.json()["results"][0]["status"] == "saved"
    assert len(taken()) <= 8, "\n".join(taken())


def test_saving_touches_no_other_answer(small: World) -> None:
    small.save(small.cast.party_office, text("1-1-1", "已落实"))
    assert Answer.objects.exclude(version=0).count() == 1
