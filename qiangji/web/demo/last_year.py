"""Last year's cycle of the first city, from the first self mark to the filing: what the program looks like at its end.

Marks and signatures are written as the services leave them (the demo's organizations typed no facts of that year, so
nothing is proposed); whatever is decided about a sheet goes through the services: draw, inspections, results, what
follows from them, mending, summary, filing. Equal seeds give equal histories.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from random import Random

from django.core.files.base import ContentFile

from qiangji.accounts.models import User
from qiangji.assessments.completeness import given
from qiangji.assessments.models import Answer, Cycle, Mark, Sheet, Submission
from qiangji.assessments.services.cycles import EditionChoice, create_cycle, open_cycle
from qiangji.assessments.services.evidence import attach_evidence
from qiangji.assessments.services.moves import content_digest, move_sheet, stage_totals
from qiangji.assessments.services.vetoes import VetoAnswer, answer_vetoes
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import move_from
from qiangji.assessments.vetoes import sheet_vetoes
from qiangji.lib import word
from qiangji.lib.bulk import gather_statistics
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach, reach_of
from qiangji.standards.models import Criterion
from qiangji.standards.selectors import edition_by_ref
from qiangji.standards.values import allowed_values, highest_value
from qiangji.web.demo.filling import Filler
from qiangji.web.demo.plan import Plan
from qiangji.web.demo.sheets import BRANCH_EDITION, HOSPITAL_EDITION, moment, seats
from qiangji.web.demo.texts import DONE, PARTLY, REMARKS, fill_in

CITY, AUTHORITY = "D01", "D01W"
# A city of hundreds of hospitals would keep whoever tries the program waiting; its last year is left out.
MOST_HOSPITALS = 40
# What the hospitals of the city stand at, in the order of their codes; one of them is at the line of 90 or below.
SCORES = ("95.5", "96", "93", "88.5", "94", "92.5")
AT_THE_LINE = 2
LINE = Decimal(90)


@dataclass(frozen=True)
class Stretch:
    """One sheet of last year: who filled, signed, accepted and rated it, and what it came to."""

    sheet: Sheet
    filler: User
    signer: User
    acceptor: User
    score: Decimal

    @property
    def is_hospital(self) -> bool:
        return self.sheet.organization_kind == Organization.Kind.HOSPITAL


class Past:
    """Who acted last year, and from where: reaches are read once for each person and month."""

    def __init__(
        self, *, nodes: Mapping[str, Organization], users: Mapping[str, User], plan: Plan, year: int
    ) -> None:
        self.nodes, self.users, self.plan, self.year = nodes, users, plan, year
        self.people = seats(plan, dict(users))
        self.reaches: dict[tuple[int, date], Reach] = {}

    def at(self, month: int, day: int, hour: int = 10, *, later: int = 0) -> datetime:
        """Return a moment of last year, or of the years after it."""
        return moment(self.year + later, month, day, hour)

    def reach(self, user: User, at: datetime) -> Reach:
        """Return what a person reached then."""
        key = (user.pk, at.date())
        if key not in self.reaches:
            self.reaches[key] = reach_of(user, at=at)
        return self.reaches[key]

    @property
    def guidance(self) -> User:
        return self.people[CITY, RoleName.GUIDANCE]

    @property
    def supervisor(self) -> User:
        return self.people[AUTHORITY, RoleName.SUPERVISOR]


def plant_last_year(past: Past, *, seed: int) -> Cycle | None:
    """Open the city's cycle of last year and bring every sheet to its rating; None where that would take too long."""
    city = past.nodes[CITY]
    own = [code for code in past.plan.hospitals if past.nodes[code].path.startswith(city.path)]
    if not 0 < len(own) <= MOST_HOSPITALS:
        return None
    cycle = open_last_year(past)
    random = Random(f"last year {seed}")  # noqa: S311 -- a demo, not a secret
    stretches = list(stretches_of(cycle, past, own, random))
    write_marks(stretches, past, random)
    attach_files(stretches, past)
    gather_statistics()
    for stretch in stretches:
        travel(stretch, past, random)
    return cycle


