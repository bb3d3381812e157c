"""The cast of the tests: one small province with a person in every seat, and single rows where a test needs them.

Everything is written straight into the tables, so that a test of a page does not run every service before it starts;
the services have their own tests.
"""

from dataclasses import dataclass
from datetime import date
from itertools import count

from django.contrib.auth.hashers import make_password

from qiangji.accounts.models import User
from qiangji.orgs import paths
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Affiliation, Organization, OrganizationName, Oversight, RoleAssignment

Kind = Organization.Kind
SINCE = date(2020, 1, 1)
PASSWORD = "correct-horse-2026"

numbers = count(1)


@dataclass(frozen=True)
class Cast:
    """A province: hospital 甲 under city A, supervised by A's health authority; hospital 乙 under city B."""

    province: Organization
    city_a: Organization
    city_b: Organization
    authority_a: Organization
    hospital_a: Organization
    hospital_b: Organization
    internal_medicine: Organization
    surgery: Organization
    party_office: User
    secretary: User
    branch_secretary: User
    supervisor: User
    guidance_province: User
    guidance_city: User
    administrator: User
    reader: User
    member: User
    outsider: User

    @property
    def users(self) -> dict[str, User]:
        """Every person of the cast by the name of the field."""
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


def build_organization(
    parent: Organization | None, number: int, kind: str, name: str, **fields: object
) -> Organization:
    """Build one node as the ``number``-th child of its parent, without storing it."""
    above = parent.path if parent else ""
    form = Organization.Form.COMMITTEE if kind == Kind.HOSPITAL else ""
    defaults = {"code": f"T{next(numbers):05d}", "form": form, "short_name": name[:30], "start_date": SINCE}
    return Organization(
        parent=parent, path=above + paths.segment(number), kind=kind, name=name, **(defaults | fields)
    )


def store(organizations: list[Organization]) -> list[Organization]:
    """Store nodes of one level with their dated names and affiliations: three statements."""
    Organization.objects.bulk_create(organizations)
    OrganizationName.objects.bulk_create(
        OrganizationName(
            organization=row, name=row.name, short_name=row.short_name, start_date=row.start_date
        )
        for row in organizations
    )
    Affiliation.objects.bulk_create(
        Affiliation(organization=row, parent=row.parent, start_date=row.start_date) for row in organizations
    )
    return organizations


def make_organization(
    parent: Organization | None = None, kind: str = Kind.BRANCH, **fields: object
) -> Organization:
    """Store one node after its last sibling."""
    if parent is None:
        last = Organization.objects.filter(parent=None).order_by("path").last()
        number = paths.number(last.path) + 1 if last else 1
    else:
        parent.refresh_from_db(fields=["children_made"])
        number = parent.children_made + 1
        parent.children_made = number
        parent.save(update_fields=["children_made"])
    name = str(fields.pop("name", f"{Kind(kind).label}{number}"))
    return store([build_organization(parent, number, kind, name, **fields)])[0]


def build_user(username: str, name: str, **fields: object) -> User:
    """Build an account whose password is ``PASSWORD`` and need not be changed, without storing it."""
    return User(
        username=username, name=name, password=make_password(PASSWORD), must_change_password=False, **fields
    )


def make_user(username: str = "", name: str = "某人", **fields: object) -> User:
    """Store one account without any role."""
    user = build_user(username or f"user{next(numbers):05d}", name, **fields)
    user.save()
    return user


def make_role(user: User, organization: Organization, role: str, **fields: object) -> RoleAssignment:
    """Give a user a role at a node."""
    return RoleAssignment.objects.create(
        user=user, organization=organization, role=role, **({"start_date": SINCE} | fields)
    )


def make_oversight(
    overseer: Organization, subject: Organization, kind: str = Oversight.Kind.SUPERVISION, **fields: object
) -> Oversight:
    """Let one node supervise or guide another."""
    return Oversight.objects.create(
        overseer=overseer, subject=subject, kind=kind, **({"start_date": SINCE} | fields)
    )


def store_people(seats: list[tuple[str, str, Organization, str]]) -> dict[str, User]:
    """Store accounts, each with a role at a node: two statements."""
    users = {username: build_user(username, name) for username, name, _, _ in seats}
    User.objects.bulk_create(users.values())
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=users[username], organization=node, role=role, start_date=SINCE)
        for username, _, node, role in seats
    )
    return users


def store_nodes() -> dict[str, Organization]:
    """Store the organizations of the cast, level by level, by the names of the cast's fields."""
    province = build_organization(
        None, 1, Kind.GUIDANCE_COMMITTEE, "北川省医院党建工作指导委员会", level="province", children_made=2
    )
    store([province])
    cities = [
        build_organization(
            province, 1, Kind.GUIDANCE_COMMITTEE, "甲市医院党建工作指导委员会", level="city", children_made=2
        ),
        build_organization(
            province, 2, Kind.GUIDANCE_COMMITTEE, "乙市医院党建工作指导委员会", level="city", children_made=1
        ),
    ]
    city_a, city_b = store(cities)
    authority_a, hospital_a, hospital_b = store(
        [
            build_organization(city_a, 1, Kind.HEALTH_AUTHORITY, "甲市卫生健康委员会", level="city"),
            build_organization(
                city_a, 2, Kind.HOSPITAL, "甲市第一医院党委", short_name="甲医院", children_made=2
            ),
            build_organization(city_b, 1, Kind.HOSPITAL, "乙市第一医院党委", short_name="乙医院"),
        ]
    )
    internal_medicine, surgery = store(
        [
            build_organization(hospital_a, 1, Kind.BRANCH, "内科党支部"),
            build_organization(hospital_a, 2, Kind.BRANCH, "外科党支部"),
        ]
    )
    make_oversight(authority_a, hospital_a)
    return {
        "province": province,
        "city_a": city_a,
        "city_b": city_b,
        "authority_a": authority_a,
        "hospital_a": hospital_a,
        "hospital_b": hospital_b,
        "internal_medicine": internal_medicine,
        "surgery": surgery,
    }


def cast() -> Cast:
    """Build the whole cast with a number of statements that fits a page test (bulk, level by level)."""
    nodes = store_nodes()
    people = store_people(
        [
            ("party_office", "党办甲", nodes["hospital_a"], RoleName.PARTY_OFFICE),
            ("secretary", "书记甲", nodes["hospital_a"], RoleName.HOSPITAL_SECRETARY),
            ("branch_secretary", "支书甲", nodes["internal_medicine"], RoleName.BRANCH_SECRETARY),
            ("supervisor", "主管甲", nodes["authority_a"], RoleName.SUPERVISOR),
            ("guidance_province", "省指导", nodes["province"], RoleName.GUIDANCE),
            ("guidance_city", "市指导", nodes["city_a"], RoleName.GUIDANCE),
            ("administrator", "管理员", nodes["province"], RoleName.ADMINISTRATOR),
            ("reader", "查阅员", nodes["province"], RoleName.READER),
            ("member", "党员甲", nodes["internal_medicine"], RoleName.MEMBER),
            ("outsider", "党办乙", nodes["hospital_b"], RoleName.PARTY_OFFICE),
        ]
    )
    return Cast(**nodes, **people)
