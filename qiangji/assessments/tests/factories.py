"""Editions, cycles and sheets for tests: a table small enough to read, and the built-in one where the size matters."""

from datetime import UTC, date, datetime
from decimal import Decimal

from qiangji.assessments.models import Answer, Cycle, Mark, Sheet
from qiangji.assessments.services.cycles import EditionChoice, create_cycle, open_cycle
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import Cast, make_organization, make_oversight
from qiangji.standards.models import Criterion, Edition, Group, Section, Standard

OPENED = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
FILLED = datetime(2026, 10, 12, 2, 30, tzinfo=UTC)


def make_edition(code: str = "small", applies_to: str = "hospital", published: bool = True) -> Edition:
    """Store a table of two parts and five criteria, 10 points: 1-1-1 (2), 1-1-2 (1), 1-2-3 (1), 2-0-1 (3), 2-0-2 (3)."""
    standard = Standard.objects.create(code=code, title="小量化表", applies_to=applies_to)
    sealed = {"status": "published", "published_at": OPENED, "content_digest": "0" * 64} if published else {}
    edition = Edition.objects.create(
        standard=standard,
        label="2026",
        title="小量化表",
        source_document="测试用表",
        force="example",
        year_of_effect=2026,
        total_points=Decimal(10),
        origin="library",
        **sealed,
    )
    first = Section.objects.create(edition=edition, number=1, title="组织", points=Decimal(4))
    second = Section.objects.create(edition=edition, number=2, title="责任", points=Decimal(6))
    groups = [
        Group.objects.create(section=first, number=1, title="设置"),
        Group.objects.create(section=first, number=2, title="班子"),
        Group.objects.create(section=second, number=0, title=""),
    ]
    table = [
        (groups[0], 1, "2"),
        (groups[0], 2, "1"),
        (groups[1], 3, "1"),
        (groups[2], 1, "3"),
        (groups[2], 2, "3"),
    ]
    Criterion.objects.bulk_create(
        Criterion(
            edition=edition,
            group=group,
            code=f"{group.section.number}-{group.number}-{number}",
            position=position,
            number=number,
            title=f"第{position}条",
            points=Decimal(points),
            scoring_kind="full",
            scoring={"kind": "full"},
            step=Decimal("0.5"),
        )
        for position, (group, number, points) in enumerate(table, start=1)
    )
    return edition


def make_cycle(
    owner: Organization,
    hospital_edition: Edition,
    branch_edition: Edition | None = None,
    *,
    year: int = 2026,
    branch_final_stage: str = "acceptance",
) -> Cycle:
    """Store a cycle with the usual dates, not opened."""
    editions = [EditionChoice(Organization.Kind.HOSPITAL, hospital_edition, "rating")]
    if branch_edition:
        editions.append(EditionChoice(Organization.Kind.BRANCH, branch_edition, branch_final_stage))
    return create_cycle(
        owner=owner,
        year=year,
        title=f"{year}年度考评",
        plan_number="测试〔2026〕1号",
        period=(date(year, 1, 1), date(year, 12, 31)),
        deadlines=(date(year, 10, 31), date(year, 11, 30), date(year, 12, 15)),
        closing_date=date(year + 1, 3, 31),
        pass_line=Decimal(90),
        branch_share=Decimal(90),
        editions=editions,
        by=None,
        at=OPENED,
    )


def supervise_outsider(cast: Cast) -> Organization:
    """Give hospital 乙 a supervisor of its own, without which no cycle opens."""
    authority = make_organization(cast.city_b, Organization.Kind.HEALTH_AUTHORITY, name="乙市卫生健康委员会")
    make_oversight(authority, cast.hospital_b)
    return authority


def open_small_cycle(cast: Cast) -> Cycle:
    """Store and open a cycle of the province on the small table, for hospitals and branches."""
    supervise_outsider(cast)
    cycle = make_cycle(cast.province, make_edition(), make_edition("small-branch", "branch"))
    open_cycle(cycle=cycle, by=None, at=OPENED)
    return cycle


def sheet_of(organization: Organization) -> Sheet:
    """Return an organization's only sheet."""
    return Sheet.objects.select_related(
        "organization", "cycle", "edition__standard", "supervisor", "rating_authority"
    ).get(organization=organization)


def fill(sheet: Sheet, stage: str, by: object, at: datetime = FILLED, **points: str) -> None:
    """Give full marks at a stage straight into the tables; ``c1_1_2="0.5"`` gives a criterion something else."""
    answers = Answer.objects.filter(sheet=sheet).select_related("criterion")
    marks = []
    for answer in answers:
        given = points.get("c" + answer.criterion.code.replace("-", "_"))
        value = Decimal(given) if given is not None else answer.criterion.points
        marks.append(Mark(answer=answer, stage=stage, points=value, marked_by=by, marked_at=at))
    Mark.objects.bulk_create(marks)
