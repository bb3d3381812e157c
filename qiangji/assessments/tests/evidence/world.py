"""A hospital's draft sheet with files on its answers, and everybody around it: the world of the tests beside it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.urls import reverse

from qiangji.assessments.models import Answer, Evidence, Sheet
from qiangji.assessments.services import evidence as services
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.tests.factories import make_cycle, open_small_cycle, sheet_of
from qiangji.assessments.tests.worlds import as_user
from qiangji.files.tests import samples
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import Cast, cast

AT = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
LONG_AFTER = AT + timedelta(days=400)


@dataclass
class World:
    """A hospital's draft sheet of a few criteria, and everybody around it."""

    cast: Cast
    sheet: Sheet

    def __post_init__(self) -> None:
        answers = self.sheet.answers.select_related("criterion").order_by("criterion__position")
        self.answers = list(answers)
        self.first = self.answers[0]

    def answer_of(self, organization: Organization) -> Answer:
        """The first answer on another organization's sheet."""
        return Answer.objects.get(
            sheet__organization=organization, sheet__cycle=self.sheet.cycle, criterion__code="1-1-1"
        )

    def move_to(self, state: str) -> None:
        Sheet.objects.filter(pk=self.sheet.pk).update(state=state)

    def attach(
        self, answer: Answer | None = None, data: bytes | None = None, name: str = "会议记录.pdf"
    ) -> Evidence:
        upload = samples.upload(data if data is not None else samples.pdf(), name)
        return services.attach_evidence(
            answer=answer or self.first, upload=upload, by=self.cast.party_office, at=AT
        )

    def detach(self, evidence: Evidence, at: datetime = AT, reason: str = "传错文件") -> Evidence:
        return services.detach_evidence(evidence=evidence, reason=reason, by=self.cast.party_office, at=at)


def make_world() -> World:
    people = cast()
    open_small_cycle(people)
    return World(people, sheet_of(people.hospital_a))


def open_last_year(world: World) -> Answer:
    """The same hospital's first answer of the year before."""
    cycle = make_cycle(world.cast.province, world.sheet.edition, year=2025)
    open_cycle(cycle=cycle, by=None, at=AT - timedelta(days=365))
    return Answer.objects.get(
        sheet__cycle=cycle, sheet__organization=world.cast.hospital_a, criterion__code="1-1-1"
    )


def address(world: World, name: str = "evidence_list", code: str = "1-1-1") -> str:
    return reverse(f"assessments:{name}", args=[world.sheet.public_id, code])


def file_address(evidence: Evidence) -> str:
    return reverse("assessments:evidence_open", args=[evidence.public_id])


def open_file(user, evidence: Evidence, query: str = "") -> Any:
    """Open a file as a person and read it to its end; what was read is in ``body``."""
    answer: Any = as_user(user).get(file_address(evidence) + query)
    answer.body = answer.getvalue()
    return answer


def post_file(user, world: World, *uploads, code: str = "1-1-1"):
    return as_user(user).post(address(world, "evidence_add", code), {"files": list(uploads)})
