"""Sheets of the demo: the year's cycle, opened, and sheets in every state with believable marks and texts.

What organizations typed is written in bulk, row for row as the saving service would have left it; every move of a
sheet goes through the services, so signatures, digests and totals are real.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Unseen
from qiangji.assessments.models import Answer, Cycle, Mark, Sheet
from qiangji.assessments.services.cycles import EditionChoice, create_cycle, open_cycle
from qiangji.assessments.services.moves import conclude_review, return_sheet, start_review, submit
from qiangji.assessments.services.reviewing import confirm_agreed
from qiangji.assessments.services.saving import MarkEdit, save_mark
from qiangji.assessments.services.vetoes import VetoAnswer, answer_vetoes
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.assessments.vetoes import asked_before, sheet_vetoes
from qiangji.lib.bulk import gather_statistics
from qiangji.lib.dates import SHANGHAI
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach, reach_of
from qiangji.standards.models import Criterion
from qiangji.standards.selectors import edition_by_ref
from qiangji.standards.services import load_library
from qiangji.standards.values import allowed_values, highest_value
from qiangji.web.demo.filling import Filler
from qiangji.web.demo.plan import Plan
from qiangji.web.demo.texts import REMARKS, RETURN_REASON, fill_in

HOSPITAL_EDITION = "jilin-hospital-committee@2020"
BRANCH_EDITION = "branch-sample@2020"
# Further hospitals and branches keep their sheets as opened: what is shown must be there within seconds.
MOST_HOSPITALS = 30
MOST_WITH_BRANCHES = 7

# How far the sheets of hospital 1, 2, 3 … have come. The first one is for whoever tries out filling in.
DESTINIES = (
    State.DRAFT,
    State.SUBMITTED,
    State.UNDER_ACCEPTANCE,
    State.ACCEPTED,
    State.UNDER_RATING,
    State.RATED,
    State.RATED,
    State.SUBMITTED,
    State.DRAFT,
    State.RATED,
)
BRANCH_DESTINIES = (State.DRAFT, State.SUBMITTED, State.UNDER_ACCEPTANCE, State.ACCEPTED)
JOURNEY = (
    State.DRAFT,
    State.SUBMITTED,
    State.UNDER_ACCEPTANCE,
    State.ACCEPTED,
    State.UNDER_RATING,
    State.RATED,
)


@dataclass(frozen=True)
class Trip:
    """One sheet, the people who act on it, and how far it shall come."""

    sheet: Sheet
    destiny: State
    number: int
    filler: User
    signer: User
    acceptor: User
    rater: User

    def passes(self, state: State) -> bool:
        """Say whether the sheet reaches a state."""
        return JOURNEY.index(self.destiny) >= JOURNEY.index(state)

    @property
    def is_returned(self) -> bool:
        """Every ninth hospital's sheet was handed in once and returned."""
        return self.destiny == State.DRAFT and self.number % 10 == 9


def plant_sheets(
    *,
    nodes: dict[str, Organization],
    users: dict[str, User],
    plan: Plan,
    seed: int,
    year: int,
    password: str,
    tell: Callable[[str], None],
) -> Cycle:
    """Open the year's cycle for all hospitals and branches, and bring the first ones' sheets forward."""
    cycle = open_the_year(nodes, users, year)
    tell(f"开启 {cycle.title}……")
    people = seats(plan, users)
    trips = list(plan_trips(cycle, plan, people))
    tell(f"填写 {len(trips)} 张考评表……")
    random = Random(seed + year)
    write_self_assessments(trips, random, year)
    gather_statistics()
    traveler = Traveler(year=year, password=password, random=random)
    for trip in trips:
        traveler.travel(trip)
    return cycle


def open_the_year(nodes: dict[str, Organization], users: dict[str, User], year: int) -> Cycle:
    """Store the library, set the cycle up and open it."""
    at = moment(year, 4, 1)
    load_library(at=at)
    by = users["shengzhidao01"]
    cycle = create_cycle(
        owner=nodes["D00"],
        year=year,
        title=f"{year}年度公立医院党建标准化创建考评",
        plan_number=f"北原医党指〔{year}〕3号",
        period=(date(year, 1, 1), date(year, 12, 31)),
        deadlines=(date(year, 10, 31), date(year, 11, 30), date(year, 12, 20)),
        closing_date=date(year, 12, 31),
        pass_line=Decimal(90),
        branch_share=Decimal(90),
        editions=[
            EditionChoice(Organization.Kind.HOSPITAL, edition_by_ref(HOSPITAL_EDITION), Stage.RATING),
            EditionChoice(Organization.Kind.BRANCH, edition_by_ref(BRANCH_EDITION), Stage.ACCEPTANCE),
        ],
        by=by,
        at=at,
    )
    open_cycle(cycle=cycle, by=by, at=at)
    return cycle