def open_last_year(past: Past) -> Cycle:
    """Set the cycle up as the city did, and open it."""
    year, at = past.year, past.at(4, 8)
    city = past.nodes[CITY]
    cycle = create_cycle(
        owner=city,
        year=year,
        title=f"{year}年度{city.short_name.removesuffix('指导委员会')}公立医院党建考评",
        plan_number=f"岚医党指〔{year}〕2号",
        period=(date(year, 1, 1), date(year, 12, 31)),
        deadlines=(date(year, 10, 31), date(year, 11, 15), date(year, 11, 30)),
        closing_date=date(year, 12, 31),
        pass_line=LINE,
        branch_share=Decimal(90),
        editions=[
            EditionChoice(Organization.Kind.HOSPITAL, edition_by_ref(HOSPITAL_EDITION), Stage.RATING),
            EditionChoice(Organization.Kind.BRANCH, edition_by_ref(BRANCH_EDITION), Stage.ACCEPTANCE),
        ],
        by=past.guidance,
        at=at,
    )
    open_cycle(cycle=cycle, by=past.guidance, at=at)
    return cycle


def stretches_of(cycle: Cycle, past: Past, own: list[str], random: Random) -> Iterator[Stretch]:
    """Decide what each sheet comes to: of the third hospital one branch stands at exactly 90."""
    sheets = cycle.sheets.select_related(
        "organization", "cycle", "edition__standard", "supervisor", "rating_authority"
    )
    for sheet in sheets.order_by("organization__code"):
        code = sheet.organization.code
        hospital = code if sheet.organization_kind == Organization.Kind.HOSPITAL else code[: len(own[0])]
        order = own.index(hospital)
        office = past.people[hospital, RoleName.PARTY_OFFICE]
        if code == hospital:
            score = Decimal(SCORES[order]) if order < len(SCORES) else Decimal(random.randint(182, 195)) / 2
            secretary = past.people[code, RoleName.HOSPITAL_SECRETARY]
            yield Stretch(sheet, office, secretary, past.supervisor, score)
            continue
        at_the_line = order == AT_THE_LINE and code.endswith("B01")
        score = LINE if at_the_line else Decimal(random.randint(184, 197)) / 2
        secretary = past.people[code, RoleName.BRANCH_SECRETARY]
        yield Stretch(sheet, secretary, secretary, office, score)


def attach_files(stretches: list[Stretch], past: Past) -> None:
    """Hang one file on the first criterion of each hospital, as its Party office did in September."""
    at = past.at(9, 22)
    for stretch in stretches:
        if not stretch.is_hospital:
            continue
        answer = Answer.objects.filter(sheet=stretch.sheet).order_by("criterion__position")[0]
        title = "第三季度会议签到表"
        document = word.new_document(title=title, at=at)
        for line in (f"{stretch.sheet.organization_name}{title}", "到会 11 人，签名附后。"):
            document.add_paragraph(line)
        upload = ContentFile(word.to_bytes(document, at=at), name=f"{title}.docx")
        attach_evidence(answer=answer, upload=upload, by=stretch.filler, at=at)


def write_marks(stretches: list[Stretch], past: Past, random: Random) -> None:
    """Write what organizations typed and reviewers gave, so that each sheet comes to its score."""
    by_sheet: dict[int, list[Answer]] = {stretch.sheet.pk: [] for stretch in stretches}
    answers = Answer.objects.filter(sheet__in=by_sheet).select_related("criterion")
    for answer in answers.order_by("criterion__position"):
        by_sheet[answer.sheet_id].append(answer)
    writer = Filler(random=random)
    for stretch in stretches:
        write_sheet(writer, stretch, by_sheet[stretch.sheet.pk], past, random)
    writer.store()


def write_sheet(writer: Filler, stretch: Stretch, answers: list[Answer], past: Past, random: Random) -> None:
    """Write one sheet's marks; half of what was lost in the end was admitted by the organization itself."""
    begun = past.at(random.randint(6, 9), random.randint(1, 28), 9)
    accepted, rated = past.at(11, 6), past.at(11, 24)
    lost = losses(answers, Decimal(100) - stretch.score, random)
    denied = {code for order, code in enumerate(sorted(lost)) if order % 2}
    for answer in answers:
        criterion = answer.criterion
        if criterion.scoring_kind == Criterion.Kind.CHECKLIST:
            continue
        best = highest_value(criterion.scoring_rule, criterion.points)
        best = Decimal(0) if criterion.scoring_kind == Criterion.Kind.BONUS else best
        final = best - lost.get(criterion.code, Decimal(0))
        claimed = best if criterion.code in denied else final
        words = DONE if claimed == best else PARTLY
        writer.mark(answer, claimed, stretch.filler, begun)
        writer.text(answer, fill_in(random, words, criterion.evidence), stretch.filler, begun)
        if claimed == final:
            writer.confirmed(answer, Stage.ACCEPTANCE, final, stretch.acceptor, accepted)
        else:
            remark = fill_in(random, REMARKS, criterion.evidence)
            writer.given(answer, Stage.ACCEPTANCE, final, remark, stretch.acceptor, accepted)
        if stretch.is_hospital:
            writer.confirmed(answer, Stage.RATING, final, stretch.acceptor, rated)


