"""Two submitted sheets with a piece of evidence each, and everybody who may doubt them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from qiangji.accounts.models import User
from qiangji.assessments.integrity_states import move_from
from qiangji.assessments.models import Answer, Evidence, IntegrityFlag, Sheet, Submission
from qiangji.assessments.services.evidence import attach_evidence
from qiangji.assessments.services.integrity import move_flag, raise_flag
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import open_small_cycle, sheet_of
from qiangji.files.tests import samples
from qiangji.orgs.reach import Reach, reach_of
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.models import Veto

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
UNTIL = date(2026, 11, 27)


@dataclass
class Doubting:
    """``evidence`` hangs on criterion 1-1-1 of hospital 甲's sheet, ``inside`` on that of its branch 内科."""

    cast: Cast
    evidence: Evidence
    inside: Evidence
    clock: datetime = AT

    @property
    def sheet(self) -> Sheet:
        return sheet_of(self.cast.hospital_a)

    def tick(self, **more: int) -> datetime:
        self.clock += timedelta(**more) if more else timedelta(minutes=1)
        return self.clock

    def reach(self, user: User) -> Reach:
        return reach_of(user, at=self.clock)

    def answer(self, code: str = "1-1-1") -> Answer:
        return Answer.objects.select_related("criterion", "sheet").get(sheet=self.sheet, criterion__code=code)

    def doubt(self, by: User | None = None, **changes: Any) -> IntegrityFlag:
        arguments = {
            "reach": self.reach(by or self.cast.supervisor), "answer": self.answer(), "evidence": self.evidence,
            "reason": "签到表与会议日期不符", "answer_until": UNTIL, "at": self.tick(),
        } | changes  # fmt: skip
        return raise_flag(**arguments)

    def doubt_inside(self, by: User) -> IntegrityFlag:
        answer = Answer.objects.select_related("criterion", "sheet").get(pk=self.inside.answer_id)
        return self.doubt(by, answer=answer, evidence=self.inside)

    def move(self, flag: IntegrityFlag, verb: str, by: User, **changes: Any) -> IntegrityFlag:
        flag = IntegrityFlag.objects.select_related("sheet").get(pk=flag.pk)
        arguments = {
            "reach": self.reach(by), "flag": flag, "verb": verb, "words": "核对原始记录后认为如此", "outcome": "mark",
            "seen_version": flag.version, "at": self.tick(),
        } | changes  # fmt: skip
        return move_flag(**arguments)

    def bring(self, state: str) -> IntegrityFlag:
        """Raise a flag and take it to a later state, each step by whose it is."""
        people = self.cast
        flag = self.doubt()
        steps = {
            "raised": [], "answered": ["answer"], "dismissed": ["answer", "dismiss"], "withdrawn": ["withdraw"],
            "confirmed": ["answer", "confirm"], "settled": ["answer", "confirm", "settle"],
        }[state]  # fmt: skip
        who = {"answer": people.party_office, "withdraw": people.supervisor}
        for verb in steps:
            assert move_from(flag.state, verb) is not None
            flag = self.move(flag, verb, who.get(verb, people.guidance_city))
        return flag


def make_doubting() -> Doubting:
    """Submit both sheets, the hospital's with a condition for a sheet veto in its edition."""
    people = cast()
    open_small_cycle(people)
    found = []
    for node, by in [
        (people.hospital_a, people.party_office),
        (people.internal_medicine, people.branch_secretary),
    ]:
        sheet = sheet_of(node)
        answer = Answer.objects.get(sheet=sheet, criterion__code="1-1-1")
        upload = samples.upload(samples.pdf(node.code), "签到表.pdf")
        found.append(attach_evidence(answer=answer, upload=upload, by=by, at=AT - timedelta(days=30)))
        signed = AT - timedelta(days=20)
        Submission.objects.create(
            sheet=sheet, round=1, meeting_date=signed.date(), minutes_number="18", signed_by=by, signer_name=str(by),
            signed_at=signed, total_points=5, digest="0" * 64,
        )  # fmt: skip
        Sheet.objects.filter(pk=sheet.pk).update(state=State.SUBMITTED)
    Answer.objects.filter(sheet=sheet_of(people.hospital_a), criterion__code="1-1-2").update(
        text="全年开会 12 次", version=1, edited_by=people.party_office, edited_at=AT
    )
    edition = sheet_of(people.hospital_a).edition
    Veto.objects.create(edition=edition, number=1, kind=Veto.Kind.SHEET, title="工作重大失误并受到组织处理")
    return Doubting(people, *found)