def moment(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of the demo's year in Shanghai."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def seats(plan: Plan, users: dict[str, User]) -> dict[tuple[str, str], User]:
    """Return who holds a role at an organization, by its code."""
    return {(account.organization, account.role): users[account.username] for account in plan.accounts}


def plan_trips(cycle: Cycle, plan: Plan, people: dict[tuple[str, str], User]) -> Iterator[Trip]:
    """Decide for each sheet how far it comes; the branches of a hospital that handed in are accepted."""
    numbers = {code: number for number, code in enumerate(plan.hospitals[:MOST_HOSPITALS], start=1)}
    sheets = cycle.sheets.select_related("organization", "supervisor", "rating_authority").order_by(
        "organization__code"
    )
    for sheet in sheets:
        code = sheet.organization.code
        number = numbers.get(code[:5] if code[5:6] == "B" else code)
        if number is None or sheet.supervisor is None:
            continue
        own = DESTINIES[(number - 1) % len(DESTINIES)]
        if sheet.organization_kind == Organization.Kind.HOSPITAL:
            authority = people[sheet.supervisor.code, RoleName.SUPERVISOR]
            office, secretary = people[code, RoleName.PARTY_OFFICE], people[code, RoleName.HOSPITAL_SECRETARY]
            yield Trip(sheet, own, number, office, secretary, authority, authority)
            continue
        if number > MOST_WITH_BRANCHES:
            continue
        order = int(code[-2:])
        destiny = BRANCH_DESTINIES[(order - 1) % 4] if own == State.DRAFT else State.ACCEPTED
        secretary = people[code, RoleName.BRANCH_SECRETARY]
        office = people[sheet.supervisor.code, RoleName.PARTY_OFFICE]
        yield Trip(sheet, destiny, order, secretary, secretary, office, office)


def write_self_assessments(trips: list[Trip], random: Random, year: int) -> None:
    """Write what the organizations typed: all of it where the sheet was handed in, a good third where it was not."""
    by_sheet: dict[int, list[Answer]] = {trip.sheet.pk: [] for trip in trips}
    answers = (
        Answer.objects.filter(sheet__in=by_sheet).select_related("criterion").order_by("criterion__position")
    )
    for answer in answers:
        by_sheet[answer.sheet_id].append(answer)
    filler = Filler(random=random)
    for trip in trips:
        rows = by_sheet[trip.sheet.pk]
        is_partial = trip.destiny == State.DRAFT and not trip.is_returned
        quality = random.choice((0.5, 0.86, 0.93, 0.985))
        begun = moment(year, random.randint(6, 9), random.randint(1, 28))
        filler.fill(rows[: len(rows) * 3 // 8] if is_partial else rows, trip.filler, begun, quality)
    filler.store()


class Traveler:
    """Moves sheets along the state table, each step as the person whose step it is."""

    def __init__(self, *, year: int, password: str, random: Random) -> None:
        self.year, self.password, self.random = year, password, random
        self.reaches: dict[int, Reach] = {}

    def reach(self, user: User) -> Reach:
        """Return what a person reaches, read once.

        The person's password check is replaced by a comparison: every demo account has the one printed password, and
        a slow hash for each of two hundred signatures would take minutes.
        """
        if user.pk not in self.reaches:
            signer = User.objects.get(pk=user.pk)
            signer.check_password = lambda raw: raw == self.password  # type: ignore[method-assign,assignment]
            self.reaches[user.pk] = replace(reach_of(user, at=moment(self.year, 10, 1)), user=signer)
        return self.reaches[user.pk]

    def travel(self, trip: Trip) -> None:
        """Bring one sheet to where it shall come."""
        if trip.is_returned or trip.passes(State.SUBMITTED):
            self.submit(trip)
        if trip.is_returned:
            return_sheet(
                reach=self.reach(trip.acceptor),
                sheet_id=trip.sheet.public_id,
                reason=RETURN_REASON,
                seen_version=1,
                at=self.day(10, 24),
            )
        if trip.passes(State.UNDER_ACCEPTANCE):
            self.review(
                trip, Stage.ACCEPTANCE, trip.acceptor, self.day(11, 3), trip.passes(State.ACCEPTED), 1
            )
        if trip.passes(State.UNDER_RATING):
            self.review(trip, Stage.RATING, trip.rater, self.day(11, 16), trip.passes(State.RATED), 3)

    def day(self, month: int, first: int) -> datetime:
        """Return a working moment within five days."""
        return moment(self.year, month, first + self.random.randint(0, 4), self.random.randint(8, 17))

    def submit(self, trip: Trip) -> None:
        """Hand a sheet in, signed."""
        at = self.day(10, 19)
        submit(
            reach=self.reach(trip.signer),
            sheet_id=trip.sheet.public_id,
            meeting_date=at.date() - timedelta(days=2),
            minutes_number=f"会纪〔{self.year}〕{self.random.randint(20, 48)}号",
            password=self.password,
            seen_version=0,
            at=at,
        )

    def review(
        self, trip: Trip, stage: Stage, by: User, at: datetime, is_concluded: bool, version: int
    ) -> None:
        """Accept or rate a sheet: a few marks lower than the earlier stage's, with a remark; the rest confirmed."""
        reach, sheet_id = self.reach(by), trip.sheet.public_id
        self.begin(trip, stage, reach, at, version)
        earlier = Stage.SELF if stage == Stage.ACCEPTANCE else Stage.ACCEPTANCE
        marks = Mark.objects.filter(answer__sheet=trip.sheet, stage=earlier, points__gt=0)
        rows = list(marks.select_related("answer__criterion").order_by("answer__criterion__position"))
        for mark in self.random.sample(rows, k=self.random.randint(0, 4)):
            edit = self.lowered(mark, stage)
            if edit is not None:
                save_mark(reach=reach, sheet_id=sheet_id, edit=edit, at=at)
        section = None if is_concluded else 1
        confirm_agreed(reach=reach, sheet_id=sheet_id, stage=stage, section=section, at=at)
        if is_concluded:
            if asked_before(trip.sheet) == f"conclude_{stage}":
                self.deny_vetoes(trip, reach, at, version + 1)
            self.conclude(reach, sheet_id, stage, version + 1, at)

    def conclude(self, reach: Reach, sheet_id: UUID, stage: Stage, version: int, at: datetime) -> None:
        """End a stage; where facts changed since the signature, the reviewer looks at the changes first."""
        step: dict[str, Any] = {
            "reach": reach,
            "sheet_id": sheet_id,
            "verb": f"conclude_{stage}",
            "seen_version": version,
        }
        try:
            conclude_review(**step, at=at)
        except Unseen as error:
            conclude_review(**step, seen_changes=error.changes.digest, at=at)

    def begin(self, trip: Trip, stage: Stage, reach: Reach, at: datetime, version: int) -> None:
        """Begin acceptance, or rating after every veto was denied."""
        sheet_id = trip.sheet.public_id
        if stage == Stage.ACCEPTANCE:
            start_review(reach=reach, sheet_id=sheet_id, verb="start_acceptance", seen_version=version, at=at)
            return
        self.deny_vetoes(trip, reach, at, version)

    def deny_vetoes(self, trip: Trip, reach: Reach, at: datetime, version: int) -> None:
        """Answer that no condition applies under which a sheet is not rated."""
        sheet_id = trip.sheet.public_id
        denied = [VetoAnswer(veto.number, applies=False) for veto in sheet_vetoes(trip.sheet)]
        answer_vetoes(reach=reach, sheet_id=sheet_id, answers=denied, seen_version=version, at=at)

    def lowered(self, mark: Mark, stage: Stage) -> MarkEdit | None:
        """Return the next lower mark that the scoring allows, with a remark; None where there is none."""
        criterion: Criterion = mark.answer.criterion
        values = allowed_values(criterion.scoring_rule, criterion.points, criterion.step) or ()
        lower = [value for value in values if mark.points is not None and value < mark.points]
        if not lower or highest_value(criterion.scoring_rule, criterion.points) == 0:
            return None
        remark = fill_in(self.random, REMARKS, criterion.evidence)
        return MarkEdit(code=criterion.code, stage=stage, points=lower[-1], remark=remark, version=0)
