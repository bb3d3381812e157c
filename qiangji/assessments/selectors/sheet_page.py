"""The sheet as the page shows it: parts, groups, rows, and beside each row the marks of every stage.

Read with a fixed number of statements however long the table is: answers with their criteria, marks with their
givers, wording, interpretations, evidence counts, submission and moves; while it is filled, the earlier sheet too.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery

from qiangji.assessments.models import (
    Answer,
    CriterionReturn,
    IntegrityFlag,
    Mark,
    Sheet,
    SheetTransition,
    Submission,
)
from qiangji.assessments.selectors.cells import SHORT_LABELS, MarkCell, SumCell
from qiangji.assessments.selectors.integrity import standing_flags
from qiangji.assessments.selectors.late import Late, late_changes
from qiangji.assessments.selectors.markings import markings_of
from qiangji.assessments.selectors.previous import Previous, previous_of
from qiangji.assessments.selectors.proposals import Proposals, proposals_of
from qiangji.assessments.selectors.returns import latest_returns
from qiangji.assessments.selectors.sheet_row import Row
from qiangji.assessments.selectors.signatures import last_whole, promised_days, signatures_of
from qiangji.assessments.stages import ORDER, Stage, earlier_of
from qiangji.assessments.staleness import Files, files_of
from qiangji.assessments.states import CONCLUDED, WRITABLE, State
from qiangji.lib.dates import local_day
from qiangji.lib.prepared import Prepared
from qiangji.scoring.totals import Scored, Totals, totals
from qiangji.standards.models import CriterionWording, Group, Interpretation, Section
from qiangji.standards.succession import binding_interpretations


@dataclass(frozen=True)
class GroupBlock:
    """One row of the official form."""

    group: Group
    rows: list[Row]
    possible: Decimal
    sums: dict[str, Decimal]

    @property
    def key(self) -> str:
        return f"{self.group.section.number}-{self.group.number}"

    @property
    def cells(self) -> list[SumCell]:
        return [SumCell(stage, points) for stage, points in self.sums.items()]


@dataclass(frozen=True)
class SectionBlock:
    """One part with its groups."""

    section: Section
    groups: list[GroupBlock]
    sums: dict[str, Decimal]
    shown_sum: Decimal
    done: int
    count: int

    @property
    def confirmable(self) -> int:
        """Rows of this part that a bulk confirmation would take."""
        return sum(row.is_confirmable for group in self.groups for row in group.rows)

    @property
    def adoptable(self) -> int:
        """Rows of this part whose proposal can be taken as it is."""
        return sum(row.is_adoptable for group in self.groups for row in group.rows)

    @property
    def promisable(self) -> int:
        """Rows of this part that are still open and can be claimed on the promise to do the rest."""
        return sum(row.is_promisable for group in self.groups for row in group.rows)

    @property
    def percent_done(self) -> int:
        return 100 * self.done // self.count if self.count else 0


@dataclass(frozen=True)
class SheetPage:
    """Everything the sheet page shows."""

    sheet: Sheet
    sections: list[SectionBlock]
    stages: list[Stage]
    totals: dict[str, Totals]
    my_stage: str | None
    shown_stage: str
    has_wording: bool
    submission: Submission | None
    transitions: list[SheetTransition] = field(default_factory=list)
    previous: Previous | None = None
    proposals: Proposals | None = None

    @property
    def offered_texts(self) -> int:
        """Criteria without a text here that have one in the earlier sheet."""
        return sum(bool(row.before and row.before.has_text and not row.answer.text) for row in self.rows)

    @property
    def offered_files(self) -> int:
        """Files of the earlier sheet for criteria that have none here."""
        return sum(row.before.files for row in self.rows if row.before and not row.evidence_count)

    @property
    def rows(self) -> list[Row]:
        return [row for section in self.sections for group in section.groups for row in group.rows]

    @property
    def late_count(self) -> int:
        """Criteria whose facts have moved since the signature."""
        return sum(row.late is not None for row in self.rows)

    @property
    def promised_count(self) -> int:
        """Criteria that were signed while something was still open."""
        return sum(row.marks[Stage.SELF].promised is not None for row in self.rows if Stage.SELF in row.marks)

    @property
    def late_cause(self) -> str:
        """What moved since the signature, over all criteria."""
        late = [row.late for row in self.rows if row.late is not None]
        facts, check = any(one.facts_moved for one in late), any(one.check_moved for one in late)
        return replace(late[0], facts_moved=facts, check_moved=check).cause if late else ""

    @property
    def out(self) -> list[CriterionReturn]:
        """What is with the organization for amendment."""
        return [row.returned for row in self.rows if row.returned is not None and row.returned.is_open]

    @property
    def doubted(self) -> list[IntegrityFlag]:
        """What is doubted, or was found false, in the order of the table."""
        return [one for row in self.rows for one in row.doubts]

    @property
    def amended_count(self) -> int:
        """Criteria that came back amended in this round."""
        return sum(row.returned is not None and not row.returned.is_open for row in self.rows)

    @property
    def is_review(self) -> bool:
        return self.my_stage not in (None, Stage.SELF)

    @property
    def my_label(self) -> str:
        return SHORT_LABELS[self.my_stage] if self.my_stage else ""

    @property
    def earlier_label(self) -> str:
        earlier = earlier_of(self.my_stage, self.sheet.final_stage) if self.my_stage else None
        return SHORT_LABELS[earlier] if earlier else ""

    @property
    def fallback_stage(self) -> str:
        """The stage whose mark counts where the shown one gave none; empty where nothing stands in."""
        return self.sheet.final_stage if self.shown_stage == Stage.INSPECTION else ""

    @property
    def shown_label(self) -> str:
        return f"{SHORT_LABELS[self.shown_stage]}得分"

    @property
    def shown_total(self) -> Decimal:
        return self.totals[self.shown_stage].score

    @property
    def confirmable(self) -> int:
        return sum(block.confirmable for block in self.sections)

    @property
    def open_count(self) -> int:
        """Criteria that still lack a mark at the stage shown."""
        return self.totals[self.shown_stage].missing

    @property
    def returned(self) -> SheetTransition | None:
        """The last return or withdrawal, while the sheet is being revised because of it."""
        last = self.transitions[-1] if self.transitions else None
        return last if last and last.verb in {"return", "withdraw"} else None


def latest_stage(sheet: Sheet) -> Stage:
    """Return the latest stage whose marks stand or are being given in the sheet's state."""
    state = State(sheet.state)
    if state in WRITABLE:
        return WRITABLE[state][0]
    if sheet.inspected_round == sheet.round:
        return Stage.INSPECTION
    if state in CONCLUDED[Stage.RATING]:
        return Stage(sheet.final_stage)
    return Stage.ACCEPTANCE if state in CONCLUDED[Stage.ACCEPTANCE] else Stage.SELF


