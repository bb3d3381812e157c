"""What the pages of objections are drawn with in ``test_every_page``: one against a mark that waits, with its file."""

from datetime import timedelta

from qiangji.assessments.models import Answer, Cycle, Sheet
from qiangji.files.tests import samples
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast
from qiangji.results.models import Objection
from qiangji.results.services.objections import answer_objection, file_objection
from tests.pages_of_results import AT, decided

LONG = "第三季度中心组学习于 9 月 18 日举行，签到和记录在提交时已附，验收时漏看。请求按满分计。"


def filed(people: Cast) -> list[object]:
    """One that waits, an older one that was rejected."""
    decided(people)
    Cycle.objects.update(objection_days=36500, answer_days=5)
    sheet = Sheet.objects.get(organization=people.hospital_a)
    reach = reach_of(people.secretary, at=AT)
    for code, words in [("1-1-2", "补选日期有误。"), ("2-0-1", LONG)]:
        answer = Answer.objects.select_related("criterion").get(sheet=sheet, criterion__code=code)
        upload = samples.upload(samples.pdf(code), "学习记录.pdf")
        row = file_objection(
            reach=reach, sheet=sheet, kind="correction", answer=answer, words=words, uploads=[upload],
            at=AT + timedelta(minutes=1),
        )  # fmt: skip
        if code == "1-1-2":
            answer_objection(
                reach=reach_of(people.supervisor, at=AT), objection=row, outcome="rejected",
                reply="文件日期为 4 月 1 日，与台账一致。", seen_version=1, at=AT + timedelta(minutes=2),
            )  # fmt: skip
    return [sheet.public_id]


def waiting(people: Cast) -> list[object]:
    filed(people)
    return [Objection.objects.get(state="open").public_id]
