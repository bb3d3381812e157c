"""The pages of a sheet as each person meets them: the sheet, submitting, returning, what is missing, its history."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.models import Mark, Sheet, Submission
from qiangji.assessments.services.evidence import attach_evidence
from qiangji.assessments.services.scans import attach_scan
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import SIGNED, STATES, World, as_user, counted, mark, text
from qiangji.files.tests import samples
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.tests.factories import PASSWORD, make_role, make_user
from qiangji.standards.models import Criterion


def page_of(small: World, user: User, name: str = "sheet", sheet: Sheet | None = None) -> str:
    answer = as_user(user).get(small.url(name, sheet))
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def told(answer) -> str:
    """The message that greets on the next page."""
    return "".join(str(message) for message in get_messages(answer.wsgi_request))


# ---- the sheet -------------------------------------------------------------------------------------------------------


def test_the_party_office_gets_fields_to_fill_and_cannot_submit(small: World) -> None:
    page = page_of(small, small.cast.party_office)
    assert 'data-stage="self"' in page
    assert page.count('<textarea class="text"') == 5
    assert small.url("submit") not in page


def test_the_secretary_gets_the_way_to_sign(small: World) -> None:
    page = page_of(small, small.cast.secretary)
    assert small.url("submit") in page
    assert page.count('<textarea class="text"') == 5


@pytest.mark.parametrize("role", [RoleName.DISCIPLINE_SECRETARY, RoleName.PERSONNEL, RoleName.FINANCE])
def test_colleagues_read_the_draft_and_get_no_field(small: World, role: str) -> None:
    colleague = make_user()
    make_role(colleague, small.cast.hospital_a, role)
    small.save(small.cast.party_office, text("1-1-1", "已召开四次会议"))
    page = page_of(small, colleague)
    assert "已召开四次会议" in page
    assert "<textarea" not in page
    assert 'data-stage=""' in page


@pytest.mark.parametrize("name", ["supervisor", "guidance_city", "guidance_province", "reader"])
def test_superiors_meet_a_page_that_says_who_may_before_submission(small: World, name: str) -> None:
    small.save(small.cast.party_office, text("1-1-1", "还没写完"))
    answer = as_user(getattr(small.cast, name)).get(small.url("sheet"))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "正在填报" in page
    assert "党办工作人员" in page
    assert "还没写完" not in page


def test_an_outsider_meets_404(small: World) -> None:
    assert as_user(small.cast.outsider).get(small.url("sheet")).status_code == 404


def test_the_supervisor_begins_where_the_sheet_was_submitted(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    page = page_of(small, small.cast.supervisor)
    assert small.url("move", None, "start_acceptance") in page
    assert small.url("return") in page
    assert 'data-stage=""' in page


def test_a_reviewer_gets_fields_beside_the_earlier_marks(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    page = page_of(small, small.cast.supervisor)
    assert 'data-stage="acceptance"' in page
    assert page.count('data-cell="self"') == page.count('<input class="mark"') == 5
    assert "<textarea" not in page
    assert "确认其余 5 条" in page


def test_other_superiors_read_a_review_without_its_marks(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    small.save(small.cast.supervisor, mark("1-1-1", "0", stage="acceptance", remark="尚未公布的理由"))
    for user in (small.cast.guidance_province, small.cast.reader, small.cast.party_office):
        page = page_of(small, user)
        assert "尚未公布的理由" not in page
        assert 'data-cell="acceptance"' not in page


def test_a_rated_sheet_is_read_only_for_everybody(small: World) -> None:
    small.bring_to(State.RATED)
    for user in (small.cast.party_office, small.cast.secretary, small.cast.supervisor, small.cast.reader):
        page = page_of(small, user)
        assert 'data-stage=""' in page
        assert "/move/" not in page
        assert small.url("return") not in page


def test_the_reason_of_a_return_stands_on_top_while_it_is_revised(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    small.move("return", reason="第一条缺会议记录")
    assert "已退回修改" in page_of(small, small.cast.party_office)
    small.submit()
    page = page_of(small, small.cast.party_office)
    assert "已退回修改" not in page
    assert "第一条缺会议记录" in page.partition("办理记录")[2]


def test_who_signed_when_about_what_is_shown(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    page = page_of(small, small.cast.supervisor)
    signed = Submission.objects.get()
    assert "书记甲于 2026-10-20 10:01 签字提交" in page
    assert signed.digest[:12] in page


@pytest.mark.parametrize("state", STATES)
def test_the_page_takes_at_most_twelve_statements(small: World, state: str) -> None:
    small.bring_to(state)
    url = small.url("sheet")
    for user in (small.cast.secretary, small.cast.supervisor):
        client = as_user(user)
        client.get(url)  # the first reading of an edition is kept
        with counted() as taken:
            client.get(url)
        assert len(taken()) <= 12, "\n".join(taken())


def test_words_typed_by_people_are_escaped(small: World) -> None:
    small.save(small.cast.party_office, text("1-1-1", "<script>alert(1)</script>"))
    small.save(small.cast.party_office, mark("1-1-2", "1"))
    Criterion.objects.filter(code="1-1-1").update(title='"><img src=x>')
    page = page_of(small, small.cast.party_office)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<img src=x>" not in page
    assert "&gt;&lt;img src=x&gt;" in page


def test_the_sheet_can_be_read_but_not_posted_to(small: World) -> None:
    assert as_user(small.cast.party_office).post(small.url("sheet")).status_code == 405


# ---- submitting --------------------------------------------------------------------------------------------------------


def signature(small: World, **changes: str) -> dict[str, str]:
    fields = {
        "meeting_date": "2026-10-12",
        "minutes_number": "党委会〔2026〕18号",
        "password": PASSWORD,
        "seen_version": str(small.sheet.version),
    }
    return fields | changes


def post_submit(small: World, user: User | None = None, **changes: str):
    return as_user(user or small.cast.secretary).post(small.url("submit"), signature(small, **changes))


@pytest.fixture
def filled(small: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Everything filled, on the day after the meeting."""
    small.fill("self")
    monkeypatch.setattr("qiangji.assessments.views.moves.moment_of", lambda request: small.clock)
    return small


