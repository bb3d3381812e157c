"""A small world of mending: two orders, and the people of the cast who work them off."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from qiangji.accounts.models import User
from qiangji.assessments.models import Mark
from qiangji.assessments.states import State as SheetState
from qiangji.assessments.tests.worlds import World, make_world
from qiangji.files.tests import samples
from qiangji.members.models import Person
from qiangji.members.tests.factories import make_person, make_post, make_tenure
from qiangji.orgs.models import Organization, Post
from qiangji.orgs.reach import Reach, reach_of
from qiangji.rectification.models import Rectification
from qiangji.rectification.services.moves import assign_leader, move
from qiangji.rectification.services.opening import NewOrder, open_rectifications
from qiangji.rectification.services.planning import Written, attach_proof, write_plan

OPENED = datetime(2026, 12, 21, 2, 0, tzinfo=UTC)
DEADLINE = date(2027, 3, 31)


@dataclass
class Mending:
    """``branch``: the order to branch 内科; ``hospital``: the one to hospital 甲; ``leader``: its secretary as a person."""

    small: World
    branch_id: int
    hospital_id: int
    leader: Person
    clock: datetime = OPENED

    @property
    def branch(self) -> Rectification:
        return Rectification.objects.get(pk=self.branch_id)

    @property
    def hospital(self) -> Rectification:
        return Rectification.objects.get(pk=self.hospital_id)

    def tick(self) -> datetime:
        self.clock += timedelta(minutes=1)
        return self.clock

    def reach(self, user: User) -> Reach:
        return reach_of(user, at=self.clock)

    def own(self, row: Rectification) -> User:
        """Who rectifies."""
        people = self.small.cast
        return people.branch_secretary if row.pk == self.branch_id else people.party_office

    def orderer(self, row: Rectification) -> User:
        """Who ordered it."""
        people = self.small.cast
        return people.secretary if row.pk == self.branch_id else people.supervisor

    def user_for(self, row: Rectification, verb: str) -> User:
        return self.own(row) if verb in ("plan", "hand_in") else self.orderer(row)

    def move(self, row: Rectification, verb: str, **changes: Any) -> Rectification:
        """Make a move as whoever's it is, with words."""
        row = Rectification.objects.get(pk=row.pk)
        arguments = {
            "reach": self.reach(changes.pop("user", None) or self.user_for(row, verb)),
            "row": row, "verb": verb, "words": "经核对属实", "seen_version": row.version, "at": self.tick(),
        } | changes  # fmt: skip
        return move(**arguments)

    def assign(self, row: Rectification) -> None:
        row = Rectification.objects.get(pk=row.pk)
        assign_leader(
            reach=self.reach(self.orderer(row)), row=row, person_id=self.leader.public_id,
            seen_version=row.version, at=self.tick(),
        )  # fmt: skip

    def write(self, row: Rectification, *, cause: str = "", measure: str = "", done: str = "") -> None:
        """Write the same into every line of the plan."""
        row = Rectification.objects.get(pk=row.pk)
        lines = [Written(item.position, item.gap, cause, measure, done) for item in row.items.all()]
        write_plan(
            reach=self.reach(self.own(row)), row=row, lines=lines, seen_version=row.version, at=self.tick()
        )

    def prove(self, row: Rectification, name: str = "proof") -> None:
        upload = samples.upload(samples.pdf(name), f"{name}.pdf")
        attach_proof(reach=self.reach(self.own(row)), row=row, upload=upload, at=self.tick())

    def abolish(self, row: Rectification) -> None:
        """Let an organization end before anything of this world; its hospital acts for it from now on."""
        Organization.objects.filter(pk=row.organization_id).update(end_date=date(2026, 6, 30))

    def handed_in_for_a_branch_that_is_gone(self) -> Rectification:
        """Let the Party office hand in the order of a branch that was abolished while it was under way."""
        row = self.work_off(self.branch, until="under_way")
        self.write(row, done="已补齐")
        self.prove(row)
        self.abolish(row)
        return self.move(row, "hand_in", user=self.small.cast.party_office)

    def work_off(self, row: Rectification, until: str = "closed") -> Rectification:
        """Take an order to a later state, with every record that each step asks for."""
        if row.needs_leader:
            self.assign(row)
        self.write(row, cause="制度没有落实", measure="逐月核对")
        for verb in ("plan", "hand_in", "verify", "close"):
            if verb == "hand_in":
                self.write(row, done="已补齐")
                self.prove(row)
            row = self.move(row, verb)
            if row.state == until:
                return row
        return row


def make_mending() -> Mending:
    """Rate both sheets with a point lost each, and open an order for each."""
    small = make_world()
    small.bring_to(SheetState.RATED)
    small.bring_to(SheetState.ACCEPTED, small.branch)
    people = small.cast
    for sheet, code, stage in [(small.sheet, "2-0-1", "rating"), (small.branch, "1-1-2", "acceptance")]:
        Mark.objects.filter(answer=small.answer(code, sheet), stage=stage).update(points=0, remark="没有记录")
    leader = make_person("甲书记")
    make_tenure(make_post(people.hospital_a, kind=Post.Kind.SECRETARY), leader)
    rows = open_rectifications(
        orders=[
            NewOrder(people.internal_medicine, Rectification.Kind.KEY_BRANCH, "得分 89 分", people.hospital_a,
                     DEADLINE, small.branch.pk),
            NewOrder(people.hospital_a, Rectification.Kind.TIME_LIMITED, "本级得分 89 分", people.authority_a,
                     DEADLINE, small.sheet.pk),
        ],
        by=people.supervisor, at=OPENED,
    )  # fmt: skip
    return Mending(small, rows[0].pk, rows[1].pk, leader)
