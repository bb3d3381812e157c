"""What the pages of sheet vetoes are drawn with in ``test_every_page``: one proposed, one in force and appealed."""

from datetime import UTC, datetime

from qiangji.assessments.models import Sheet, SheetVeto
from qiangji.assessments.services import sheet_vetoes as services
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import sheet_of
from qiangji.files.tests import samples
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast
from qiangji.standards.models import Veto

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TITLE = "因工作出现重大失误，受到组织处理"


def accepted(people: Cast) -> list[object]:
    own = sheet_of(people.hospital_a)
    Veto.objects.create(edition=own.edition, number=1, kind=Veto.Kind.SHEET, title=TITLE)
    Sheet.objects.filter(pk=own.pk).update(state=State.ACCEPTED)
    return [own.public_id]


def proposed(people: Cast) -> list[object]:
    accepted(people)
    row = services.propose(
        reach=reach_of(people.supervisor, at=AT), sheet=sheet_of(people.hospital_a), veto=Veto.objects.get(title=TITLE),
        basis="甲市纪委监委甲纪〔2026〕5 号处理决定。", uploads=[samples.upload(samples.pdf("v"), "处理决定.pdf")], at=AT,
    )  # fmt: skip
    return [row.public_id]


def in_force(people: Cast) -> list[object]:
    keys = proposed(people)
    services.decide(
        reach=reach_of(people.guidance_province, at=AT), row=SheetVeto.objects.get(), agrees=True, words="材料齐全，属实。",
        notice_number="甲医党指〔2026〕3号", seen_version=1, at=AT,
    )  # fmt: skip
    return keys


def sheet_withheld(people: Cast) -> list[object]:
    in_force(people)
    return [sheet_of(people.hospital_a).public_id]
