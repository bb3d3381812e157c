"""The pages of returned criteria: choosing what goes back, amending it, signing it, cancelling it."""

import pytest
from django.urls import reverse

from qiangji.assessments.models import AmendmentFile, CriterionReturn
from qiangji.assessments.tests.returns.world import Returning
from qiangji.assessments.tests.worlds import as_user, counted
from qiangji.files.tests import samples
from qiangji.orgs.tests.factories import PASSWORD

CODE = "1-1-2"


def address(name: str, thing: object) -> str:
    return reverse(f"assessments:{name}", args=[thing.public_id])


def send_back(going: Returning, **fields: str) -> object:
    data = {"seen_version": str(going.sheet.version), "due_date": "2099-10-30"} | fields
    return as_user(going.world.cast.supervisor).post(address("return_criteria", going.sheet), data)


def body(response) -> str:
    return response.content.decode()


def test_what_has_a_reason_goes_back_and_the_rest_does_not(going: Returning) -> None:
    response = send_back(going, **{f"reason-{CODE}": "缺第三季度记录", "reason-1-1-1": "  "})
    assert response.status_code == 302
    assert CriterionReturn.objects.get().answer.criterion.code == CODE


def test_a_refused_return_keeps_what_was_typed(going: Returning) -> None:
    response = send_back(going, due_date="2020-01-01", **{f"reason-{CODE}": "缺第三季度记录"})
    assert response.status_code == 200
    assert "缺第三季度记录" in body(response)
    assert "不能早于今天" in body(response)


def test_the_row_that_was_asked_for_is_open(going: Returning) -> None:
    page = as_user(going.world.cast.supervisor).get(
        address("return_criteria", going.sheet), {"code": "2-0-1"}
    )
    assert body(page).count("<details") == 2
    assert body(page).count("open><summary>") == 1


def test_the_sheet_tells_both_sides_what_is_out(going: Returning) -> None:
    going.send_back(CODE)
    for user in (going.world.cast.supervisor, going.world.cast.party_office):
        page = body(as_user(user).get(address("sheet", going.sheet)))
        assert "1 条已退回修改" in page
        assert "缺第三季度记录" in page


def test_the_reviewer_sees_what_is_out_locked_with_the_reason(going: Returning) -> None:
    def entries() -> tuple[int, int]:
        page = body(as_user(going.world.cast.supervisor).get(address("sheet", going.sheet)))
        return page.count('class="mark"'), page.count("已退回，暂不能给分")

    before, _ = entries()
    going.send_back(CODE)
    assert entries() == (before - 1, 1)


def test_an_amendment_with_a_file_is_stored_in_one_step(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    data = {
        "seen_version": "0",
        "points": "0.5",
        "text": "只做到一半",
        "files": [samples.upload(samples.pdf("补"), "补充.pdf")],
    }
    response = as_user(going.world.cast.party_office).post(address("amend", row), data)
    assert response.status_code == 302
    assert CriterionReturn.objects.get().text == "只做到一半"
    assert AmendmentFile.objects.get().filename == "补充.pdf"


def test_a_refused_amendment_keeps_what_was_typed(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    data = {"seen_version": "0", "points": "0.7", "text": "只做到一半"}
    response = as_user(going.world.cast.party_office).post(address("amend", row), data)
    assert response.status_code == 409
    assert "只做到一半" in body(response)
    assert 'value="0.7"' in body(response)


def test_a_clash_shows_both_texts(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    going.amend(row, text="先保存的")
    data = {"seen_version": "0", "points": "1", "text": "后写的"}
    response = as_user(going.world.cast.secretary).post(address("amend", row), data)
    assert response.status_code == 409
    assert "先保存的" in body(response)
    assert "后写的" in body(response)


def test_the_file_of_an_amendment_opens_only_inside_before_the_signature(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    data = {
        "seen_version": "0",
        "points": "1",
        "text": "补",
        "files": [samples.upload(samples.pdf("补"), "补.pdf")],
    }
    as_user(going.world.cast.party_office).post(address("amend", row), data)
    file = address("amendment_file", AmendmentFile.objects.get())
    inside = as_user(going.world.cast.secretary).get(file)
    assert inside.getvalue() == samples.pdf("补")
    assert as_user(going.world.cast.supervisor).get(file).status_code == 403
    assert as_user(going.world.cast.outsider).get(file).status_code == 404


def test_the_reviewer_reads_nothing_of_an_unsigned_amendment(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    going.amend(row, text="还没签字的话")
    client = as_user(going.world.cast.supervisor)
    for name in ("returns", "sheet"):
        assert "还没签字的话" not in body(client.get(address(name, going.sheet)))
    assert "还没签字的话" in body(as_user(going.world.cast.secretary).get(address("returns", going.sheet)))


def test_the_secretary_signs_what_was_shown(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    going.amend(row)
    client = as_user(going.world.cast.secretary)
    shown = client.get(address("sign_amendment", going.sheet))
    data = {"password": PASSWORD, "seen": shown.context["seen"]}
    assert client.post(address("sign_amendment", going.sheet), data).status_code == 302
    assert CriterionReturn.objects.get().state == "amended"
    page = body(as_user(going.world.cast.supervisor).get(address("sheet", going.sheet)))
    assert "按退回意见已修改" in page
    assert "第三季度记录已补充说明" in page


def test_a_wrong_password_signs_nothing(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    going.amend(row)
    client = as_user(going.world.cast.secretary)
    shown = client.get(address("sign_amendment", going.sheet))
    response = client.post(
        address("sign_amendment", going.sheet), {"password": "x", "seen": shown.context["seen"]}
    )
    assert "签字密码不正确" in body(response)
    assert CriterionReturn.objects.get().is_open


def test_who_returned_takes_it_back_with_a_reason(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    client = as_user(going.world.cast.supervisor)
    client.post(address("cancel_return", row), {"reason": ""})
    assert CriterionReturn.objects.get().is_open
    client.post(address("cancel_return", row), {"reason": "退错了"})
    assert CriterionReturn.objects.get().state == "cancelled"


@pytest.mark.parametrize("name", ["amend", "sign_amendment"])
def test_what_is_over_leads_back_to_the_list(going: Returning, name: str) -> None:
    row = going.amended(CODE)
    thing = row if name == "amend" else going.sheet
    response = as_user(going.world.cast.secretary).get(address(name, thing))
    assert response.status_code == 302
    assert response.url == address("returns", going.sheet)


def test_the_list_takes_the_same_statements_however_much_is_out(going: Returning) -> None:
    client = as_user(going.world.cast.supervisor)
    going.send_back(CODE)
    with counted() as few:
        client.get(address("returns", going.sheet))
    going.send_back("1-1-1", "2-0-1", "2-0-2")
    with counted() as many:
        client.get(address("returns", going.sheet))
    assert len(many()) == len(few())
