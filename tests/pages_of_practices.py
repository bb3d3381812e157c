"""What the pages of practices are drawn with in ``test_every_page``: one of each state, and who adopted the published one."""

from datetime import UTC, date, datetime

from qiangji.files.tests import samples
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast
from qiangji.practices.models import Practice
from qiangji.practices.services.adopting import adopt
from qiangji.practices.services.moves import move
from qiangji.practices.services.writing import attach_file, start_practice
from qiangji.practices.tests.worlds import WORDS
from qiangji.practices.wording import Words
from qiangji.standards.models import Criterion

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TITLES = {
    "draft": "门诊志愿服务排班表",
    "submitted": "支部书记一季度一交流",
    "published": "党课提纲提前一周公示",
}


def laid(people: Cast, words: Words = WORDS) -> dict[str, Practice]:
    """A draft, one that waits for the province, one published to the province and adopted twice."""
    own = reach_of(people.party_office, at=AT)
    above = reach_of(people.guidance_province, at=AT)
    criterion = Criterion.objects.filter(edition__standard__code="small").order_by("position")[1]
    found = {}
    for case, title in TITLES.items():
        text = Words(**dict(words.items()) | {"title": title})
        row = start_practice(
            reach=own, organization=people.hospital_a, criterion=criterion, words=text, at=AT
        )
        upload = samples.upload(samples.pdf(case), "党课制度（试行）.pdf")
        attach_file(reach=own, row=row, upload=upload, at=AT)
        if case != "draft":
            row = move(reach=own, row=row, verb="submit", node_id=people.province.pk, seen_version=1, at=AT)
        if case == "published":
            row = move(
                reach=above, row=row, verb="publish", node_id=people.province.pk, seen_version=2, at=AT
            )
        found[case] = row
    for user, node in [
        (people.outsider, people.hospital_b),
        (people.branch_secretary, people.internal_medicine),
    ]:
        reach = reach_of(user, at=AT)
        adopt(
            reach=reach, row=found["published"], organization=node, date=date(2026, 11, 16),
            note="先在两个科室试行", at=AT,
        )  # fmt: skip
    return found


def lists(people: Cast) -> list[object]:
    laid(people)
    return []


def draft(people: Cast) -> list[object]:
    return [laid(people)["draft"].public_id]


def submitted(people: Cast) -> list[object]:
    return [laid(people)["submitted"].public_id]


def published(people: Cast) -> list[object]:
    return [laid(people)["published"].public_id]
