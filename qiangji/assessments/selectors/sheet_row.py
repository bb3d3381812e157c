"""One criterion of the sheet as the page shows it: its answer, the marks of every stage, and what stands beside them."""

from dataclasses import dataclass, field

from qiangji.assessments.models import Answer, CriterionReturn, IntegrityFlag
from qiangji.assessments.models.proposals import Proposal
from qiangji.assessments.selectors.cells import MarkCell
from qiangji.assessments.selectors.late import Late
from qiangji.assessments.selectors.markings import Marking
from qiangji.assessments.selectors.previous import Before
from qiangji.assessments.stages import ORDER, earlier_of
from qiangji.assessments.staleness import Files, is_older
from qiangji.standards.models import Criterion, Interpretation


@dataclass(frozen=True)
class Row:
    """One criterion with everything the page shows of it."""

    marking: Marking
    answer: Answer
    text: str
    marks: dict[str, MarkCell]
    files: Files
    my_stage: str | None
    interpretations: list[Interpretation] = field(default_factory=list)
    before: Before | None = None
    proposal: Proposal | None = None
    by_person: str = ""
    late: Late | None = None
    returned: CriterionReturn | None = None
    doubts: list[IntegrityFlag] = field(default_factory=list)

    @property
    def criterion(self) -> Criterion:
        return self.marking.criterion

    @property
    def is_out(self) -> bool:
        """The criterion is with its organization for amendment."""
        return self.returned is not None and self.returned.is_open

    @property
    def is_adoptable(self) -> bool:
        """The facts name points, and nobody has marked yet."""
        return bool(self.proposal and not self.proposal.is_open and self.mine and self.mine.points is None)

    @property
    def has_old_text(self) -> bool:
        """The text was taken from a proposal that has another one by now."""
        offered = self.proposal.offered_text.strip() if self.proposal else ""
        return self.answer.is_taken and bool(offered) and self.answer.text.strip() != offered

    @property
    def is_promisable(self) -> bool:
        """The facts leave points open until a known day, and nobody has marked yet."""
        is_open = self.proposal is not None and self.proposal.promise is not None
        return bool(is_open and self.mine and self.mine.points is None)

    @property
    def departs(self) -> bool:
        """The mark given is not the one that the facts propose, or lies outside the range that is still open."""
        return bool(self.proposal and self.mine and self.proposal.is_left_by(self.mine.points))

    @property
    def code(self) -> str:
        return self.criterion.code

    @property
    def evidence_count(self) -> int:
        return self.files.count

    @property
    def is_checklist(self) -> bool:
        return self.criterion.scoring_kind == Criterion.Kind.CHECKLIST

    @property
    def is_bonus(self) -> bool:
        return self.criterion.group.section.is_bonus or self.criterion.scoring_kind == Criterion.Kind.BONUS

    @property
    def shown_cells(self) -> list[MarkCell]:
        """The stages' marks to read, without the one to write, in the official order."""
        return [cell for stage, cell in self.marks.items() if stage != self.my_stage]

    @property
    def mine(self) -> MarkCell | None:
        return self.marks[self.my_stage] if self.my_stage else None

    @property
    def earlier(self) -> MarkCell | None:
        """The mark my stage is held against."""
        stage = earlier_of(self.my_stage, self.answer.sheet.final_stage) if self.my_stage else None
        return self.marks[stage] if stage else None

    @property
    def differs(self) -> bool:
        """Some stage gave other points than the stage before it."""
        points = [self.marks[stage].points for stage in ORDER if stage in self.marks]
        given = [value for value in points if value is not None]
        return len(set(given)) > 1

    @property
    def is_confirmable(self) -> bool:
        """A bulk confirmation would take this row: not yet marked, or agreed but older than what it judges."""
        mine, earlier = self.mine, self.earlier
        if mine is None or earlier is None or earlier.points is None or self.is_out:
            return False
        return mine.points is None or (self.is_stale and mine.points == earlier.points)

    @property
    def is_stale(self) -> bool:
        """What my mark judges changed after it was given: the earlier mark, the text, the files."""
        mine, earlier = self.mine, self.earlier
        if mine is None or earlier is None:
            return False
        return is_older(mine.at, earlier.at, self.answer.edited_at, self.files.changed_at)