def test_submitting_names_what_is_missing_each_with_its_place(small: World) -> None:
    page = page_of(small, small.cast.secretary, "submit")
    assert "还有 5 处未完成" in page
    assert f"{small.url('sheet')}#c-2-0-2" in page
    assert 'name="password"' not in page


def test_a_complete_sheet_is_signed_and_locked(filled: World) -> None:
    answer = post_submit(filled)
    assert answer.url == filled.url("sheet")
    assert "已签字并提交" in told(answer)
    assert filled.sheet.state == State.SUBMITTED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "wrong"}, "签字密码不正确"),
        ({"meeting_date": "2026-12-24"}, "会议日期不能晚于今天"),
        ({"meeting_date": "2026-02-30"}, "日期"),
        ({"meeting_date": ""}, "必填"),
        ({"minutes_number": "  "}, "必填"),
        ({"minutes_number": "长" * 61}, "60"),
        ({"minutes_number": "一\x00二"}, "空字符"),
        ({"seen_version": "7"}, "刷新"),
        ({"seen_version": "不是数字"}, "刷新"),
        ({"seen_version": "9" * 50}, "刷新"),
        ({"seen_version": ""}, "刷新"),
    ],
)
def test_a_signature_that_does_not_fit_says_what_to_do(filled: World, changes: dict, words: str) -> None:
    answer = post_submit(filled, **changes)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert filled.sheet.state == State.DRAFT


def test_the_password_never_comes_back_on_the_page(filled: World) -> None:
    page = post_submit(filled, password="my-typed-secret").content.decode()
    assert "my-typed-secret" not in page


def test_only_a_secretary_signs(filled: World) -> None:
    answer = post_submit(filled, filled.cast.party_office)
    assert answer.status_code == 403
    assert "甲市第一医院党委的支部书记、总支书记、党委书记" in answer.content.decode()


def test_a_sheet_that_has_moved_on_leads_back_to_its_page(filled: World) -> None:
    post_submit(filled)
    answer = as_user(filled.cast.secretary).get(filled.url("submit"))
    assert answer.url == filled.url("sheet")
    assert "已提交" in told(answer)


