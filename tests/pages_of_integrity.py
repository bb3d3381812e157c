"""What the pages of doubted material are drawn with in ``test_every_page``: one explained, one found false, one just raised."""

from datetime import UTC, date, datetime

from qiangji.assessments.models import Answer, IntegrityFlag, Sheet, Submission
from qiangji.assessments.services.evidence import attach_evidence
from qiangji.assessments.services.integrity import move_flag, raise_flag
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import sheet_of
from qiangji.files.tests import samples
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast

AT = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)
AHEAD = date(2099, 3, 31)
FILES = {
    "found": "第三季度主题党日签到表.pdf",
    "explained": "中心组学习记录（三季度）.pdf",
    "raised": "党课照片说明.pdf",
}
REASON = "签到表注明 9 月 12 日，当天的会议室使用登记没有这次会；三人的签名笔迹相同。"
WORDS = {
    "answer": "会议改在 9 月 19 日开，签到表沿用了原来的日期，已附会议通知。",
    "confirm": "会议通知与台账的日期一致，签到表的日期和签名不实。",
}


def laid(people: Cast) -> dict[str, IntegrityFlag]:
    """Three files on the first criterion of hospital 甲's submitted sheet."""
    sheet = sheet_of(people.hospital_a)
    answer = Answer.objects.get(sheet=sheet, criterion__code="1-1-1")
    files = {
        case: attach_evidence(
            answer=answer, upload=samples.upload(samples.pdf(case), name), by=people.party_office, at=AT
        )
        for case, name in FILES.items()
    }
    Submission.objects.create(
        sheet=sheet, round=1, meeting_date=AT.date(), minutes_number="18", signed_by=people.secretary,
        signer_name=str(people.secretary), signed_at=AT, total_points=5, digest="0" * 64,
    )  # fmt: skip
    Sheet.objects.filter(pk=sheet.pk).update(state=State.UNDER_ACCEPTANCE)
    by = {"answer": people.party_office, "confirm": people.guidance_province}
    found = {}
    for case, evidence in files.items():
        flag = raise_flag(
            reach=reach_of(people.supervisor, at=AT), answer=answer, evidence=evidence, reason=REASON,
            answer_until=AHEAD, at=AT,
        )  # fmt: skip
        for verb in {"raised": [], "explained": ["answer"], "found": ["answer", "confirm"]}[case]:
            flag = move_flag(
                reach=reach_of(by[verb], at=AT), flag=flag, verb=verb, words=WORDS[verb],
                seen_version=flag.version, at=AT,
            )  # fmt: skip
        found[case] = flag
    return found


def lists(people: Cast) -> list[object]:
    laid(people)
    return []


def submitted(people: Cast) -> list[object]:
    laid(people)
    return [sheet_of(people.hospital_a).public_id, "1-1-1"]


def raised(people: Cast) -> list[object]:
    return [laid(people)["raised"].public_id]


def explained(people: Cast) -> list[object]:
    return [laid(people)["explained"].public_id]


def found(people: Cast) -> list[object]:
    return [laid(people)["found"].public_id]