def losses(answers: list[Answer], wanted: Decimal, random: Random) -> dict[str, Decimal]:
    """Choose what loses points, one allowed step at each criterion, until exactly ``wanted`` are lost.

    What does not fit any more is left alone, so that the sum is never overshot.
    """
    found: dict[str, Decimal] = {}
    rows = [row for row in answers if row.criterion.scoring_kind == Criterion.Kind.FULL]
    random.shuffle(rows)
    for answer in rows:
        criterion = answer.criterion
        best = highest_value(criterion.scoring_rule, criterion.points)
        values = allowed_values(criterion.scoring_rule, criterion.points, criterion.step) or ()
        steps = sorted(best - value for value in values if value < best)
        fitting = [step for step in steps if step <= wanted]
        if fitting:
            found[criterion.code] = fitting[0]
            wanted -= fitting[0]
    return found


def travel(stretch: Stretch, past: Past, random: Random) -> None:
    """Sign a sheet, accept it, and rate a hospital's."""
    sheet = stretch.sheet
    signed = past.at(10, random.randint(19, 28), random.randint(9, 16))
    rows = given(sheet, Stage.SELF)
    content, total = content_digest(sheet, Stage.SELF, rows), stage_totals(rows).score
    Submission.objects.create(
        sheet=sheet,
        round=sheet.round,
        meeting_date=signed.date(),
        minutes_number=f"会纪〔{past.year}〕{random.randint(20, 48)}号",
        signed_by=stretch.signer,
        signer_name=str(stretch.signer),
        signed_at=signed,
        total_points=total,
        digest=content,
    )
    step(sheet, "submit", past.reach(stretch.signer, signed), signed, total=total, content=content)
    accepted, rated = past.at(11, 6, 15), past.at(11, 24, 16)
    acceptor = past.reach(stretch.acceptor, accepted)
    step(sheet, "start_acceptance", acceptor, past.at(11, 3))
    final, ended, answered = Stage.ACCEPTANCE, accepted, accepted
    if stretch.is_hospital:
        conclude(sheet, Stage.ACCEPTANCE, acceptor, accepted)
        final, ended, answered = Stage.RATING, rated, past.at(11, 20)
    reviewer = past.reach(stretch.acceptor, ended)
    deny_vetoes(sheet, reviewer, answered)  # where there is a rating, this begins it
    sheet.refresh_from_db(fields=["state", "version", "state_at"])
    conclude(sheet, final, reviewer, ended)


def deny_vetoes(sheet: Sheet, reach: Reach, at: datetime) -> None:
    """Answer that no condition applies under which a sheet is not rated."""
    denied = [VetoAnswer(veto.number, applies=False) for veto in sheet_vetoes(sheet)]
    answer_vetoes(reach=reach, sheet_id=sheet.public_id, answers=denied, seen_version=sheet.version, at=at)


def conclude(sheet: Sheet, stage: Stage, reach: Reach, at: datetime) -> None:
    """End a stage with the sum and the digest of what it says."""
    rows = given(sheet, stage)
    total, content = stage_totals(rows).score, content_digest(sheet, stage, rows)
    step(sheet, f"conclude_{stage}", reach, at, total=total, content=content)


def step(
    sheet: Sheet, verb: str, reach: Reach, at: datetime, *, total: Decimal | None = None, content: str = ""
) -> None:
    """Make a move of the state table."""
    move = move_from(sheet.state, verb, final=sheet.final_stage)
    if move is None:
        raise ValueError(f"{sheet.organization_name}: no move {verb} from {sheet.state}")
    move_sheet(sheet, move, reach=reach, at=at, total_points=total, content=content)


def marks_of(sheet: Sheet) -> list[Mark]:
    """Return the rating's marks of a sheet that could be lowered, in the order of the table."""
    marks = Mark.objects.filter(
        answer__sheet=sheet,
        stage=Stage.RATING,
        points__gt=0,
        answer__criterion__scoring_kind=Criterion.Kind.FULL,
    )
    return list(marks.select_related("answer__criterion").order_by("answer__criterion__position"))
