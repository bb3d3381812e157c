"""Hospitals enough to draw from: six of city 甲 rated, their organizer, and two inspectors who belong nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from qiangji.accounts.models import User
from qiangji.assessments.models import Cycle, Draw, DrawEntry, Inspection, Mark, Sheet, Team
from qiangji.assessments.selectors.draws import selected
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.services.drawing import Plan, draw_sample, freeze_population
from qiangji.assessments.services.inspecting import assign, start_inspection
from qiangji.assessments.services.teams import create_team
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import OPENED, fill, make_cycle, make_edition, supervise_outsider
from qiangji.assessments.tests.worlds import World
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import Cast, make_organization, make_oversight, make_role, make_user

Kind = Organization.Kind


@dataclass
class Sample(World):
    """A world whose hospitals are rated and can be drawn."""

    lead: User = None  # type: ignore[assignment]
    helper: User = None  # type: ignore[assignment]

    @property
    def organizer(self) -> Organization:
        """The city's guidance committee."""
        return self.cast.city_a

    def plan(self, **changes: Any) -> Plan:
        return Plan(**({"population": "applicants", "strata": (), "ratio": Decimal("0.5")} | changes))

    def freeze(self, **changes: Any) -> Draw:
        """Freeze the population as the city's staff."""
        return freeze_population(
            cycle=self.cycle,
            organizer=self.organizer,
            plan=self.plan(**changes),
            reach=self.reach(self.cast.guidance_city),
            at=self.tick(),
        )

    def draw(self, frozen: Draw | None = None, seed: str = "3-1-6", **changes: Any) -> Draw:
        frozen = frozen or self.freeze(**changes)
        return draw_sample(
            draw_id=frozen.pk,
            seed=seed,
            seed_source="三人各掷一次骰子",
            reach=self.reach(self.cast.guidance_city),
            at=self.tick(),
        )

    def team(self, made: Draw, members: Sequence[User] = ()) -> Team:
        """A team of both inspectors, or of these, at work around the world's day."""
        members = members or [self.lead, self.helper]
        return create_team(
            made=made,
            name="第一组",
            days=(date(2026, 10, 20), date(2026, 12, 20)),
            members=members,
            lead=members[0],
            reach=self.reach(self.cast.guidance_city),
            at=self.tick(),
        )

    def assigned(self, made: Draw, entry: DrawEntry | None = None, **changes: Any) -> Inspection:
        """Give a drawn organization to a team."""
        arguments = {
            "entry": entry or selected(made).first(),
            "team": changes.pop("team", None) or self.team(made),
            "visit_date": date(2026, 11, 20),
            "methods": ["records", "interview"],
            "reach": self.reach(self.cast.guidance_city),
            "at": self.tick(),
        }
        return assign(**(arguments | changes))

    def started(self) -> Inspection:
        """An inspection that the lead has begun."""
        row = self.assigned(self.draw())
        return start_inspection(reach=self.reach(self.lead), inspection_id=row.public_id, at=self.tick())

    def codes(self, entries: Any) -> list[str]:
        return list(entries.order_by("ticket").values_list("code", flat=True))


def make_sample(cast: Cast) -> Sample:
    """Store six hospitals below city 甲 and rate them; hospital 甲 is one of them."""
    supervise_outsider(cast)
    for number in range(5):
        hospital = make_organization(
            cast.city_a, Kind.HOSPITAL, name=f"甲市第{number + 2}医院党委", code=f"J{number}"
        )
        make_oversight(cast.authority_a, hospital)
    cycle = make_cycle(cast.province, make_edition())
    open_cycle(cycle=cycle, by=None, at=OPENED)
    rate(cycle, cast.supervisor)
    lead, helper = make_user(name="组长丙"), make_user(name="组员丁")
    for user in (lead, helper):
        make_role(user, cast.city_a, RoleName.INSPECTOR)
    return Sample(cast, cycle, lead=lead, helper=helper)


def rate(cycle: Cycle, by: User, at: datetime = OPENED) -> None:
    """Give every sheet full marks at every stage, as of a rating that is concluded."""
    sheets = Sheet.objects.filter(cycle=cycle, organization_path__startswith="")
    for sheet in sheets:
        for stage in ("self", "acceptance", "rating"):
            fill(sheet, stage, by, at)
    sheets.update(state=State.RATED, version=5)


def mark_at_inspection(
    sheet: Sheet, code: str, points: str, by: User, at: datetime, remark: str = ""
) -> Mark:
    """Store an inspection's mark."""
    answer = sheet.answers.get(criterion__code=code)
    return Mark.objects.create(
        answer=answer, stage="inspection", points=Decimal(points), remark=remark, marked_by=by, marked_at=at
    )
