"""The list of dispatches as Excel: what the page shows, and the words only for the two sides."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from qiangji.accounts.models import User
from qiangji.assessments.tests.worlds import counted
from qiangji.dispatches.tests.worlds import Asking, make_asking
from qiangji.orgs.tests.factories import make_organization

ADDRESS = reverse("reports:dispatch_list")
ANSWER = "已逐个支部核对，补齐 3 份记录。"


@pytest.fixture(scope="module")
def asking_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[Asking]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_asking()
        transaction.set_rollback(True)


@pytest.fixture
def asking(asking_of_file: Asking, db: None) -> Asking:
    return asking_of_file


def rows_for(user: User, **query: str) -> list[dict[str, Any]]:
    """The downloaded rows by their headings."""
    client = Client()
    client.force_login(user)
    answer = client.get(ADDRESS, query)
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.content)).active
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


@pytest.mark.shows("A37")
def test_who_answers_has_the_own_tasks_with_what_was_asked_and_answered(asking: Asking) -> None:
    asking.bring(asking.hospital, "answered")
    (row,) = rows_for(asking.cast.party_office, side="received")
    assert (row["事项"], row["条目"], row["状态"]) == ("补齐第三季度党课记录", "1-1-1", "待核定")
    assert row["办理期限"].date() == asking.hospital.deadline_date
    assert "逐个支部核对" in row["要求"]
    assert row["答复内容"] == ANSWER


def test_the_last_answer_counts(asking: Asking) -> None:
    asking.bring(asking.hospital, "returned")
    asking.write(asking.hospital, "第二次核对，全部补齐。")
    asking.move(asking.hospital, "answer")
    (row,) = rows_for(asking.cast.supervisor, side="issued")
    assert row["答复内容"] == "第二次核对，全部补齐。"


def test_who_only_watches_has_the_list_without_the_words(asking: Asking) -> None:
    asking.bring(asking.hospital, "answered")
    rows = rows_for(asking.cast.guidance_province, side="all")
    assert [row["承办单位"] for row in rows] != []
    assert {"要求", "答复内容"}.isdisjoint(rows[0])


def test_the_draft_of_an_answer_is_in_no_list(asking: Asking) -> None:
    asking.write(asking.hospital)
    for user, side in ((asking.cast.supervisor, "issued"), (asking.cast.party_office, "received")):
        assert ANSWER not in str(rows_for(user, side=side))


def test_it_is_narrowed_like_the_page(asking: Asking) -> None:
    assert rows_for(asking.cast.party_office, side="received", words="没有这个词") == []
    assert len(rows_for(asking.cast.party_office, side="received", code="1-1-1")) == 1
    assert rows_for(asking.cast.party_office, side="received", view="over") == []


def test_statements_do_not_grow_with_the_tasks(asking: Asking) -> None:
    people = asking.cast
    client = Client()
    client.force_login(people.supervisor)

    def statements() -> int:
        with counted() as asked:
            assert client.get(ADDRESS, {"side": "issued"}).status_code == 200
        return len(asked())

    before = statements()
    more = [make_organization(people.authority_a, "hospital") for _ in range(3)]
    asking.issue(people.supervisor, people.authority_a, asking.asked(*more))
    assert statements() == before