def readable_stages(sheet: Sheet, *, is_reviewer: bool) -> list[Stage]:
    """Return the stages to show, in the official order: a stage still under way is its reviewer's own until concluded."""
    running = sheet.writable_stage
    shown = []
    for stage in ORDER:
        if stage == Stage.RATING and sheet.final_stage == Stage.ACCEPTANCE:
            continue
        if stage == running and stage != Stage.SELF and not is_reviewer:
            break
        shown.append(stage)
        if stage == latest_stage(sheet):
            break
    return shown


def sheet_page(sheet: Sheet, *, my_stage: str | None) -> SheetPage:
    """Read a sheet for its page; ``my_stage`` is the stage this person may write now, or None."""
    stages = readable_stages(sheet, is_reviewer=my_stage is not None)
    previous = previous_of(sheet) if my_stage == Stage.SELF else None
    proposals = proposals_of(sheet) if my_stage == Stage.SELF else None
    signed = signatures_of(sheet)
    submission = last_whole(signed)
    promised = promised_days(signed) if sheet.state != State.DRAFT else {}
    late, returned = late_changes(sheet, submission), latest_returns(sheet, submission)
    doubted = standing_flags(sheet, submission)
    rows = _rows(sheet, stages, my_stage, previous, proposals or Proposals(), late, returned)
    for row in rows:
        row.doubts.extend(doubted.get(row.answer.pk, []))
        row.marks[Stage.SELF] = replace(row.marks[Stage.SELF], promised=promised.get(row.code))
    shown = my_stage or stages[-1]
    sums: dict[str, Totals] = {
        stage: totals(_scored(row, stage) for row in rows if not row.is_checklist) for stage in stages
    }
    return SheetPage(
        sheet=sheet,
        sections=_sections(rows, sums, shown),
        stages=stages,
        totals=sums,
        my_stage=my_stage,
        shown_stage=shown,
        has_wording=any(row.text for row in rows),
        submission=submission,
        transitions=MOVED(sheet=sheet.pk),
        previous=previous,
        proposals=proposals,
    )


