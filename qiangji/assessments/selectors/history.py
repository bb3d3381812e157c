"""The history of one criterion as people read it: marks and texts in one line of time, newest first."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Min

from qiangji.assessments.models import Answer, MarkChange, Proposal, Sheet, SheetTransition, TextChange
from qiangji.assessments.permissions import holds_at, writable_stage
from qiangji.assessments.selectors.sheet_page import readable_stages
from qiangji.assessments.stages import Stage
from qiangji.lib.numbers import plain
from qiangji.orgs.authorization import Permission
from qiangji.orgs.reach import Reach


@dataclass(frozen=True)
class HistoryEntry:
    """One change: of a mark (``stage`` set) or of the text; ``proposed``: what the facts proposed beside the mark just then."""

    at: datetime
    by: str
    stage: str = ""
    from_points: Decimal | None = None
    to_points: Decimal | None = None
    remark: str = ""
    previous: str = ""
    text: str = ""
    proposed: str = ""

    @property
    def stage_label(self) -> str:
        return Stage(self.stage).label if self.stage else "落实情况"


def proposed_beside(change: MarkChange) -> str:
    """Say what the facts proposed beside a mark when it was given: points, or a range with the day that was promised."""
    if change.proposed_points is not None:
        return f"{plain(change.proposed_points)} 分"
    if not change.proposed_verdict:
        return ""
    label = str(Proposal.Verdict(change.proposed_verdict).label)
    if change.proposed_by_date is not None:
        label = f"{label}，承诺 {change.proposed_by_date}"
    if change.proposed_lowest is None or change.proposed_highest is None:
        return label
    return f"{plain(change.proposed_lowest)}–{plain(change.proposed_highest)} 分（{label}）"


def history_of(answer: Answer, sheet: Sheet, *, reach: Reach) -> list[HistoryEntry]:
    """Return the changes this person may see.

    Reviewers see nothing of the writing before the first submission, and never what was proposed to the organization;
    the organization sees a review only once it is concluded (domain §5).
    """
    stages = readable_stages(sheet, is_reviewer=writable_stage(reach, sheet) is not None)
    marks = MarkChange.objects.filter(answer=answer, stage__in=stages).select_related("changed_by")
    texts = TextChange.objects.filter(answer=answer).select_related("edited_by")
    is_own = holds_at(reach, sheet.organization_id, Permission.SEE_LIVE_SHEET, own=True)
    if not is_own:
        first = SheetTransition.objects.filter(sheet=sheet, verb="submit").aggregate(at=Min("moved_at"))["at"]
        since = first or sheet.state_at
        marks = marks.exclude(stage=Stage.SELF, changed_at__lt=since)
        texts = texts.filter(ended_at__gte=since)
    entries = [
        HistoryEntry(
            at=change.changed_at,
            by=str(change.changed_by),
            stage=change.stage,
            from_points=change.from_points,
            to_points=change.to_points,
            remark=change.remark,
            proposed=proposed_beside(change) if is_own else "",
        )
        for change in marks
    ]
    entries += [
        HistoryEntry(at=change.ended_at, by=str(change.edited_by), previous=change.previous, text=change.text)
        for change in texts
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)
