"""A small world of dispatches: one that hospital 甲 has from its authority, one that its branch has from the hospital."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from qiangji.accounts.models import User
from qiangji.assessments.tests.factories import make_edition
from qiangji.dispatches.models import Dispatch, Task
from qiangji.dispatches.services.issuing import Asked, issue
from qiangji.dispatches.services.moves import move, save_draft
from qiangji.dispatches.services.proving import attach_proof
from qiangji.files.tests import samples
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach, reach_of
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.models import Criterion

ISSUED = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DEADLINE = date(2026, 12, 10)
NEXT = date(2026, 12, 31)


@dataclass
class Asking:
    """``hospital_id``: the task of hospital 甲; ``branch_id``: that of its branch 内科, which the hospital issued."""

    cast: Cast
    criterion: Criterion
    hospital_id: int = 0
    branch_id: int = 0
    clock: datetime = ISSUED

    @property
    def hospital(self) -> Task:
        return Task.objects.select_related("dispatch", "organization", "issuer").get(pk=self.hospital_id)

    @property
    def branch(self) -> Task:
        return Task.objects.select_related("dispatch", "organization", "issuer").get(pk=self.branch_id)

    def tick(self, **more: int) -> datetime:
        self.clock += timedelta(**more) if more else timedelta(minutes=1)
        return self.clock

    def reach(self, user: User) -> Reach:
        return reach_of(user, at=self.clock)

    def asked(self, *nodes: Organization, owner: User | None = None, **changes: Any) -> Asked:
        fields = {
            "title": "补齐第三季度党课记录", "text": "逐个支部核对，缺的补上，12 月 10 日前报结果。",
            "organizations": [node.public_id for node in nodes], "deadline_date": DEADLINE,
            "owner": owner or self.cast.supervisor, "criterion": self.criterion,
        } | changes  # fmt: skip
        return Asked(**fields)

    def issue(self, by: User, body: Organization, asked: Asked) -> Dispatch:
        return issue(reach=self.reach(by), body=body, asked=asked, at=self.tick())

    def own(self, row: Task) -> User:
        """Who answers."""
        return self.cast.branch_secretary if row.pk == self.branch_id else self.cast.party_office

    def issuer(self, row: Task) -> User:
        """Who issued it."""
        return self.cast.party_office if row.pk == self.branch_id else self.cast.supervisor

    def write(self, row: Task, text: str = "已逐个支部核对，补齐 3 份记录。") -> Task:
        row = Task.objects.get(pk=row.pk)
        return save_draft(
            reach=self.reach(self.own(row)), row=row, text=text, seen_version=row.version, at=self.tick()
        )

    def prove(self, row: Task, name: str = "proof") -> Any:
        upload = samples.upload(samples.pdf(name), f"{name}.pdf")
        return attach_proof(reach=self.reach(self.own(row)), row=row, upload=upload, at=self.tick())

    def move(self, row: Task, verb: str, **changes: Any) -> Task:
        """Make a move as whoever's it is, with words."""
        row = Task.objects.get(pk=row.pk)
        user = changes.pop("user", None) or (self.own(row) if verb == "answer" else self.issuer(row))
        arguments = {
            "reach": self.reach(user), "row": row, "verb": verb, "words": "经核对属实",
            "seen_version": row.version, "at": self.tick(),
        } | changes  # fmt: skip
        return move(**arguments)

    def bring(self, row: Task, state: str) -> Task:
        """Take a task to a later state."""
        if state == "issued":
            return row
        self.write(row)
        row = self.move(row, "answer")
        verb = {"returned": "send_back", "closed": "accept", "withdrawn": "withdraw"}.get(state)
        return self.move(row, verb) if verb else row


def make_asking() -> Asking:
    """Store the cast, a small edition, and the two tasks."""
    people = cast()
    edition = make_edition()
    asking = Asking(people, Criterion.objects.get(edition=edition, code="1-1-1"))
    first = asking.issue(people.supervisor, people.authority_a, asking.asked(people.hospital_a))
    inside = asking.asked(people.internal_medicine, owner=people.party_office)
    second = asking.issue(people.party_office, people.hospital_a, inside)
    asking.hospital_id, asking.branch_id = first.tasks.get().pk, second.tasks.get().pk
    return asking
