"""A cycle on a table of one criterion of a hundred points, and hospitals whose scores a test chooses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Cycle, Draw, DrawEntry, Inspection, Mark, Sheet, Team
from qiangji.assessments.services.correcting import correct_mark, standing_mark
from qiangji.assessments.services.cycles import EditionChoice, create_cycle
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach, reach_of
from qiangji.orgs.tests.factories import (
    Cast,
    cast,
    make_organization,
    make_oversight,
    make_role,
    make_user,
)
from qiangji.results.models import Consequence, Objection, Result
from qiangji.results.selectors.due import still_due
from qiangji.results.selectors.findings import digest_of
from qiangji.results.services.consequences import open_consequences
from qiangji.results.services.recognizing import recognize_cycle, revise_result
from qiangji.results.services.revoking import decide_revocation, losing, propose_revocation
from qiangji.results.tests.again import assessed_again
from qiangji.standards.models import Criterion, Edition, Group, Section, Standard

OPENED = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
DECIDED = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
Kind = Organization.Kind


def make_table(code: str, applies_to: str) -> Edition:
    """Store a published table of one criterion worth a hundred points, in steps of a tenth."""
    standard = Standard.objects.create(code=code, title="单条量化表", applies_to=applies_to)
    edition = Edition.objects.create(
        standard=standard, label="2026", title="单条量化表", source_document="测试用表", force="example",
        year_of_effect=2026, total_points=Decimal(100), origin="library", status="published",
        published_at=OPENED, content_digest="0" * 64,
    )  # fmt: skip
    section = Section.objects.create(edition=edition, number=1, title="组织", points=Decimal(100))
    group = Group.objects.create(section=section, number=1, title="设置")
    Criterion.objects.create(
        edition=edition, group=group, code="1-1-1", position=1, number=1, title="全部工作",
        points=Decimal(100), scoring_kind="full", scoring={"kind": "full"}, step=Decimal("0.1"),
    )  # fmt: skip
    return edition


@dataclass
class ResultsWorld:
    """The cast's province with a cycle; ``clock`` goes on a minute with each decision."""

    cast: Cast
    cycle: Cycle
    tables: dict[str, Edition]
    clock: datetime = field(default=DECIDED)

    def tick(self) -> datetime:
        self.clock += timedelta(minutes=1)
        return self.clock

    def reach(self, user: User) -> Reach:
        return reach_of(user, at=self.clock)

    def year(self, year: int) -> Cycle:
        """Store and open a cycle of another year, on the same tables."""
        return make_year(self.cast, self.tables, year)

    def hospital(
        self,
        score: str | None,
        branches: Sequence[str | None] = (),
        *,
        name: str = "丙医院",
        node: Organization | None = None,
        state: str = State.RATED,
        cycle: Cycle | None = None,
    ) -> Sheet:
        """Store a hospital of city A with a rated sheet, and branches with accepted ones (None: still a draft)."""
        cycle = cycle or self.cycle
        if node is None:
            node = make_organization(self.cast.city_a, Kind.HOSPITAL, name=f"{name}党委", short_name=name)
            make_oversight(self.cast.authority_a, node)
        sheet = self.sheet(node, score, state, cycle)
        for number, points in enumerate(branches, start=1):
            branch = make_organization(node, Kind.BRANCH, name=f"{name}第{number}党支部")
            self.sheet(branch, points, State.DRAFT if points is None else State.ACCEPTED, cycle)
        return sheet

    def sheet(self, node: Organization, score: str | None, state: str, cycle: Cycle) -> Sheet:
        """Store a sheet in a state, with the same mark at every stage that the state has concluded."""
        hospital = node.kind == Kind.HOSPITAL
        sheet = Sheet.objects.create(
            cycle=cycle, organization=node, edition=self.tables["hospital" if hospital else "branch"],
            organization_name=node.name, organization_path=node.path, organization_kind=node.kind,
            supervisor=self.cast.authority_a if hospital else Organization.objects.get(path=node.path[:-4]),
            rating_authority=self.cast.authority_a if hospital else None,
            final_stage=Stage.RATING if hospital else Stage.ACCEPTANCE,
            state=state, opened_at=OPENED, state_at=OPENED,
        )  # fmt: skip
        answer = Answer.objects.create(sheet=sheet, criterion=Criterion.objects.get(edition=sheet.edition))
        if score is not None:
            Mark.objects.bulk_create(
                Mark(answer=answer, stage=stage, points=Decimal(score), marked_by=self.cast.supervisor,
                     marked_at=OPENED)
                for stage in (Stage.SELF, Stage.ACCEPTANCE, Stage.RATING)
            )  # fmt: skip
        return sheet

    def give(self, sheet: Sheet, score: str) -> None:
        """Give a sheet without marks the same one at every stage."""
        Mark.objects.bulk_create(
            Mark(answer=Answer.objects.get(sheet=sheet), stage=stage, points=Decimal(score),
                 marked_by=self.cast.supervisor, marked_at=OPENED)
            for stage in (Stage.SELF, Stage.ACCEPTANCE, Stage.RATING)
        )  # fmt: skip

    def rescore(self, sheet: Sheet, score: str) -> None:
        """Give the final stages of a sheet other points, as a correction does."""
        Mark.objects.filter(answer__sheet=sheet).update(points=Decimal(score))

    def ordered(self, sheet: Sheet) -> Consequence:
        """Tell a hospital below the line to mend within a time."""
        due = [one for one in still_due([self.newest(sheet)]) if one.kind == Consequence.Kind.TIME_LIMITED]
        (row,) = open_consequences(
            due=due, deadline_date=date(2027, 3, 31), by=self.cast.guidance_province, at=self.tick()
        )
        return row

    def assessed_again(self, sheet: Sheet) -> Result:
        """Verify what a hospital was told to mend, assess it again, and decide it on what its marks stand at."""
        reach = self.reach(self.cast.supervisor)
        return assessed_again(sheet, reach=reach, by=self.cast.guidance_province, at=self.tick())

    def revised(self, sheet: Sheet, cause: str, score: str) -> Result:
        """Decide a sheet anew at other points, by an upheld appeal, a concluded inspection, or a correction."""
        prove = {"appeal": self.appealed, "inspection": self.inspected, "correction": self.rescore}
        prove[cause](sheet, score)
        if losing(sheet, on=self.clock.date()) is not None:
            return self.revoked(sheet)
        return revise_result(
            sheet=sheet, cause=cause, reason="核对后改变", by=self.cast.guidance_province, at=self.tick()
        )

    def another(self) -> User:
        """Somebody else of the recognizing body."""
        found = User.objects.filter(username="another").first()
        if found is None:
            found = make_user("another", "省指导二")
            make_role(found, self.cast.province, RoleName.GUIDANCE)
        return found

    def revoked(self, sheet: Sheet) -> Result:
        """Take a recognition back by two people, as a re-check found the hospital below."""
        row = propose_revocation(
            reach=self.reach(self.cast.guidance_province), sheet=sheet, basis="核对后改变", at=self.tick()
        )
        lost = losing(sheet, on=self.clock.date())
        decided = decide_revocation(
            reach=self.reach(self.another()), revocation=row, agrees=True, words="属实",
            notice_number="北医党指〔2027〕3号", end_date=date(2027, 12, 31),
            seen=digest_of([lost[0]]) if lost else "", seen_version=1, at=self.tick(),
        )  # fmt: skip
        sheet.refresh_from_db()
        return decided.new_result

    def appealed(self, sheet: Sheet, score: str) -> None:
        """Uphold an appeal against the mark, which gets these points."""
        sheet.refresh_from_db()
        answer, at = Answer.objects.get(sheet=sheet), self.tick()
        mark = standing_mark(sheet, answer)
        row = Objection(
            kind=Objection.Kind.APPEAL, sheet=sheet, answer=answer, stage=mark.stage, points_before=mark.points,
            words="漏算", body=self.cast.authority_a, filed_by=self.cast.secretary, filed_at=at,
            state=Objection.State.UPHELD, reply="记录属实", ended_by=self.cast.supervisor, ended_at=at,
        )  # fmt: skip
        row.change = correct_mark(
            sheet=sheet, answer=answer, stage=mark.stage, points=Decimal(score), remark="申诉：记录属实",
            objection=row.public_id, by=self.cast.supervisor, at=at,
        )  # fmt: skip
        row.save()

    def inspected(self, sheet: Sheet, score: str) -> None:
        """Conclude an inspection that gives these points."""
        sheet.refresh_from_db()
        organizer, at = self.cast.province, self.tick()
        draw = Draw.objects.create(
            cycle=sheet.cycle, organizer=organizer, number=Draw.objects.count() + 1, population="applicants",
            plan_number="测试〔2026〕9号",
            strata=[], ratio=Decimal(1), size=1, population_digest="0" * 64, frozen_at=at, seed="3-1-6",
            seed_source="掷骰子", drawn_at=at,
        )  # fmt: skip
        entry = DrawEntry.objects.create(
            draw=draw, sheet=sheet, code=sheet.organization.code, name=sheet.organization_name, stratum="甲市",
            ticket="0" * 64, rank=1, is_drawn=True,
        )  # fmt: skip
        team = Team.objects.create(draw=draw, name="第一组", start_date=at.date(), end_date=at.date())
        Inspection.objects.create(
            team=team, entry=entry, sheet=sheet, round=sheet.round, visit_date=at.date(), summary="已核对",
            started_at=at, concluded_at=at, concluded_by=self.cast.guidance_city,
        )  # fmt: skip
        Mark.objects.update_or_create(
            answer=Answer.objects.get(sheet=sheet), stage=Stage.INSPECTION,
            defaults={"points": Decimal(score), "marked_by": self.cast.guidance_city, "marked_at": at},
        )  # fmt: skip
        Sheet.objects.filter(pk=sheet.pk).update(state=State.INSPECTED, inspected_round=sheet.round)
        sheet.refresh_from_db()

    def recognize(self, **changes: object) -> list[Result]:
        """Decide what waits."""
        arguments = {"cycle": self.cycle, "by": self.cast.guidance_province, "at": self.tick()} | changes
        return recognize_cycle(**arguments).results

    def newest(self, sheet: Sheet) -> Result:
        return Result.objects.newest().get(sheet=sheet)


def make_year(people: Cast, tables: dict[str, Edition], year: int) -> Cycle:
    """Store an opened cycle of the province."""
    cycle = create_cycle(
        owner=people.province, year=year, title=f"{year}年度考评", plan_number=f"测试〔{year}〕1号",
        period=(date(year, 1, 1), date(year, 12, 31)),
        deadlines=(date(year, 10, 31), date(year, 11, 30), date(year, 12, 15)),
        closing_date=date(year + 1, 3, 31), pass_line=Decimal(90), branch_share=Decimal(90),
        editions=[
            EditionChoice(Kind.HOSPITAL, tables["hospital"], Stage.RATING),
            EditionChoice(Kind.BRANCH, tables["branch"], Stage.ACCEPTANCE),
        ],
        by=None, at=OPENED,
    )  # fmt: skip
    cycle.opened_at = OPENED
    cycle.save(update_fields=["opened_at"])
    return cycle


def make_results_world() -> ResultsWorld:
    """The cast, and this year's cycle without sheets."""
    people = cast()
    tables = {"hospital": make_table("one", "hospital"), "branch": make_table("one-branch", "branch")}
    return ResultsWorld(people, make_year(people, tables, 2026), tables)
