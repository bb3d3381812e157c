"""The pages of dispatches: issuing, the lists of both sides, answering, deciding; what one side does not see."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.tests.worlds import counted
from qiangji.audit.models import Event
from qiangji.dispatches.models import Dispatch, Task
from qiangji.dispatches.tests.worlds import DEADLINE, Asking
from qiangji.files.tests import samples

LIST = reverse("dispatches:list")


def browse(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, row: Task, *more: str) -> str:
    return reverse(f"dispatches:{name}", args=[row.public_id, *more])


def shown(user: User, row: Task) -> str:
    return browse(user).get(url("one", row)).content.decode()


def listed(user: User, **query: str) -> str:
    return browse(user).get(LIST, query).content.decode()


def post(user: User, name: str, row: Task, *more: str, **data: Any) -> Any:
    version = Task.objects.get(pk=row.pk).version
    return browse(user).post(url(name, row, *more), {"seen_version": str(version)} | data, follow=True)


def form(asking: Asking, **changes: Any) -> dict[str, Any]:
    people = asking.cast
    return {
        "body": str(people.authority_a.public_id),
        "title": "报送进展",
        "text": "写明做到哪一步",
        "organization": [str(people.hospital_a.public_id)],
        "deadline": "2099-01-31",
        "owner": str(people.supervisor.public_id),
        "edition": str(asking.criterion.edition.public_id),
        "code": "1-1-1",
    } | changes


@pytest.mark.shows("A37")
def test_a_dispatch_is_issued_on_the_page(asking: Asking) -> None:
    page = browse(asking.cast.supervisor).post(reverse("dispatches:new"), form(asking), follow=True)
    assert "已下达给 1 个单位" in page.content.decode()
    dispatch = Dispatch.objects.get(title="报送进展")
    assert (dispatch.criterion, dispatch.issuer) == (asking.criterion, asking.cast.authority_a)
    assert dispatch.tasks.get().organization == asking.cast.hospital_a


def test_what_does_not_fit_is_named_and_nothing_typed_is_lost(asking: Asking) -> None:
    page = browse(asking.cast.supervisor).post(
        reverse("dispatches:new"), form(asking, deadline="明天", text="要求甲")
    )
    words = page.content.decode()
    assert page.status_code == 409
    for kept in ("请选择办理期限", "报送进展", "要求甲", "checked"):
        assert kept in words


@pytest.mark.parametrize(
    "changes",
    [
        {"organization": ["not-a-key"]},
        {"owner": "x"},
        {"edition": "x", "code": "\x00"},
        {"body": "x", "organization": []},
        {"title": "\x00"},
    ],
)
def test_a_forged_form_is_never_an_error_of_ours(asking: Asking, changes: dict[str, Any]) -> None:
    page = browse(asking.cast.supervisor).post(reverse("dispatches:new"), form(asking, **changes))
    assert page.status_code in (302, 409)


def test_a_link_brings_organization_and_criterion_along(asking: Asking) -> None:
    query = {name: form(asking)[name] for name in ("organization", "edition", "code", "title")}
    words = browse(asking.cast.supervisor).get(reverse("dispatches:new"), query).content.decode()
    assert 'value="1-1-1" selected' in words
    assert "报送进展" in words
    assert words.count("checked") == 1


@pytest.mark.shows("A37")
def test_both_sides_find_it_in_their_list(asking: Asking) -> None:
    people = asking.cast
    for user, side in [(people.party_office, "received"), (people.supervisor, "issued")]:
        words = listed(user, side=side)
        assert url("one", asking.hospital) in words
        assert url("one", asking.branch) not in words
    assert url("one", asking.branch) in listed(people.party_office, side="issued")
    assert url("one", asking.branch) in listed(people.branch_secretary)


def test_the_list_is_narrowed_by_words_criterion_and_state(asking: Asking) -> None:
    user, address = asking.cast.supervisor, url("one", asking.hospital)
    for fits in ({"words": "党课 甲医院"}, {"code": "1-1-1"}, {"view": "open"}):
        assert address in listed(user, **fits)
    for fits_not in ({"words": "换届"}, {"code": "9-9-9"}, {"view": "over"}, {"view": "review"}):
        assert address not in listed(user, **fits_not)
    Task.objects.filter(pk=asking.hospital_id).update(deadline_date="2020-01-31")
    words = listed(user, view="late")
    assert address in words
    assert "逾期" in words


@pytest.mark.parametrize("query", [{"page": "x"}, {"side": "x", "view": "x"}, {"words": "\x00", "code": "'"}])
def test_an_address_that_was_tampered_with_still_shows_a_list(asking: Asking, query: dict[str, str]) -> None:
    assert browse(asking.cast.supervisor).get(LIST, query).status_code == 200


def test_the_list_takes_the_same_statements_however_long(asking: Asking) -> None:
    people = asking.cast

    def cost() -> int:
        client = browse(people.supervisor)
        with counted() as statements:
            client.get(LIST, {"side": "issued"})
        return len(statements())

    few = cost()
    for _ in range(6):
        asking.issue(people.supervisor, people.authority_a, asking.asked(people.hospital_a))
    assert cost() == few <= 6


@pytest.mark.shows("A37")
def test_it_is_answered_with_a_file_and_decided_on_the_pages(asking: Asking) -> None:
    people, row = asking.cast, asking.hospital
    files = [samples.upload(samples.pdf("minutes"), "纪要.pdf")]
    page = post(people.party_office, "answer", row, text="已补齐 3 份", files=files, act="submit")
    assert "答复已提交" in page.content.decode()
    words = shown(people.supervisor, row)
    assert "已补齐 3 份" in words
    assert "纪要.pdf" in words
    page = post(people.supervisor, "move", row, "send_back", words="还差一份")
    assert "已退回续办" in page.content.decode()
    assert "还差一份" in shown(people.party_office, row)
    post(people.party_office, "answer", row, text="已补齐 4 份", act="submit")
    post(people.supervisor, "move", row, "accept", words="属实")
    assert asking.hospital.state == "closed"
    assert asking.hospital.deadline_date == DEADLINE


def test_what_was_not_handed_in_is_seen_by_nobody_above(asking: Asking) -> None:
    people, row = asking.cast, asking.hospital
    files = [samples.upload(samples.pdf("minutes"), "纪要.pdf")]
    post(people.party_office, "answer", row, text="还在核对的草稿", files=files, act="save")
    assert "还在核对的草稿" in shown(people.party_office, row)
    proof = row.proofs.get()
    address = reverse("dispatches:proof_file", args=[proof.public_id])
    for user in (people.supervisor, people.guidance_province, people.reader):
        words = shown(user, row)
        assert "还在核对的草稿" not in words
        assert "纪要.pdf" not in words
        assert "填写答复" not in words
        assert browse(user).get(address).status_code == 404


def test_a_refused_file_loses_neither_the_text_nor_the_other_file(asking: Asking) -> None:
    people, row = asking.cast, asking.hospital
    files = [
        samples.upload(b"not a document", "坏.pdf"),
        samples.upload(samples.pdf("good"), "好.pdf"),
    ]
    page = post(people.party_office, "answer", row, text="已补齐", files=files, act="submit")
    assert page.status_code == 409
    assert "坏.pdf" in page.content.decode()
    row = asking.hospital
    assert (row.state, row.draft, row.proofs.get().filename) == ("issued", "已补齐", "好.pdf")


def test_an_old_page_keeps_what_was_typed(asking: Asking) -> None:
    page = post(asking.cast.party_office, "answer", asking.hospital, text="我写的", seen_version="7")
    words = page.content.decode()
    assert "刚刚有变动" in words
    assert "我写的" in words


def test_a_reason_typed_into_a_refused_decision_stays(asking: Asking) -> None:
    asking.bring(asking.hospital, "answered")
    Task.objects.filter(pk=asking.hospital_id).update(deadline_date="2020-01-31")
    page = post(
        asking.cast.supervisor, "move", asking.hospital, "send_back", words="差两份", verb="send_back"
    )
    words = page.content.decode()
    assert "晚于今天的新期限" in words
    assert "差两份" in words


def test_persons_of_one_side_are_named_to_that_side_only(asking: Asking) -> None:
    people = asking.cast
    row = asking.bring(asking.hospital, "answered")
    assert f"{people.party_office}" in shown(people.party_office, row)
    assert f'<small class="soft">{people.party_office}' not in shown(people.supervisor, row)


def test_who_opens_a_proof_from_outside_is_written_down(asking: Asking) -> None:
    people, row = asking.cast, asking.hospital
    proof = asking.prove(row)
    asking.bring(row, "answered")
    address = reverse("dispatches:proof_file", args=[proof.public_id])
    assert browse(people.party_office).get(address).getvalue()
    assert not Event.objects.filter(verb="proof.opened").exists()
    assert browse(people.supervisor).get(address).getvalue()
    assert Event.objects.filter(verb="proof.opened").count() == 1


def test_the_issuer_sees_how_far_each_organization_is(asking: Asking) -> None:
    people = asking.cast
    asked = asking.asked(people.hospital_a, people.hospital_b, owner=people.guidance_province)
    dispatch = asking.issue(people.guidance_province, people.province, asked)
    page = browse(people.guidance_province).get(reverse("dispatches:item", args=[dispatch.public_id]))
    words = page.content.decode()
    assert "办结 0 / 2" in words
    assert "甲医院" in words
    assert "乙医院" in words


def test_one_of_another_hospital_is_not_there(asking: Asking) -> None:
    people = asking.cast
    assert browse(people.outsider).get(url("one", asking.hospital)).status_code == 404
    assert url("one", asking.hospital) not in listed(people.outsider, side="all")


def test_who_only_reads_is_told_who_issues(asking: Asking) -> None:
    page = browse(asking.cast.reader).get(reverse("dispatches:new"))
    assert page.status_code == 403
    assert "主管部门工作人员" in page.content.decode()
