"""The demo's province before its year begins, and what its organizations typed: hospitals at every edge of the rules.

The province, its people and its tables are those of ``qiangji demo``; only the second hospital's branches are made up
to twenty-nine. What a person types into the rows of a sheet shows nothing that other walks do not show, so it is
written as the demo writes it; the branches of the six also go their way to acceptance through the demo's services.
Every move of a hospital's sheet is made on a page.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.db.models import QuerySet
from django.utils import timezone

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Cycle, Sheet
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.services import NewOrganization, create_organizations
from qiangji.standards.models import Criterion
from qiangji.standards.services import load_library
from qiangji.standards.values import allowed_values, highest_value
from qiangji.web.demo.filling import Filler
from qiangji.web.demo.last_year import LINE, Past, Stretch, losses, travel, write_sheet
from qiangji.web.demo.plan import Plan
from qiangji.web.demo.planting import DemoArguments, plant
from qiangji.web.demo.texts import DONE, PARTLY, fill_in

HOSPITALS = 20
FULL = Decimal(100)


@dataclass(frozen=True)
class Edge:
    """What a hospital marks itself, and what its branches come to, in the order of their codes; the rest are at 95."""

    score: str
    branches: tuple[str, ...] = ()
    founded: int = 0

    def branch(self, order: int) -> Decimal:
        return Decimal(self.branches[order] if order < len(self.branches) else "95")


AT_THE_LINE, WITHOUT, OF_TEN, OF_MANY = "DH003", "DH011", "DH001", "DH002"
INSPECTED, APPEALING, WITHHELD = "DH004", "DH012", "DH013"
# One branch at exactly 90; none at all; nine of ten above; twenty-six of twenty-nine above.
EDGES = {
    AT_THE_LINE: Edge("96", ("90",)),
    WITHOUT: Edge("95"),
    OF_TEN: Edge("96", ("89",)),
    OF_MANY: Edge("97", ("89", "88.5", "89"), founded=17),
    INSPECTED: Edge("91"),
    APPEALING: Edge("90"),
    WITHHELD: Edge("98"),
}


class Now(Past):
    """Who acts in the demo, with the dates of its year moved into the seconds after the cycle was opened."""

    since: datetime

    def at(self, month: int, day: int, hour: int = 10, *, later: int = 0) -> datetime:
        """Return a moment; what comes later in the demo's year comes later here."""
        return self.since + timedelta(milliseconds=(month * 31 + day) * 24 + hour)


@dataclass
class Province:
    """``users`` by username; ``lost``: what a hospital's marks lack, by code of the hospital and of the criterion."""

    plan: Plan
    users: dict[str, User]
    nodes: dict[str, Organization]
    lost: dict[str, dict[str, Decimal]] = field(default_factory=dict)

    def sheet(self, code: str) -> Sheet:
        """Return an organization's sheet as it stands."""
        return Sheet.objects.select_related("cycle", "organization").get(organization__code=code)

    def branches(self, code: str) -> QuerySet[Sheet]:
        """Return the sheets of a hospital's branches in the order of their codes."""
        return Sheet.objects.filter(organization__code__startswith=f"{code}B").order_by("organization__code")

    def holder(self, code: str, role: str) -> User:
        """Return who holds a role at an organization."""
        of = (one for one in self.plan.accounts if (one.organization, one.role) == (code, role))
        return self.users[next(of).username]

    def reviewer(self, code: str) -> User:
        """Return who reviews a hospital's sheet at its authority."""
        authority = self.sheet(code).supervisor
        assert authority is not None
        return self.holder(authority.code, RoleName.SUPERVISOR)


def make_province() -> Province:
    """Plant the demo's organizations, people and tables, without a fact or a sheet."""
    today = timezone.localdate()
    plan = plant(
        DemoArguments(organizations=HOSPITALS, seed=1, year=today.year),
        tell=lambda text: None,
        with_sheets=False,
        with_facts=False,
    )
    load_library(at=timezone.now())
    for code, edge in EDGES.items():
        found_branches(code, edge.founded)
    users = {user.username: user for user in User.objects.all()}
    return Province(plan, users, {node.code: node for node in Organization.objects.all()})


