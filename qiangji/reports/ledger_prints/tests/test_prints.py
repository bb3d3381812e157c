"""The papers made from the ledgers: who stands on the sign-in sheet, and what a year's handbook holds."""

import io
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from qiangji.ledgers.models import Attendance
from qiangji.ledgers.tests.evening import Evening, make_evening
from qiangji.ledgers.tests.factories import make_record

AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def evening(db: None) -> Evening:
    return make_evening()


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def download(evening: Evening, name: str, *args: object, **query: str) -> str:
    client = Client()
    client.force_login(evening.people.branch_secretary)
    answer = client.get(reverse(f"reports:{name}", args=args), query)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return text_of(answer.content)


def test_the_sign_in_sheet_names_everybody_expected_and_who_is_excused(evening: Evening) -> None:
    persons = [member.person for member in evening.members]
    record = make_record(evening.people.internal_medicine, people=persons, place="三楼")
    Attendance.objects.filter(person=persons[0]).update(presence="leave")
    text = download(evening, "sign_in_sheet", record.public_id)
    assert all(person.name in text for person in persons)
    assert "请假" in text
    assert "2026年6月12日　三楼" in text


def test_the_handbook_goes_by_months_and_leaves_restricted_records_out(evening: Evening) -> None:
    branch = evening.people.internal_medicine
    people = [member.person for member in evening.members[:4]]
    make_record(
        branch, ["party_class"], title="三月党课", date=date(2026, 3, 5), people=people, keynote=people[0]
    )
    make_record(branch, title="五月主题党日", date=date(2026, 5, 15), outcome="完成")
    make_record(branch, ["branch_self_check"], title="5 月自查", date=date(2026, 5, 31), outcome="无不足。")
    make_record(branch, title="不应出现的一条", is_restricted=True)
    make_record(branch, title="草稿", state="draft")
    text = download(evening, "branch_handbook", branch.public_id, year="2026")
    assert "3 月" in text
    assert "应到 4 人，实到 4 人" in text
    assert "每月自查" in text
    assert "无不足" in text
    assert "不应出现的一条" not in text
    assert "草稿" not in text


def test_an_empty_year_says_so(evening: Evening) -> None:
    text = download(evening, "branch_handbook", evening.people.internal_medicine.public_id, year="2024")
    assert "2024 年还没有登记" in text
