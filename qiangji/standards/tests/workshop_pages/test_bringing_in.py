"""Who may, what the list says, and how a table comes in."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.orgs.tests.factories import Cast
from qiangji.standards.models import Draft
from qiangji.standards.tests.drafts import flawed_state, large_state, make_draft
from qiangji.standards.tests.workshop_pages.pages import TABLE, act, address, now, text_of

pytestmark = pytest.mark.django_db


# ---- who may -------------------------------------------------------------------------------------------------------


def test_clerk_sees_a_page_to_work_on(clerk: Client, draft: Draft) -> None:
    page = text_of(clerk.get(address(draft)))
    assert 'data-may-edit="yes"' in page
    assert "do/set_points/" in page
    assert "声明 6 分，各条合计 <b>7</b> 分，多 1 分" in page


@pytest.mark.parametrize("who", ["secretary", "supervisor", "reader", "guidance_province"])
def test_others_in_reach_get_a_page_to_read(
    enter: Callable[[User], Client], people: Cast, draft: Draft, who: str
) -> None:
    client = enter(people.users[who])
    page = text_of(client.get(address(draft)))
    assert 'data-may-edit="no"' in page
    assert "<form data-op" not in page
    assert "do/" not in page
    refused = act(client, draft, "set_points", key="c4", points="4")
    assert refused.status_code == 403
    assert "党办工作人员" in text_of(client.get(address(draft, "draft_publish")))
    assert now(draft) == flawed_state()


def test_outsider_finds_nothing(enter: Callable[[User], Client], people: Cast, draft: Draft) -> None:
    client = enter(people.outsider)
    for name in ("draft", "draft_publish", "draft_compare", "draft_file"):
        assert client.get(address(draft, name)).status_code == 404
    assert act(client, draft, "merge", key="c1").status_code == 404
    assert draft.filename not in text_of(client.get(reverse("standards:drafts")))


def test_list_says_what_is_left(clerk: Client, draft: Draft, people: Cast) -> None:
    make_draft(people.hospital_a, people.party_office, state=large_state(1, 4))
    page = text_of(clerk.get(reverse("standards:drafts")))
    assert "3 处要改" in page
    assert "1 处请看" in page
    assert "录入一张量化表" in page


def test_empty_list_says_what_to_do(clerk: Client) -> None:
    assert "录入第一张量化表" in text_of(clerk.get(reverse("standards:drafts")))


def test_list_shows_a_closed_draft_only_where_asked(clerk: Client, draft: Draft) -> None:
    clerk.post(address(draft, "draft_discard"), {"seen": 0})
    draft.refresh_from_db()
    assert draft.status == Draft.Status.DISCARDED
    assert str(draft.public_id) not in text_of(clerk.get(reverse("standards:drafts")))
    assert str(draft.public_id) in text_of(clerk.get(reverse("standards:drafts") + "?show=all"))
    assert 'data-may-edit="no"' in text_of(clerk.get(address(draft)))
    assert act(clerk, draft, "merge", key="c1").status_code == 422


# ---- bringing in ---------------------------------------------------------------------------------------------------


def test_file_becomes_a_draft(clerk: Client, people: Cast, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("考评表.txt", TABLE.encode())
    answer = clerk.post(
        reverse("standards:draft_new"), {"organization": people.hospital_a.public_id, "file": upload}
    )
    made = Draft.objects.get()
    assert answer["Location"] == address(made)
    assert [one.points for one in now(made).criteria()] == [Decimal(2), Decimal(3)]
    kept = clerk.get(address(made, "draft_file"))
    assert b"".join(kept.streaming_content) == TABLE.encode()  # type: ignore[attr-defined]


def test_pasted_table_becomes_a_draft(clerk: Client, people: Cast, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    data = {"organization": people.hospital_a.public_id, "text": TABLE}
    clerk.post(reverse("standards:draft_new"), data)
    assert len(now(Draft.objects.get()).criteria()) == 2


def test_pasted_cells_say_more_than_lines(clerk: Client, people: Cast, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in line.split(chr(9)))}</tr>"
        for line in TABLE.splitlines()[1:]
    )
    data = {
        "organization": people.hospital_a.public_id,
        "text": "粘贴",
        "markup": f"<html><body><table>{rows}</table></body></html>",
    }
    clerk.post(reverse("standards:draft_new"), data)
    assert [one.text for one in now(Draft.objects.get()).criteria()] == ["班子成员分工明确", "按期换届"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("照片.txt", b"", "空"),
        ("表.docx", b"PK\x03\x04 broken", "另存"),
        ("说明.txt", "这不是一张表。".encode(), "表头"),
    ],
)
def test_unreadable_file_is_refused_with_reason(
    clerk: Client, people: Cast, name: str, content: bytes, reason: str
) -> None:
    data = {
        "organization": people.hospital_a.public_id,
        "file": SimpleUploadedFile(name, content),
        "text": "",
    }
    page = text_of(clerk.post(reverse("standards:draft_new"), data))
    assert "没有录入，原因" in page
    assert reason in page
    assert not Draft.objects.exists()


def test_refused_paste_keeps_what_was_pasted(clerk: Client, people: Cast) -> None:
    data = {"organization": people.hospital_a.public_id, "text": "只是一段话"}
    page = text_of(clerk.post(reverse("standards:draft_new"), data))
    assert "只是一段话</textarea>" in page


def test_nothing_sent_is_asked_for(clerk: Client, people: Cast) -> None:
    page = text_of(clerk.post(reverse("standards:draft_new"), {"organization": people.hospital_a.public_id}))
    assert "请先选择一个文件" in page


def test_nobody_brings_in_for_another_hospital(clerk: Client, people: Cast) -> None:
    data = {"organization": people.hospital_b.public_id, "text": TABLE}
    assert clerk.post(reverse("standards:draft_new"), data).status_code == 200
    assert not Draft.objects.exists()


def test_who_does_not_manage_standards_brings_in_none(enter: Callable[[User], Client], people: Cast) -> None:
    answer = enter(people.member).get(reverse("standards:draft_new"))
    assert answer.status_code == 403
    assert "党办工作人员" in text_of(answer)
