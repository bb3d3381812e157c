"""A small library: two practices being written, one of the hospital and one of its branch, and the people around them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from qiangji.accounts.models import User
from qiangji.assessments.tests.factories import make_edition
from qiangji.files.tests import samples
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach, reach_of
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.practices.models import Adoption, Practice, PracticeFile
from qiangji.practices.services.adopting import adopt
from qiangji.practices.services.moves import move
from qiangji.practices.services.writing import attach_file, start_practice, write_text
from qiangji.practices.wording import Words
from qiangji.standards.models import Criterion, Edition

BEGUN = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
WORDS = Words(
    title="党课提纲提前一周公示",
    situation="党课内容与科室工作脱节，到会率低。",
    action="支委会每季度初议定题目，提前一周把提纲贴在科室，会后收集三条建议。",
    outcome="支部党员大会到会率由 78% 提高到 95%（2026 年 1 月至 9 月）。",
    contact_post="内科党支部组织委员",
)


@dataclass
class Library:
    """``own``: the hospital's practice; ``ward``: the branch's. Time goes on by a minute with every act."""

    people: Cast
    edition: Edition
    own_id: int
    ward_id: int
    clock: datetime = BEGUN

    @property
    def own(self) -> Practice:
        return Practice.objects.get(pk=self.own_id)

    @property
    def ward(self) -> Practice:
        return Practice.objects.get(pk=self.ward_id)

    def tick(self) -> datetime:
        self.clock += timedelta(minutes=1)
        return self.clock

    def reach(self, user: User) -> Reach:
        return reach_of(user, at=self.clock)

    def criterion(self, code: str = "1-1-2") -> Criterion:
        return Criterion.objects.get(edition=self.edition, code=code)

    def write(
        self, row: Practice, words: Words = WORDS, *, user: User | None = None, code: str = "1-1-2"
    ) -> Practice:
        """Store the next text."""
        row = Practice.objects.get(pk=row.pk)
        return write_text(
            reach=self.reach(user or self.author(row)), row=row, criterion=self.criterion(code), words=words,
            seen_version=row.version, at=self.tick(),
        )  # fmt: skip

    def author(self, row: Practice) -> User:
        return self.people.branch_secretary if row.pk == self.ward_id else self.people.party_office

    def reviewer(self, row: Practice) -> User:
        return self.people.secretary if row.pk == self.ward_id else self.people.supervisor

    def move(self, row: Practice, verb: str, user: User, **changes: Any) -> Practice:
        row = Practice.objects.get(pk=row.pk)
        arguments = {
            "reach": self.reach(user), "row": row, "verb": verb, "words": "请照此推广",
            "seen_version": row.version, "at": self.tick(),
        } | changes  # fmt: skip
        return move(**arguments)

    def submit(self, row: Practice, **changes: Any) -> Practice:
        return self.move(row, "submit", self.author(row), **changes)

    def publish(self, row: Practice, node: Organization | None = None) -> Practice:
        """Hand in and publish, as far as the usual reviewer's own node."""
        row = self.submit(row)
        where = node or (self.people.hospital_a if row.pk == self.ward_id else self.people.authority_a)
        return self.move(row, "publish", self.reviewer(row), node_id=where.pk)

    def attach(self, row: Practice, name: str = "rule") -> PracticeFile:
        upload = samples.upload(samples.pdf(name), f"{name}.pdf")
        return attach_file(reach=self.reach(self.author(row)), row=row, upload=upload, at=self.tick())

    def adopt(self, row: Practice, organization: Organization, user: User, **changes: Any) -> Adoption:
        arguments = {
            "reach": self.reach(user), "row": row, "organization": organization,
            "date": date(2026, 10, 20), "note": "在两个支部试行", "at": self.tick(),
        } | changes  # fmt: skip
        return adopt(**arguments)


def make_library() -> Library:
    """Store the cast, an edition, and the two drafts."""
    people, edition = cast(), make_edition()
    criterion = Criterion.objects.get(edition=edition, code="1-1-2")
    rows = [
        start_practice(
            reach=reach_of(user, at=BEGUN), organization=node, criterion=criterion, words=WORDS, at=BEGUN
        )
        for user, node in [
            (people.party_office, people.hospital_a),
            (people.branch_secretary, people.internal_medicine),
        ]
    ]
    return Library(people, edition, rows[0].pk, rows[1].pk)