def _rows(
    sheet: Sheet,
    stages: list[Stage],
    my_stage: str | None,
    previous: Previous | None,
    proposals: Proposals,
    late: dict[int, Late],
    returned: dict[int, CriterionReturn],
) -> list[Row]:
    markings = markings_of(sheet.edition)
    marks: dict[int, dict[str, MarkCell]] = {}
    for answer_id, stage, points, remark, version, by, at in MARKS(sheet=sheet.pk):
        if stage in stages:  # a stage under way is its reviewer's own
            marks.setdefault(answer_id, {})[stage] = MarkCell(stage, points, remark, version, by, at)
    files = files_of(sheet)
    interpreted = interpretations_of(sheet)
    earlier = previous.answers if previous else {}
    rows = []
    for answer in ANSWERS(sheet=sheet.pk):
        marking = markings[answer.criterion_id]
        answer.sheet, answer.criterion = sheet, marking.criterion
        cells = marks.get(answer.pk, {})
        full: dict[str, MarkCell] = {
            stage: replace(cells.get(stage, MarkCell(stage)), before=_before(cells, stage, sheet.final_stage))
            for stage in stages
        }
        rows.append(
            Row(
                marking=marking,
                answer=answer,
                text=answer.official_text or "",
                marks=full,
                files=files.get(answer.pk, Files()),
                my_stage=my_stage,
                interpretations=interpreted.get(answer.criterion_id, []),
                before=earlier.get(answer.criterion_id),
                proposal=proposals.by_answer.get(answer.pk),
                by_person=proposals.words.get(marking.criterion.code, ""),
                late=late.get(answer.pk),
                returned=returned.get(answer.pk),
            )
        )
    return rows


def _answers(sheet: int) -> QuerySet[Answer]:
    """Answers in the order of the table, each with the official wording that is current."""
    wordings = CriterionWording.objects.filter(criterion=OuterRef("criterion"), wording__is_current=True)
    found = Answer.objects.filter(sheet=sheet).select_related("edited_by")
    return found.annotate(official_text=Subquery(wordings.values("text")[:1])).order_by("criterion__position")


ANSWERS = Prepared(_answers, sheet=int)
MARKS = Prepared(
    lambda sheet: Mark.objects.filter(answer__sheet=sheet).values_list(
        "answer_id", "stage", "points", "remark", "version", "marked_by__name", "marked_at"
    ),
    sheet=int,
)
MOVED = Prepared(
    lambda sheet: SheetTransition.objects.filter(sheet=sheet).select_related("moved_by").order_by("sequence"),
    sheet=int,
)


def interpretations_of(sheet: Sheet) -> dict[int, list[Interpretation]]:
    """Return, by criterion, the interpretations that hold for a sheet: those in force by the end of its cycle's facts."""
    return binding_interpretations(
        edition=sheet.edition,
        path=sheet.organization_path,
        day=local_day(sheet.opened_at),
        until=sheet.cycle.period_end_date,
    )


def _before(cells: dict[str, MarkCell], stage: Stage, final_stage: str) -> Decimal | None:
    earlier = earlier_of(stage, final_stage)
    return cells[earlier].points if earlier in cells else None


def _scored(row: Row, stage: str) -> Scored:
    group, points = row.criterion.group, row.marks[stage].points
    if stage == Stage.INSPECTION and points is None:  # what an inspection leaves alone keeps its final mark
        points = row.marks[row.answer.sheet.final_stage].points
    return Scored(group.section.number, group.number, points, row.is_bonus)


def _sections(rows: list[Row], sums: dict[str, Totals], shown: str) -> list[SectionBlock]:
    groups: dict[int, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.criterion.group_id, []).append(row)
    blocks: dict[int, list[GroupBlock]] = {}
    sections: dict[int, Section] = {}
    for members in groups.values():
        group = members[0].criterion.group
        place = (group.section.number, group.number)
        possible = sum((row.marking.highest for row in members), Decimal(0))
        of_stage: dict[str, Decimal] = {
            stage: total.groups.get(place, Decimal(0)) for stage, total in sums.items()
        }
        sections[group.section_id] = group.section
        blocks.setdefault(group.section_id, []).append(GroupBlock(group, members, possible, of_stage))
    return [_section(section, blocks[key], sums, shown) for key, section in sections.items()]


def _section(section: Section, groups: list[GroupBlock], sums: dict[str, Totals], shown: str) -> SectionBlock:
    marked = [
        row.marks[shown].points is not None for group in groups for row in group.rows if not row.is_checklist
    ]
    return SectionBlock(
        section=section,
        groups=groups,
        sums={stage: total.sections.get(section.number, Decimal(0)) for stage, total in sums.items()},
        shown_sum=sums[shown].sections.get(section.number, Decimal(0)),
        done=sum(marked),
        count=len(marked),
    )


__all__ = ["ORDER", "GroupBlock", "MarkCell", "Row", "SectionBlock", "SheetPage", "sheet_page"]
