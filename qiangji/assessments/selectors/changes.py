"""What changed on a sheet since a stage had ended: shown before the next one ends, and its digest kept with the move."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from qiangji.assessments.models import Evidence, MarkChange, Sheet, SheetTransition, Submission, TextChange
from qiangji.assessments.selectors.late import late_changes
from qiangji.assessments.stages import ORDER, Stage, earlier_of
from qiangji.lib.digests import digest
from qiangji.lib.numbers import plain

ENDED_BY = {
    Stage.SELF: "submit",
    Stage.ACCEPTANCE: "conclude_acceptance",
    Stage.RATING: "conclude_rating",
}
FACTS = {"台账": "台账事实", "判定办法": "判定办法", "台账和判定办法": "台账事实和判定办法"}


@dataclass(frozen=True)
class Changed:
    """One change: of a mark, a text, a file, or of what the facts say; by whom and when, where a person did it."""

    code: str
    title: str
    what: str
    before: str
    after: str
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Changes:
    """What changed since a stage had ended at ``since``, in the order of the table.

    ``stage`` is the one before, or, where the one to be concluded now was concluded before, that one.
    """

    stage: Stage
    since: datetime | None
    rows: tuple[Changed, ...] = ()

    @property
    def digest(self) -> str:
        """The digest under which they are confirmed; empty where nothing changed."""
        if not self.rows:
            return ""
        return digest(
            [[row.code, row.what, row.before, row.after, row.at.isoformat() if row.at else ""] for row in self.rows]
        )  # fmt: skip


def changes_before(sheet: Sheet, stage: str) -> Changes:
    """Return what changed since the reviewer of a stage last knew the sheet: five statements, however much changed.

    That is where the stage before had ended; where the sheet went back meanwhile, its end before it went back; and where
    this stage was concluded before (the sheet is assessed again, or its veto was lifted), that conclusion, which had been
    shown everything earlier. An inspection is by others each time, and is shown what changed since the final stage ended.
    """
    before = earlier_of(stage, sheet.final_stage)
    known = _known(sheet, Stage(stage), before) if before else None
    if before is None or known is None:
        return Changes(Stage(stage), None)
    ended, since = known
    stages = list(ORDER[: ORDER.index(before) + 1])
    found = [
        *_marks(sheet, stages, since),
        *_texts(sheet, since),
        *_files(sheet, since),
        *_facts(sheet),
    ]
    return Changes(
        ended, since, tuple(row for _, row in sorted(found, key=lambda pair: (pair[0], pair[1].code)))
    )


def _known(sheet: Sheet, stage: Stage, before: Stage) -> tuple[Stage, datetime] | None:
    """Return the end from which on changes are new to the reviewer of a stage: of which stage, and when. One statement."""
    ended, own = ENDED_BY[before], ENDED_BY.get(stage)
    moves = SheetTransition.objects.filter(
        sheet=sheet, verb__in=[one for one in (ended, own, "return") if one]
    )
    known: datetime | None = None
    went_back_to: datetime | None = None
    went_back = False
    for verb, at in moves.order_by("-sequence").values_list("verb", "moved_at"):
        if verb == own:
            return stage, at
        if verb == "return":
            went_back = True
        elif known is None:
            known = at
        elif went_back and went_back_to is None:
            went_back_to = at
    since = went_back_to or known
    return (before, since) if since else None


Placed = tuple[int, Changed]


def _marks(sheet: Sheet, stages: Sequence[str], since: datetime) -> list[Placed]:
    rows = MarkChange.objects.filter(answer__sheet=sheet, stage__in=stages, changed_at__gt=since)
    columns = (
        "answer__criterion__position", "answer__criterion__code", "answer__criterion__title", "stage",
        "from_points", "to_points", "changed_by__name", "changed_at",
    )  # fmt: skip
    return [
        (place, Changed(code, title, f"{Stage(stage).label}得分", _points(old), _points(new), by, at))
        for place, code, title, stage, old, new, by, at in rows.order_by("changed_at").values_list(*columns)
        if old != new
    ]


def _points(value: Decimal | None) -> str:
    return "（空）" if value is None else plain(value)


def _texts(sheet: Sheet, since: datetime) -> list[Placed]:
    rows = TextChange.objects.filter(answer__sheet=sheet, ended_at__gt=since).order_by("ended_at")
    columns = (
        "answer__criterion__position", "answer__criterion__code", "answer__criterion__title",
        "previous", "text", "edited_by__name", "ended_at",
    )  # fmt: skip
    return [
        (place, Changed(code, title, "落实情况", old or "（空）", new or "（空）", by, at))
        for place, code, title, old, new, by, at in rows.values_list(*columns)
    ]


def _files(sheet: Sheet, since: datetime) -> list[Placed]:
    rows = Evidence.objects.filter(
        Q(attached_at__gt=since) | Q(detached_at__gt=since), answer__sheet=sheet
    ).select_related("answer__criterion", "attached_by", "detached_by")
    found = []
    for row in rows.order_by("attached_at"):
        criterion = row.answer.criterion
        if row.attached_at > since and row.detached_at is None:
            change = ("", row.filename, str(row.attached_by), row.attached_at)
        elif row.attached_at <= since and row.detached_at is not None:
            change = (row.filename, "已移除", str(row.detached_by), row.detached_at)
        else:  # came and went meanwhile
            continue
        old, new, by, at = change
        found.append(
            (
                criterion.position,
                Changed(criterion.code, criterion.title, "佐证材料", old or "（无）", new, by, at),
            )
        )
    return found


def _facts(sheet: Sheet) -> list[Placed]:
    signed = Submission.objects.whole().filter(sheet=sheet).order_by("-round").first()
    late = late_changes(sheet, signed)
    if not late:
        return []
    criteria = sheet.answers.filter(pk__in=late).values_list(
        "pk", "criterion__position", "criterion__code", "criterion__title"
    )
    return [
        (place, Changed(code, title, FACTS[late[pk].cause], f"申报 {plain(late[pk].declared)}", f"现建议 {late[pk].now}：{late[pk].reason}"))
        for pk, place, code, title in criteria
    ]  # fmt: skip
