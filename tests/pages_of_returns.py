"""What the pages of returned criteria are drawn with in ``test_every_page``: one amended and signed, two out, one late."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from qiangji.assessments.models import CriterionReturn, Sheet, SheetTransition, Submission
from qiangji.assessments.services.amending import (
    attach_amendment_file,
    open_returns,
    save_amendment,
    seen_digest,
    sign_amendment,
)
from qiangji.assessments.services.returning import return_criteria
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import fill, sheet_of
from qiangji.files.tests import samples
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import PASSWORD, Cast

AT = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def accepting(people: Cast) -> list[object]:
    """A sheet that was signed and is being accepted."""
    Sheet.objects.filter(organization=people.hospital_a).update(state=State.UNDER_ACCEPTANCE)
    sheet = sheet_of(people.hospital_a)
    Submission.objects.create(
        sheet=sheet, round=1, meeting_date=AT.date(), minutes_number="18", signed_by=people.secretary,
        signer_name="书记甲", signed_at=AT - MINUTE, total_points=Decimal("9.5"), digest="0" * 64,
    )  # fmt: skip
    return [sheet.public_id]


def send_back(people: Cast, reasons: dict[str, str], due: date, at: datetime) -> list[CriterionReturn]:
    sheet = sheet_of(people.hospital_a)
    return return_criteria(
        reach=reach_of(people.supervisor, at=at), sheet_id=sheet.public_id, reasons=reasons, due_date=due,
        seen_version=sheet.version, at=at,
    )  # fmt: skip


def amend(people: Cast, row: CriterionReturn, words: str, at: datetime) -> None:
    office = reach_of(people.party_office, at=at)
    upload = samples.upload(samples.pdf(words), "第三季度学习记录.pdf")
    attach_amendment_file(reach=office, return_id=row.public_id, upload=upload, at=at)
    stored = CriterionReturn.objects.get(pk=row.pk)
    save_amendment(
        reach=office, return_id=row.public_id, points=row.answer.criterion.points,
        text=words, seen_version=stored.version, at=at,
    )  # fmt: skip


def returned(people: Cast) -> list[object]:
    """A sheet with one return behind it, one amended and waiting for the signature, one that nobody touched."""
    keys = accepting(people)
    sheet = sheet_of(people.hospital_a)
    (first,) = send_back(people, {"1-1-2": "落实情况没有写明补选日期，请补充。"}, AT.date(), AT)
    amend(people, first, "副书记 3 月 12 日届中补选到位，缺额一个月。", AT + MINUTE)
    sign_amendment(
        reach=reach_of(people.secretary, at=AT), sheet_id=sheet.public_id, password=PASSWORD,
        seen=seen_digest(open_returns(sheet)), at=AT + 2 * MINUTE,
    )  # fmt: skip
    second, _ = send_back(
        people, {"1-1-1": "缺第三季度中心组学习记录，请补附件。", "2-0-1": "分工文件不是现行的一份，请换。"},
        date(2026, 11, 20), AT + 3 * MINUTE,
    )  # fmt: skip
    amend(people, second, "第三季度于 9 月 18 日学习一次，记录已附。", AT + 4 * MINUTE)
    return keys


def ready(people: Cast) -> list[object]:
    keys = returned(people)
    row = CriterionReturn.objects.get(state="open", answer__criterion__code="2-0-1")
    amend(people, row, "已换成 2026 年 2 月的分工文件。", AT + 5 * MINUTE)
    return keys


def one(people: Cast) -> list[object]:
    returned(people)
    return [CriterionReturn.objects.get(state="open", version__gt=0).public_id]


def changed(people: Cast) -> list[object]:
    """A sheet signed, one criterion amended since and marked anew: what the reviewer is shown before concluding."""
    keys = accepting(people)
    sheet = sheet_of(people.hospital_a)
    SheetTransition.objects.create(
        sheet=sheet, sequence=1, verb="submit", from_state=State.DRAFT, to_state=State.SUBMITTED,
        moved_by=people.secretary, moved_at=AT - MINUTE,
    )  # fmt: skip
    Sheet.objects.filter(pk=sheet.pk).update(version=1)
    (row,) = send_back(people, {"1-1-2": "落实情况没有写明补选日期，请补充。"}, AT.date(), AT)
    amend(
        people,
        row,
        "副书记 3 月 12 日届中补选到位，缺额一个月；补选请示、批复和选举结果均已附上。",
        AT + MINUTE,
    )
    sign_amendment(
        reach=reach_of(people.secretary, at=AT), sheet_id=sheet.public_id, password=PASSWORD,
        seen=seen_digest(open_returns(sheet)), at=AT + 2 * MINUTE,
    )  # fmt: skip
    fill(sheet, "acceptance", people.supervisor, AT + 3 * MINUTE)
    return keys
