"""What demo organizations typed into their sheets, collected and written in bulk.

The rows are those that ``assessments.services.saving`` leaves behind when a person types a mark and a text: the mark,
its change, the text, its change, and one audit event for each. A test holds the two together.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Mark, MarkChange, TextChange
from qiangji.assessments.stages import Stage
from qiangji.audit.models import Event
from qiangji.audit.services import event
from qiangji.lib.digests import digest
from qiangji.lib.numbers import plain
from qiangji.standards.models import Criterion
from qiangji.standards.values import allowed_values, highest_value
from qiangji.web.demo.texts import DONE, PARTLY, fill_in

BATCH = 1000
PACE = timedelta(minutes=3)


class Filler:
    """Collects the rows of many sheets; ``store`` writes them in a fixed number of statements per thousand rows."""

    def __init__(self, *, random: Random) -> None:
        self.random = random
        self.answers: list[Answer] = []
        self.marks: list[Mark] = []
        self.mark_changes: list[MarkChange] = []
        self.text_changes: list[TextChange] = []
        self.events: list[Event] = []

    def fill(self, answers: list[Answer], by: User, begun: datetime, quality: float) -> None:
        """Fill answers in one after the other; ``quality`` is the share of full marks."""
        at = begun
        for answer in answers:
            if answer.criterion.scoring_kind == Criterion.Kind.CHECKLIST:
                continue
            at += PACE
            points, is_full = self.points(answer.criterion, quality)
            self.mark(answer, points, by, at)
            templates = DONE if is_full else PARTLY
            self.text(answer, fill_in(self.random, templates, answer.criterion.evidence), by, at)

    def points(self, criterion: Criterion, quality: float) -> tuple[Decimal, bool]:
        """Choose a mark that the scoring allows; a bonus is not claimed."""
        if criterion.scoring_kind == Criterion.Kind.BONUS:
            return Decimal(0), True
        best = highest_value(criterion.scoring_rule, criterion.points)
        values = allowed_values(criterion.scoring_rule, criterion.points, criterion.step) or (best,)
        lower = [value for value in values if value < best]
        if not lower or self.random.random() < quality:
            return best, True
        return self.random.choice(lower[-2:]), False

    def mark(self, answer: Answer, points: Decimal, by: User, at: datetime) -> None:
        """Note a self mark."""
        self.given(answer, Stage.SELF, points, "", by, at)

    def given(self, answer: Answer, stage: str, points: Decimal, remark: str, by: User, at: datetime) -> None:
        """Note the first mark of a stage, as a person gives it."""
        said = digest(remark) if remark else ""
        data = {"from": None, "to": plain(points) or None, "remark": said}
        self.note(answer, stage, points, remark, ("mark.changed", data), by, at)

    def confirmed(self, answer: Answer, stage: str, points: Decimal, by: User, at: datetime) -> None:
        """Note a mark that took over the points of the stage before, as a reviewer confirms all that agrees."""
        self.note(answer, stage, points, "", ("mark.confirmed", {"from": None, "to": plain(points)}), by, at)

    def note(
        self,
        answer: Answer,
        stage: str,
        points: Decimal,
        remark: str,
        said: tuple[str, dict[str, str | None]],
        by: User,
        at: datetime,
    ) -> None:
        """Note a mark, its change, and the event that says so."""
        values = {"answer": answer, "stage": stage, "version": 1, "remark": remark}
        self.marks.append(Mark(**values, points=points, marked_by=by, marked_at=at))
        self.mark_changes.append(
            MarkChange(**values, from_points=None, to_points=points, changed_by=by, changed_at=at)
        )
        verb, data = said
        self.events.append(
            event(
                verb=verb,
                obj_type=f"mark.{stage}",
                obj_id=answer.public_id,
                data=data,
                by=by,
                at=at,
                sequence=1,
            )
        )

    def text(self, answer: Answer, text: str, by: User, at: datetime) -> None:
        """Note an implementation text."""
        answer.text, answer.version, answer.edited_by, answer.edited_at = text, 1, by, at
        self.answers.append(answer)
        self.text_changes.append(
            TextChange(
                answer=answer,
                first_version=1,
                last_version=1,
                previous="",
                text=text,
                edited_by=by,
                started_at=at,
                ended_at=at,
            )
        )
        self.events.append(
            event(
                verb="text.changed",
                obj_type="answer.text",
                obj_id=answer.public_id,
                data={"length": len(text), "text": digest(text)},
                by=by,
                at=at,
                sequence=1,
            )
        )

    def store(self) -> None:
        """Write everything."""
        Answer.objects.bulk_create(
            self.answers,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["text", "version", "edited_by", "edited_at"],
            batch_size=BATCH,
        )
        Mark.objects.bulk_create(self.marks, batch_size=BATCH)
        MarkChange.objects.bulk_create(self.mark_changes, batch_size=BATCH)
        TextChange.objects.bulk_create(self.text_changes, batch_size=BATCH)
        Event.objects.bulk_create(self.events, batch_size=BATCH)
