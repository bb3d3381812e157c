"""The letter of introduction: what it says, what it leaves to be filled in, and that it is one clean page of Word."""

import io
from datetime import UTC, date, datetime

import pytest
from docx import Document

from qiangji.ledgers.models import DuesPayment
from qiangji.members.models import Transfer
from qiangji.members.tests.factories import make_member
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.reports.transfer_letters.contents import BLANK_MONTH, letter_of
from qiangji.reports.transfer_letters.report import build, file_name

AT = datetime(2026, 5, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


def make_transfer(people: Cast) -> Transfer:
    member = make_member(
        people.surgery, "林远", confirmed_date=date(2026, 5, 2), person_fields={"sex": "male"}
    )
    return Transfer.objects.create(
        member=member,
        source=people.surgery,
        target=people.hospital_b,
        letter_number="2026-007",
        sent_date=date(2026, 5, 1),
        valid_until=date(2026, 7, 29),
    )


def test_letter_says_what_the_register_holds_on_the_day_it_was_sent(people: Cast) -> None:
    transfer = make_transfer(people)
    for month, paid in [(date(2026, 4, 1), date(2026, 4, 3)), (date(2026, 5, 1), date(2026, 5, 2))]:
        DuesPayment.objects.create(
            member=transfer.member,
            organization=people.surgery,
            month=month,
            amount=10,
            paid_date=paid,
            recorded_at=AT,
        )
    letter = letter_of(transfer)
    assert (letter.status, letter.valid_days, letter.dues_words) == ("中共预备党员", 90, "2026年4月")
    assert (letter.sender, letter.branch) == ("甲市第一医院党委", "外科党支部")
    assert letter.destination == "乙市第一医院党委"


def test_file_has_stub_letter_and_receipt(people: Cast) -> None:
    transfer = make_transfer(people)
    content = build(transfer, at=AT)
    assert content == build(transfer, at=AT)
    document = Document(io.BytesIO(content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for words in ("存根", "林远同志（男）", BLANK_MONTH, "有效期90天", "回执", "2026-007"):
        assert words in text
    stub = {cell.text for row in document.tables[0].rows for cell in row.cells}
    assert {"林远（男）", "2026-007", "中共预备党员", "90天"} <= stub
    assert file_name(transfer) == "组织关系介绍信 2026-007.docx"
