"""What is still missing before a stage can be concluded: named point by point, each with its place in the sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from qiangji.assessments.models import Answer, Mark, Proposal, Sheet
from qiangji.assessments.stages import Stage, earlier_of
from qiangji.assessments.staleness import Files, files_of, is_older
from qiangji.lib.numbers import plain
from qiangji.standards.models import Criterion
from qiangji.standards.values import highest_value


@dataclass(frozen=True)
class Missing:
    """One open point: the criterion, and what to do there."""

    code: str
    title: str
    what: str


@dataclass(frozen=True)
class Given:
    """One answer with the marks of the stage in question and of the one before it."""

    answer: Answer
    mark: Mark | None
    earlier: Mark | None
    files: Files = Files()
    proposal: Proposal | None = None
    earlier_stage: Stage | None = None
    stage: str = Stage.SELF

    @property
    def departs(self) -> bool:
        """The points given are not those that the facts propose, or lie outside the range that is still open."""
        return self.proposal is not None and self.proposal.is_left_by(self.points)

    @property
    def has_own_words(self) -> bool:
        """Somebody wrote the text, rather than take the one that was generated."""
        text = self.answer.text.strip()
        offered = self.proposal.offered_text.strip() if self.proposal else ""
        return bool(text) and not self.answer.is_taken and text != offered

    @property
    def is_promised(self) -> bool:
        """The points claim what is still open, on the promise to do the rest."""
        return self.proposal is not None and self.proposal.is_promised_by(self.points)

    @property
    def points(self) -> Decimal | None:
        return self.mark.points if self.mark else None

    @property
    def effective_points(self) -> Decimal | None:
        """What counts after this stage: its points, or where an inspection gave none, those that stood before it."""
        return self.earlier_points if self.is_left_alone else self.points

    @property
    def is_left_alone(self) -> bool:
        """An inspection did not look at this criterion."""
        return self.points is None and self.stage == Stage.INSPECTION

    @property
    def earlier_points(self) -> Decimal | None:
        return self.earlier.points if self.earlier else None

    @property
    def earlier_at(self) -> datetime | None:
        return self.earlier.marked_at if self.earlier else None

    @property
    def differs(self) -> bool:
        """Both stages gave points, and not the same."""
        return (
            self.points is not None and self.earlier_points is not None and self.points != self.earlier_points
        )

    @property
    def is_stale(self) -> bool:
        """What this mark judges was changed after it was given: the earlier mark, the text, the files."""
        if self.earlier is None:
            return False
        return self.is_remarked or is_older(self.marked_at, self.answer.edited_at, self.files.changed_at)

    @property
    def is_remarked(self) -> bool:
        """The earlier stage's own mark was changed after this one."""
        return is_older(self.marked_at, self.earlier_at)

    @property
    def marked_at(self) -> datetime | None:
        return self.mark.marked_at if self.mark else None


def given(sheet: Sheet, stage: str) -> list[Given]:
    """Read a stage's marks beside the earlier stage's, in the order of the table: two queries, for a review three."""
    answers = list(
        Answer.objects.filter(sheet=sheet)
        .select_related("criterion__group__section", "proposal")
        .defer("proposal__trace", "proposal__reason")
        .order_by("criterion__position")
    )
    earlier = earlier_of(stage, sheet.final_stage)
    marks = Mark.objects.filter(answer__sheet=sheet, stage__in=[one for one in (stage, earlier) if one])
    by_place = {(mark.answer_id, mark.stage): mark for mark in marks}
    files = files_of(sheet) if earlier else {}
    return [
        Given(
            answer,
            by_place.get((answer.pk, stage)),
            by_place.get((answer.pk, earlier)) if earlier else None,
            files.get(answer.pk, Files()),
            None if earlier else getattr(answer, "proposal", None),
            earlier,
            stage,
        )
        for answer in answers
    ]


def promises_of(rows: Iterable[Given]) -> dict[str, str]:
    """Return, by criterion's code, until which day (ISO) the rest is promised of what is claimed and still open."""
    return {
        row.answer.criterion.code: row.proposal.mend_by.isoformat()
        for row in rows
        if row.is_promised and row.proposal is not None and row.proposal.mend_by is not None
    }


def missing_points(rows: list[Given], stage: str) -> list[Missing]:
    """Return what keeps a stage from being concluded, in the order of the table."""
    check = _missing_in_self if stage == Stage.SELF else _missing_in_review
    found = []
    for row in rows:
        if row.answer.criterion.scoring_kind == Criterion.Kind.CHECKLIST:
            continue
        what = check(row, stage)
        if what:
            found.append(Missing(row.answer.criterion.code, row.answer.criterion.title, what))
    return found


def _missing_in_self(row: Given, stage: str) -> str:
    criterion = row.answer.criterion
    if row.points is None:
        return "还没有自评得分"
    is_bonus = criterion.scoring_kind == Criterion.Kind.BONUS
    best = highest_value(criterion.scoring_rule, criterion.points)
    if not row.answer.text.strip() and (row.points > 0 if is_bonus else row.points < best):
        return "加分须写明依据" if is_bonus else "未得满分，须在落实情况中说明原因"
    if row.proposal is not None and row.departs and not row.has_own_words:
        return _left(row.proposal, row.points)
    return ""


def _left(proposal: Proposal, points: Decimal) -> str:
    """Say what a mark departs from, and that the generated text is no reason for it."""
    if proposal.points is not None:
        what = f"所给 {plain(points)} 分与按事实建议的 {plain(proposal.points)} 分不同"
    else:
        what = f"所给 {plain(points)} 分不在按事实建议的 {plain(proposal.lowest)}–{plain(proposal.highest)} 分以内"
    return f"{what}，须在落实情况中自己写明理由，采用的建议文字不算理由"


def _missing_in_review(row: Given, stage: str) -> str:
    before = row.earlier_stage.label if row.earlier_stage else ""
    if row.is_left_alone:
        return ""
    if row.points is None:
        return f"还没有{Stage(stage).label}得分"
    if row.is_stale:
        what = before if row.is_remarked else "落实情况或佐证材料"
        return f"{what}在您给分之后有修改，请核对后重新确认"
    if row.differs and not (row.mark and row.mark.remark.strip()):
        return f"与{before}得分不一致，须写明理由"
    return ""
