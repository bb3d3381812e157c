"""A hospital whose structure is recorded: states, departments, posts with holders and a vacancy, a term, and a check."""

from datetime import UTC, date, datetime
from decimal import Decimal

from qiangji.members.tests.factories import (
    make_employment,
    make_person,
    make_post,
    make_tenure,
    store_members,
)
from qiangji.orgs.models import Body, Department, OrganizationState, Post, Term, TermExtension
from qiangji.orgs.tests.factories import Cast
from qiangji.standards.models import Criterion, Edition, Group, Section, Standard

AT = datetime(2026, 1, 10, 2, 0, tzinfo=UTC)
SINCE = date(2024, 3, 1)


def settle(people: Cast) -> None:
    """Record the structure of hospital 甲."""
    members = store_members(people.surgery, ["张伟", "李娜", "王芳", "刘洋", "陈静", "杨帆"])
    store_members(people.internal_medicine, ["赵敏", "周杰"])
    hospital = people.hospital_a
    seats = [
        (Body.COMMITTEE, Post.Kind.SECRETARY, "", True),
        (Body.COMMITTEE, Post.Kind.DEPUTY_SECRETARY, "", False),
        (Body.COMMITTEE, Post.Kind.MEMBER, "组织委员", False),
        (Body.DISCIPLINE, Post.Kind.SECRETARY, "", True),
        (Body.ADMINISTRATION, Post.Kind.PRESIDENT, "", False),
    ]
    posts = [
        make_post(hospital, body, kind, duty=duty, is_full_time=full, position=place)
        for place, (body, kind, duty, full) in enumerate(seats)
    ]
    make_tenure(posts[0], make_person("前任某"), end_date=date(2024, 12, 31))
    make_tenure(posts[1], make_person("前任副书记某"), end_date=date(2024, 10, 31), **agreed(2019))
    for post, member in zip([posts[0], posts[1], posts[3]], members, strict=False):
        make_tenure(
            post, member.person, start_date=date(2025, 1, 1), document="甲卫党〔2025〕1号", **agreed(2024)
        )
    make_tenure(posts[4], members[1].person, start_date=SINCE, how="appointed")
    worker = make_person("孙敏")
    make_employment(worker, hospital)
    Department.objects.bulk_create(
        Department(hospital=hospital, name=name, branch=branch, start_date=SINCE)
        for name, branch in (("心内科", people.internal_medicine), ("骨科", people.surgery), ("影像科", None))
    )
    for kind, value, start, end in (
        ("hospital_level", "level_2", SINCE, date(2025, 6, 30)),
        ("hospital_level", "level_3", date(2025, 7, 1), None),
        ("establishment_staff", "1200", SINCE, None),
        ("staff_income", "350000000", date(2025, 1, 1), date(2025, 12, 31)),
    ):
        OrganizationState.objects.create(
            organization=hospital, kind=kind, value=value, start_date=start, end_date=end, recorded_at=AT
        )
    add_term(people)
    adopt_figures()


def agreed(year: int) -> dict[str, object]:
    """Return what is recorded of the superior's consent."""
    return {"consent_date": date(year, 2, 20), "consent_document": f"甲卫党函〔{year}〕9号"}


def add_term(people: Cast) -> None:
    """A running term whose day an approval has moved."""
    term = Term.objects.create(
        organization=people.hospital_a,
        body=Body.COMMITTEE,
        number=3,
        years=5,
        start_date=date(2021, 5, 20),
        due_date=date(2026, 5, 20),
        elected_by=Term.ElectedBy.ASSEMBLY,
        document="甲卫党〔2021〕6号",
    )
    TermExtension.objects.create(
        term=term,
        due_date=date(2027, 5, 20),
        document="甲卫党〔2026〕2号",
        approved_by=people.authority_a,
        approved_date=date(2026, 1, 8),
        recorded_at=AT,
    )


def adopt_figures() -> None:
    """An adopted edition that asks three things of the structure."""
    edition = Edition.objects.create(
        standard=Standard.objects.create(
            code="jilin-hospital-committee", title="量化表", applies_to="hospital"
        ),
        label="2020",
        title="院级党组织量化表",
        source_document="量化表",
        source_number="吉医党指委发〔2020〕4号",
        force="normative",
        year_of_effect=2020,
        total_points=3,
        origin="library",
        status="published",
        published_at=AT,
        content_digest="0" * 64,
        adopted_by="北川省医院党建工作指导委员会",
    )
    section = Section.objects.create(edition=edition, number=2, title="健全基本组织", points=3)
    group = Group.objects.create(section=section, number=1, title="组织设置")
    Criterion.objects.bulk_create(
        Criterion(
            edition=edition,
            group=group,
            code=code,
            position=position,
            number=position,
            title=f"组织设置 {position}",
            points=1,
            place=f"组织设置 {position}",
            scoring_kind="full",
            scoring={"kind": "full"},
            step=Decimal("0.5"),
        )
        for position, code in enumerate(("2-1-1", "2-1-2", "2-1-3", "2-1-6", "1-1-2", "4-6-1"), start=1)
    )
