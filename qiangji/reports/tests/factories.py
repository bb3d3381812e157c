"""A hospital's sheet under the built-in edition, with answers and marks written straight into the tables."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Cycle, Mark, Sheet, Submission
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import Cast
from qiangji.standards.models import Edition
from qiangji.standards.services import load_library

AT = datetime(2026, 11, 3, 2, 30, tzinfo=UTC)
SIGNED_AT = datetime(2026, 10, 30, 17, 0, tzinfo=UTC)  # 31 October in Shanghai
OPENED_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
BUILT_IN = "jilin-hospital-committee"


def built_in_edition() -> Edition:
    """Load the library and return the edition of the committee standard."""
    load_library(at=OPENED_AT)
    return Edition.objects.select_related("standard").get(standard__code=BUILT_IN)


def make_cycle(owner: Organization, **fields) -> Cycle:
    """Store a cycle of 2026."""
    defaults = {
        "year": 2026,
        "title": "2026年度考核",
        "plan_number": "甲卫党〔2026〕1号",
        "period_start_date": date(2026, 1, 1),
        "period_end_date": date(2026, 12, 31),
        "self_deadline_date": date(2026, 10, 31),
        "acceptance_deadline_date": date(2026, 11, 30),
        "rating_deadline_date": date(2026, 12, 15),
        "closing_date": date(2026, 12, 31),
        "pass_line": Decimal(90),
        "branch_share": Decimal(90),
    }
    return Cycle.objects.create(owner=owner, **(defaults | fields))


def make_sheet(people: Cast, edition: Edition, *, state: str = State.DRAFT, **fields) -> Sheet:
    """Store hospital 甲's sheet in a state, with an empty answer per criterion."""
    cycle = fields.pop("cycle", None) or make_cycle(people.authority_a)
    sheet = Sheet.objects.create(
        cycle=cycle,
        organization=people.hospital_a,
        edition=edition,
        organization_name=people.hospital_a.name,
        organization_path=people.hospital_a.path,
        organization_kind=people.hospital_a.kind,
        supervisor=people.authority_a,
        rating_authority=people.authority_a,
        state=state,
        opened_at=OPENED_AT,
        state_at=AT,
        **({"final_stage": Stage.RATING} | fields),
    )
    Answer.objects.bulk_create(
        Answer(sheet=sheet, criterion=criterion) for criterion in edition.criteria.all()
    )
    return sheet


def give_marks(sheet: Sheet, stage: str, by: User, *, but: Mapping[str, str | None] | None = None) -> None:
    """Give every criterion full points at a stage, but for the codes named; None gives those no mark at all."""
    others = but or {}
    answers = Answer.objects.filter(sheet=sheet).select_related("criterion")
    given = [(answer, others.get(answer.criterion.code, str(answer.criterion.points))) for answer in answers]
    Mark.objects.bulk_create(
        Mark(answer=answer, stage=stage, points=Decimal(points), marked_by=by, marked_at=AT)
        for answer, points in given
        if points is not None
    )


def write_text(sheet: Sheet, code: str, text: str, by: User) -> None:
    """Write one implementation text."""
    rows = Answer.objects.filter(sheet=sheet, criterion__code=code)
    assert rows.update(text=text, version=1, edited_by=by, edited_at=AT) == 1


def sign(sheet: Sheet, by: User) -> Submission:
    """Store the submission of the sheet's round."""
    return Submission.objects.create(
        sheet=sheet,
        round=sheet.round,
        meeting_date=date(2026, 10, 28),
        minutes_number="甲院党纪要〔2026〕12号",
        signed_by=by,
        signer_name=by.name,
        signed_at=SIGNED_AT,
        total_points=Decimal(100),
        digest="ab12" * 16,
    )