def test_what_became_incomplete_meanwhile_is_named_again(filled: World) -> None:
    Mark.objects.filter(answer__criterion__code="1-1-1").update(points=None)
    page = post_submit(filled).content.decode()
    assert "又有条目变得不完整" in page or "还有 1 处未完成" in page
    assert filled.sheet.state == State.DRAFT


# ---- reviewing -----------------------------------------------------------------------------------------------------------


def post_move(small: World, verb: str, user: User | None = None, **changes: str):
    data = {"seen_version": str(small.sheet.version)} | changes
    return as_user(user or small.cast.supervisor).post(small.url("move", None, verb), data)


def test_the_whole_review_by_its_buttons(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    for stage, verbs in [
        ("acceptance", ("start_acceptance", "conclude_acceptance")),
        ("rating", ("start_rating", "conclude_rating")),
    ]:
        assert post_move(small, verbs[0]).status_code == 302
        confirmed = as_user(small.cast.supervisor).post(small.url("confirm"), {"stage": stage})
        assert "已确认 5 条" in told(confirmed)
        assert post_move(small, verbs[1]).status_code == 302
    assert small.sheet.state == State.RATED


def test_what_keeps_a_review_from_its_end_is_a_page_with_links(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    answer = post_move(small, "conclude_acceptance")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.count("还没有上级验收得分") == 5
    assert f"{small.url('sheet')}#c-1-1-1" in page


def test_whoever_may_not_move_it_reads_who_may(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    answer = post_move(small, "start_acceptance", small.cast.party_office)
    assert answer.status_code == 403
    assert "甲市卫生健康委员会的主管部门工作人员" in answer.content.decode()


@pytest.mark.parametrize("verb", ["submit", "return", "approve", "%00"])
def test_a_verb_that_is_none_of_this_address_is_404(small: World, verb: str) -> None:
    small.bring_to(State.SUBMITTED)
    url = small.url("sheet") + f"move/{verb}/"
    assert as_user(small.cast.supervisor).post(url, {"seen_version": "1"}).status_code == 404


def test_a_button_pressed_twice_says_that_the_state_has_changed(small: World) -> None:
    sheet = small.bring_to(State.SUBMITTED)
    post_move(small, "start_acceptance")
    again = post_move(small, "start_acceptance", seen_version=str(sheet.version))
    assert "刷新" in told(again)
    assert small.sheet.version == sheet.version + 1


def test_confirming_one_part(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    answer = as_user(small.cast.supervisor).post(
        small.url("confirm"), {"stage": "acceptance", "section": "1"}
    )
    assert "已确认 3 条" in told(answer)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"stage": "final"},
        {"stage": "acceptance", "section": "x"},
        {"stage": "acceptance", "section": "-1"},
        {"stage": "acceptance", "section": "²"},
        {"stage": "acceptance", "section": "9" * 5000},
    ],
)
def test_confirming_what_is_no_part_or_stage_is_404(small: World, data: dict) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    assert as_user(small.cast.supervisor).post(small.url("confirm"), data).status_code == 404


# ---- returning -----------------------------------------------------------------------------------------------------------


def post_return(small: World, reason: str, user: User | None = None, version: str | None = None):
    data = {"reason": reason, "seen_version": version or str(small.sheet.version)}
    return as_user(user or small.cast.supervisor).post(small.url("return"), data)


def test_a_return_with_a_reason_leads_to_the_list(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    answer = post_return(small, "第一条请补充")
    assert answer.url == reverse("assessments:list")
    assert small.sheet.state == State.DRAFT


@pytest.mark.parametrize("reason", ["", "  ", "长" * 1001])
def test_a_return_without_a_fitting_reason_stays_on_its_page(small: World, reason: str) -> None:
    small.bring_to(State.SUBMITTED)
    assert post_return(small, reason).status_code == 200
    assert small.sheet.state == State.SUBMITTED


def test_a_return_decided_on_an_older_state_is_refused(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    answer = post_return(small, "第一条请补充", version="9")
    assert "刷新" in answer.content.decode()
    assert small.sheet.state == State.SUBMITTED


def test_the_organization_cannot_take_its_own_sheet_back(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    assert post_return(small, "想改", small.cast.secretary).status_code == 403
    assert small.sheet.state == State.SUBMITTED


# ---- fragments -------------------------------------------------------------------------------------------------------------


def test_the_missing_list_belongs_to_whoever_writes_now(small: World) -> None:
    assert page_of(small, small.cast.party_office, "missing").count("还没有自评得分") == 5
    small.bring_to(State.UNDER_ACCEPTANCE)
    assert "没有缺项" in page_of(small, small.cast.party_office, "missing")
    assert page_of(small, small.cast.supervisor, "missing").count("还没有上级验收得分") == 5


def test_the_history_of_a_criterion_is_a_fragment(small: World) -> None:
    small.save(small.cast.party_office, mark("1-1-1", "1.5"))
    answer = as_user(small.cast.party_office).get(small.url("history", None, "1-1-1"))
    page = answer.content.decode()
    assert "党办甲" in page
    assert "1.5" in page
    assert "<html" not in page


@pytest.mark.parametrize("code", ["9-9-9", "x", "%00", "1-1-1%00", "1" * 500])
def test_the_history_of_a_criterion_that_is_not_there_is_404(small: World, code: str) -> None:
    url = small.url("sheet") + f"answers/{code}/history/"
    assert as_user(small.cast.party_office).get(url).status_code == 404


@pytest.mark.parametrize("code", ["9-9-9", "%00", "1-1-1%00"])
def test_the_evidence_of_a_criterion_that_is_not_there_is_404(small: World, code: str) -> None:
    url = small.url("sheet") + f"answers/{code}/evidence/"
    client = as_user(small.cast.party_office)
    assert client.get(url).status_code == 404
    assert client.post(url + "add/").status_code == 404
    assert client.get(url + "reuse/").status_code == 404


# ---- reasons typed without a form -----------------------------------------------------------------------------------------


@pytest.fixture
def with_files(small: World, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return small


def test_a_reason_for_detaching_evidence_loses_what_no_database_stores(with_files: World) -> None:
    small, office = with_files, with_files.cast.party_office
    answer = small.answer("1-1-1")
    evidence = attach_evidence(answer=answer, upload=samples.upload(samples.pdf()), by=office, at=SIGNED)
    url = reverse("assessments:evidence_detach", args=[evidence.public_id])
    assert as_user(office).post(url, {"reason": "传\x00错"}).status_code == 200
    evidence.refresh_from_db()
    assert evidence.detach_reason == "传错"


def test_a_reason_for_detaching_a_scan_does_too(with_files: World) -> None:
    small, office = with_files, with_files.cast.party_office
    small.bring_to(State.SUBMITTED)
    scan = attach_scan(
        submission=Submission.objects.get(), upload=samples.upload(samples.pdf()), by=office, at=SIGNED
    )
    url = reverse("assessments:scan_detach", args=[scan.public_id])
    assert as_user(office).post(url, {"reason": "传\x00错"}).status_code == 302
    scan.refresh_from_db()
    assert scan.detach_reason == "传错"


# ---- withdrawing ---------------------------------------------------------------------------------------------------------


def test_the_signer_withdraws_and_the_sheet_says_why(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    client = as_user(small.cast.secretary)
    assert small.url("withdraw") in client.get(small.url("sheet")).content.decode()
    answer = client.post(
        small.url("withdraw"), {"reason": "第二条写错了数字", "seen_version": str(small.sheet.version)}
    )
    assert answer.url == small.url("sheet")
    page = client.get(small.url("sheet")).content.decode()
    assert "已撤回修改" in page
    assert "第二条写错了数字" in page
    assert as_user(small.cast.supervisor).get(small.url("sheet")).status_code == 403


def test_a_withdrawal_without_a_reason_stays_on_its_page(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    data = {"reason": "", "seen_version": str(small.sheet.version)}
    assert as_user(small.cast.secretary).post(small.url("withdraw"), data).status_code == 200
    assert small.sheet.state == State.SUBMITTED


def test_withdrawing_on_an_outdated_page_says_so(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    data = {"reason": "改一处", "seen_version": "0"}
    answer = as_user(small.cast.secretary).post(small.url("withdraw"), data)
    assert "请刷新页面后再处理" in answer.content.decode()
    assert small.sheet.state == State.SUBMITTED
