"""What evidence an answer has, what was taken away again, and which files may be used once more."""

from dataclasses import dataclass, field

from django.db.models import QuerySet

from qiangji.assessments.integrity_states import STANDING
from qiangji.assessments.models import Answer, Evidence, IntegrityFlag, Sheet
from qiangji.files.kinds import BY_MEDIA_TYPE
from qiangji.files.models import Content

MOST_OFFERED = 200
MOST_READ = 2_000
ICONS = {"pdf": "file-earmark-pdf", "image": "file-earmark-image", "word": "file-earmark-word"}
ICONS |= {"excel": "file-earmark-excel"}


@dataclass(frozen=True)
class Entry:
    """One file as the list shows it."""

    evidence: Evidence
    flag: IntegrityFlag | None = None

    @property
    def label(self) -> str:
        kind = BY_MEDIA_TYPE.get(self.evidence.content.media_type)
        return kind.label if kind else "文件"

    @property
    def icon(self) -> str:
        kind = BY_MEDIA_TYPE.get(self.evidence.content.media_type)
        return ICONS[kind.family] if kind else "file-earmark"

    @property
    def is_shown_inline(self) -> bool:
        kind = BY_MEDIA_TYPE.get(self.evidence.content.media_type)
        return kind is not None and kind.is_inline


@dataclass
class Offer:
    """A content that may support one more answer, and where it does so already."""

    evidence: Evidence
    is_of_this_sheet: bool
    codes: list[str] = field(default_factory=list)

    @property
    def places(self) -> str:
        """Where it is used, for the picker."""
        where = "本表" if self.is_of_this_sheet else self.evidence.answer.sheet.cycle.title
        more = f" 等 {len(self.codes)} 条" if len(self.codes) > 3 else ""
        return f"{where} {'、'.join(self.codes[:3])}{more}"


def attached_to(answer: Answer) -> list[Entry]:
    """Return the files on an answer, the oldest first."""
    flags = {
        one.evidence_id: one
        for one in IntegrityFlag.objects.filter(answer=answer, evidence__isnull=False, state__in=STANDING)
    }
    return [Entry(row, flags.get(row.pk)) for row in _rows(answer).filter(detached_at__isnull=True)]


def detached_from(answer: Answer) -> list[Entry]:
    """Return the files that were taken off an answer, the latest first."""
    rows = _rows(answer).filter(detached_at__isnull=False).select_related("detached_by")
    return [Entry(row) for row in rows.order_by("-detached_at", "-pk")]


def _rows(answer: Answer) -> QuerySet[Evidence]:
    return (
        Evidence.objects.filter(answer=answer)
        .select_related("content", "attached_by")
        .order_by("attached_at", "pk")
    )


def offers_for(answer: Answer, sheet: Sheet) -> list[Offer]:
    """Return files of the same organization that the answer lacks, once per content: this sheet's first, then newest."""
    held = Evidence.objects.filter(answer=answer, detached_at__isnull=True)
    rows = (
        Evidence.objects.filter(
            answer__sheet__organization=sheet.organization_id,
            detached_at__isnull=True,
            content__swept_at__isnull=True,
        )
        .exclude(content__in=Content.objects.filter(pk__in=held.values("content")))
        .select_related("content", "answer__criterion", "answer__sheet__cycle")
        .order_by("-attached_at", "-pk")[:MOST_READ]
    )
    offers: dict[int, Offer] = {}
    for row in sorted(rows, key=lambda row: row.answer.sheet_id != sheet.pk):
        here = row.answer.sheet_id == sheet.pk
        offer = offers.setdefault(row.content_id, Offer(row, is_of_this_sheet=here))
        if offer.evidence.answer.sheet_id == row.answer.sheet_id:
            offer.codes.append(row.answer.criterion.code)
    return list(offers.values())[:MOST_OFFERED]
