"""What stands in the official form (annex 2 of document 0), as plain data that a writer only has to draw.

The paper form has one row per group. A row's numbered criteria share one cell, so do their implementation texts 落实情况,
and each stage has one cell: the sum of the row, with the criteria's own marks small beneath it once one of them is not
full. No database here and no Word: both can be tested, and changed, without the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from qiangji.assessments.stages import Stage
from qiangji.scoring.totals import Scored, totals

# The columns of the paper form in their order. The spot check has no column there.
COLUMNS: tuple[Stage, ...] = (Stage.SELF, Stage.ACCEPTANCE, Stage.RATING)


@dataclass(frozen=True)
class FormCriterion:
    """One numbered requirement within a row: its text, what was done for it, and what each stage gave.

    ``points`` is what the form prints, None where the criterion is not marked at all; ``full`` the best possible mark
    where that is another figure.
    """

    number: int
    text: str
    points: Decimal | None
    full: Decimal | None = None
    implementation: str = ""
    marks: Mapping[Stage, Decimal | None] = field(default_factory=dict)

    def mark(self, stage: Stage) -> Decimal | None:
        """Return the stage's mark, None where it gave none."""
        return self.marks.get(stage)

    def is_full(self, stage: Stage) -> bool:
        """Say whether the stage gave the best possible mark."""
        return self.mark(stage) == (self.points if self.full is None else self.full)


@dataclass(frozen=True)
class FormRow:
    """One row of the form: a group of criteria; untitled where its part has no groups."""

    title: str
    criteria: tuple[FormCriterion, ...]

    @property
    def scored(self) -> tuple[FormCriterion, ...]:
        """The criteria that are marked at all; a checklist item is not."""
        return tuple(criterion for criterion in self.criteria if criterion.points is not None)

    def sum_of(self, stage: Stage) -> Decimal | None:
        """Return the row's points at a stage, None while the stage has marked nothing in it."""
        marks = [criterion.mark(stage) for criterion in self.scored]
        if all(mark is None for mark in marks):
            return None
        return totals(Scored(0, 0, mark) for mark in marks).total

    def differs(self, stage: Stage) -> bool:
        """Say whether a marked row has a criterion that did not get its full points, an open one included."""
        if self.sum_of(stage) is None:
            return False
        return not all(criterion.is_full(stage) for criterion in self.scored)


@dataclass(frozen=True)
class FormSection:
    """A part 项目 with the points it declares; its cell spans its rows."""

    title: str
    points: Decimal
    rows: tuple[FormRow, ...]
    is_bonus: bool = False

    @property
    def is_undivided(self) -> bool:
        """Whether the part has no groups, so that the first two cells of its row are one."""
        return len(self.rows) == 1 and not self.rows[0].title


@dataclass(frozen=True)
class FormVeto:
    """A condition in the remarks 备注, with what follows from it."""

    text: str
    consequence: str


@dataclass(frozen=True)
class FormHead:
    """Title and head line. ``score`` None leaves the place empty, as on a blank form.

    ``score_stage`` names whose sum the score is. ``is_provisional`` until the final stage is concluded: such a print
    says 暂定 on every page.
    """

    title: str
    unit_label: str = "申报单位党委名称"
    unit_name: str = ""
    score: Decimal | None = None
    score_stage: str = ""
    is_provisional: bool = False
    application_date: date | None = None


@dataclass(frozen=True)
class OfficialForm:
    """The whole form. ``wording_note`` is empty only where every text in it is the document's own."""

    head: FormHead
    sections: tuple[FormSection, ...]
    vetoes: tuple[FormVeto, ...]
    printed_at: datetime
    wording_note: str = ""
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> Iterator[FormRow]:
        """Every score row, in the order of the form."""
        return (row for section in self.sections for row in section.rows)

    @property
    def has_open_marks(self) -> bool:
        """Whether some stage has marked a row only in part."""
        return any(
            row.sum_of(stage) is not None and any(criterion.mark(stage) is None for criterion in row.scored)
            for row in self.rows
            for stage in COLUMNS
        )

    @property
    def shows_single_marks(self) -> bool:
        """Whether some row shows single marks beneath its sum."""
        return any(row.differs(stage) for row in self.rows for stage in COLUMNS)
