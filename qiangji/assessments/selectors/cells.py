"""The cells of a sheet's page: one stage's mark of a criterion, one stage's sum of a group."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from qiangji.assessments.stages import Stage
from qiangji.lib.numbers import plain

SHORT_LABELS: dict[str, str] = {
    Stage.SELF: "自评",
    Stage.ACCEPTANCE: "验收",
    Stage.RATING: "评定",
    Stage.INSPECTION: "抽查",
}


@dataclass(frozen=True)
class MarkCell:
    """One stage's mark of one criterion; ``before`` is what the stage before it gave.

    ``promised``: the mark was signed while something was still open, and until this day the rest was promised.
    """

    stage: str
    points: Decimal | None = None
    remark: str = ""
    version: int = 0
    by: str = ""
    at: datetime | None = None
    before: Decimal | None = None
    promised: date | None = None

    @property
    def label(self) -> str:
        return SHORT_LABELS[self.stage]

    @property
    def changed(self) -> bool:
        """Gave other points than the stage before it."""
        return self.points is not None and self.before is not None and self.points != self.before

    @property
    def display(self) -> str:
        """The points as shown: a dash where there are none, an arrow where they differ from the stage before."""
        if self.points is None:
            return "—"
        arrow = "" if not self.changed or self.before is None else ("↓" if self.points < self.before else "↑")
        return arrow + plain(self.points)


@dataclass(frozen=True)
class SumCell:
    """One stage's sum of a group."""

    stage: str
    points: Decimal

    @property
    def label(self) -> str:
        return SHORT_LABELS[self.stage]
