"""The city of the whole walk: hospitals at every edge of the rules, their branches brought to their scores beforehand.

On a table of a hundred points. Marks are laid straight into the tables, since typing them shows nothing that other walks
do not show; each move of a hospital's sheet is made on a page.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Cycle, Mark, Sheet
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import FILLED, fill, make_edition
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import (
    Cast,
    cast,
    make_organization,
    make_oversight,
    make_role,
    make_user,
)
from qiangji.standards.models import Criterion, Edition, Section, Veto

VETOES = ("班子成员严重违纪违法", "重大失误受到组织处理")
# Name, what the hospital loses at 2-0-1, how many branches it has and how many of them are above 90.
BESIDE = {
    "无支部医院": ("5", 0, 0),
    "十支部医院": ("4", 10, 9),
    "廿九支部医院": ("3", 29, 26),
    "抽查医院": ("8", 0, 0),
    "申诉医院": ("10", 0, 0),
    "否决医院": ("2", 0, 0),
}


@dataclass
class City:
    """``people``: the cast; ``heads``: who signs for each hospital beside, by its name."""

    people: Cast
    inspector: User
    hospitals: dict[str, Organization] = field(default_factory=dict)
    heads: dict[str, User] = field(default_factory=dict)

    def sheet(self, organization: Organization) -> Sheet:
        return Sheet.objects.select_related("cycle").get(organization=organization)


def hundred(code: str, applies_to: str) -> Edition:
    """Store the small table with ten times its points, and two vetoes where it is the hospitals'."""
    edition = make_edition(code, applies_to)
    Edition.objects.filter(pk=edition.pk).update(total_points=100, title=f"百分表（{code}）")
    Section.objects.filter(edition=edition).update(points=F("points") * 10)
    Criterion.objects.filter(edition=edition).update(points=F("points") * 10)
    if applies_to == "hospital":
        Veto.objects.bulk_create(
            Veto(edition=edition, number=number, kind=Veto.Kind.SHEET, title=title)
            for number, title in enumerate(VETOES, start=1)
        )
    return edition


def make_city() -> City:
    """Store the cast, the tables, and the hospitals beside the cast's own."""
    people = cast()
    hundred("walk-hospital", "hospital")
    hundred("walk-branch", "branch")
    inspector = make_user("inspector", "抽查员")
    make_role(inspector, people.city_a, RoleName.INSPECTOR)
    city = City(people, inspector)
    for number, (name, (_, branches, _)) in enumerate(BESIDE.items(), start=1):
        hospital = make_organization(people.city_a, Organization.Kind.HOSPITAL, name=f"{name}党委")
        make_oversight(people.authority_a, hospital)
        for order in range(branches):
            make_organization(hospital, Organization.Kind.BRANCH, name=f"{name}第{order + 1}党支部")
        city.hospitals[name] = hospital
        city.heads[name] = make_user(f"head{number}", f"书记{number}")
        make_role(city.heads[name], hospital, RoleName.HOSPITAL_SECRETARY)
    return city


def lay_marks(city: City) -> None:
    """Give every sheet its self marks, and the branches beside their final scores."""
    people = city.people
    typed(city.sheet(people.hospital_a), people.party_office, "4")
    typed(city.sheet(people.internal_medicine), people.branch_secretary, "10")
    accepted(city.sheet(people.surgery), people.party_office, "0")
    for name, hospital in city.hospitals.items():
        lost, _, above = BESIDE[name]
        typed(city.sheet(hospital), city.heads[name], lost)
        below = Sheet.objects.filter(organization__parent=hospital).order_by("organization__path")
        for order, sheet in enumerate(below):
            accepted(sheet, city.heads[name], "0" if order < above else "11")


def typed(sheet: Sheet, by: User, lost: str) -> None:
    """Lay full self marks but for what is lost at 2-0-1, with the text that this asks for."""
    fill(sheet, Stage.SELF, by, c2_0_1=str(30 - Decimal(lost)))
    Answer.objects.filter(sheet=sheet).update(
        text="已按标准逐项落实。", version=1, edited_by=by, edited_at=FILLED
    )


def accepted(sheet: Sheet, by: User, lost: str) -> None:
    """Lay a branch's marks of both stages, and set it accepted."""
    typed(sheet, by, lost)
    marks = Mark.objects.filter(answer__sheet=sheet, stage=Stage.SELF)
    Mark.objects.bulk_create(
        Mark(
            answer_id=one.answer_id,
            stage=Stage.ACCEPTANCE,
            points=one.points,
            marked_by=by,
            marked_at=one.marked_at,
        )
        for one in marks
    )
    Sheet.objects.filter(pk=sheet.pk).update(state=State.ACCEPTED)


def the_cycle() -> Cycle:
    return Cycle.objects.get()