def found_branches(code: str, count: int) -> None:
    """Found further branches of a hospital as the service does."""
    if not count:
        return
    hospital = Organization.objects.get(code=code)
    first = Organization.objects.filter(code__startswith=f"{code}B").count() + 1
    specs = [
        NewOrganization(
            code=f"{code}B{number:02d}",
            kind=Organization.Kind.BRANCH,
            name=f"{hospital.short_name}第{number}党支部",
            short_name=f"第{number}党支部",
            start_date=date(2019, 1, 1),
            parent=code,
        )
        for number in range(first, first + count)
    ]
    create_organizations(specs=specs, by=None, at=timezone.now())


def lay_marks(province: Province) -> None:
    """Write what the seven hospitals typed, and bring all their branches to acceptance but the one at the line."""
    typist = Typist(province)
    for code, edge in EDGES.items():
        office = province.holder(code, RoleName.PARTY_OFFICE)
        typist.type(province.sheet(code), Decimal(edge.score), office)
        for order, sheet in enumerate(province.branches(code)):
            score = edge.branch(order)
            if score == LINE:
                typist.type(sheet, score, province.holder(sheet.organization.code, RoleName.BRANCH_SECRETARY))
            else:
                typist.judge(Stretch(sheet, office, office, office, score))
    typist.finish()


class Typist:
    """Writes what the province typed, row for row as the saving service would have left it."""

    def __init__(self, province: Province) -> None:
        self.province = province
        self.random = Random("a year of the province")  # noqa: S311 -- a test, not a secret
        self.people = Now(
            nodes=province.nodes, users=province.users, plan=province.plan, year=timezone.localdate().year
        )
        self.people.since = timezone.now()
        self.writer = Filler(random=self.random)
        self.judged: list[Stretch] = []

    def type(self, sheet: Sheet, score: Decimal, by: User) -> None:
        """Type a sheet that comes to a score, and remember what it lacks."""
        rows = rows_of(sheet)
        lost = losses(rows, FULL - score, self.random)
        assert sum(lost.values()) == FULL - score, f"{sheet.organization_name} cannot come to {score}"
        self.province.lost[sheet.organization.code] = lost
        at = self.people.at(9, 1)
        for row in rows:
            if row.criterion.scoring_kind == Criterion.Kind.CHECKLIST:
                continue
            self.writer.mark(row, best_of(row.criterion) - lost.get(row.criterion.code, Decimal(0)), by, at)
            words = PARTLY if row.criterion.code in lost else DONE
            self.writer.text(row, fill_in(self.random, words, row.criterion.evidence), by, at)

    def judge(self, stretch: Stretch) -> None:
        """Type a branch's sheet, and note that it is to be handed in and accepted."""
        write_sheet(self.writer, stretch, rows_of(stretch.sheet), self.people, self.random)
        self.judged.append(stretch)

    def finish(self) -> None:
        """Store what was typed, and let the branches' sheets go their way."""
        self.writer.store()
        for stretch in self.judged:
            travel(stretch, self.people, self.random)


def rows_of(sheet: Sheet) -> list[Answer]:
    """Return a sheet's answers in the order of the table."""
    rows = Answer.objects.filter(sheet=sheet).select_related("criterion")
    return list(rows.order_by("criterion__position"))


def best_of(criterion: Criterion) -> Decimal:
    """Return the most a criterion gives; nobody claims a bonus here."""
    if criterion.scoring_kind == Criterion.Kind.BONUS:
        return Decimal(0)
    return highest_value(criterion.scoring_rule, criterion.points)


def lower_mark(province: Province, code: str) -> tuple[str, Decimal, Decimal]:
    """Return a criterion of full marks on a hospital's sheet, the mark below them, and how much less that is."""
    for row in rows_of(province.sheet(code)):
        criterion = row.criterion
        best = best_of(criterion)
        values = allowed_values(criterion.scoring_rule, criterion.points, criterion.step) or ()
        lower = [value for value in values if best - value >= 1]
        if (
            criterion.scoring_kind == Criterion.Kind.FULL
            and criterion.code not in province.lost[code]
            and lower
        ):
            return criterion.code, max(lower), best - max(lower)
    raise AssertionError("no criterion of the table can lose a point")


def the_cycle() -> Cycle:
    return Cycle.objects.get()
