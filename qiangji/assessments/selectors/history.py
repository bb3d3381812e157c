"""The history of one criterion as people read it: marks and texts in one line of time, newest first."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Min

from qiangji.assessments.models import Answer, MarkChange, Sheet, SheetTransition, TextChange
from qiangji.assessments.permissions import holds_at, writable_stage
from qiangji.assessments.selectors.sheet_page import readable_stages
from qiangji.assessments.stages import Stage
from qiangji.orgs.authorization import Permission
from qiangji.orgs.reach import Reach


@dataclass(frozen=True)
class HistoryEntry:
    """One change: of a mark (``stage`` set) or of the text."""

    at: datetime
    by: str
    stage: str = ""
    from_points: Decimal | None = None
    to_points: Decimal | None = None
    remark: str = ""
    previous: str = ""
    text: str = ""

    @property
    def stage_label(self) -> str:
        return Stage(self.stage).label if self.stage else "落实情况"


def history_of(answer: Answer, sheet: Sheet, *, reach: Reach) -> list[HistoryEntry]:
    """Return the changes this person may see.

    Reviewers see nothing of the writing before the first submission; the organization sees a review only once it is
    concluded (domain §5).
    """
    stages = readable_stages(sheet, is_reviewer=writable_stage(reach, sheet) is not None)
    marks = MarkChange.objects.filter(answer=answer, stage__in=stages).select_related("changed_by")
    texts = TextChange.objects.filter(answer=answer).select_related("edited_by")
    if not holds_at(reach, sheet.organization_id, Permission.SEE_LIVE_SHEET, own=True):
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
        )
        for change in marks
    ]
    entries += [
        HistoryEntry(at=change.ended_at, by=str(change.edited_by), previous=change.previous, text=change.text)
        for change in texts
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)
