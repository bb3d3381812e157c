"""The course that every veto of an organization takes: one proposes, another decides, with notice, appeal and end (domain §7, 11).

A sheet veto and a year-end veto are two nouns with tables, rights and effects of their own; what is alike in their course
stands here once. Each service names its own by a ``VetoCourse`` and reads as its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models

from qiangji.accounts.models import User
from qiangji.assessments.models import Cycle
from qiangji.audit import services as audit
from qiangji.lib.dates import is_past, local_day
from qiangji.lib.typed import needed, typed_line, typed_words

LIMIT = 1000
NUMBER_LIMIT = 60
MOST_PROOFS = 20
# Where the cycle names no days for appeals: a veto in force always has a last one.
USUAL_APPEAL_DAYS = 15
PROPOSED, IN_FORCE, APPEAL = "proposed", "in_force", "appeal"


@dataclass(frozen=True)
class TwoPeople:
    """What one person proposes and another decides: its ``name`` in Chinese, and which errors its app raises."""

    name: str
    refused: type[Exception]
    locked: type[Exception]
    not_allowed: type[Exception]

    def words(self, words: str, field: str = "words") -> str:
        """Return words as stored. Raises the app's Refused for none, and for too many."""
        return needed(typed_words(words), LIMIT, self.about(field, f"请写明理由，最多 {LIMIT} 字。"))

    def notice(self, number: str) -> str:
        """Return a notice's number as stored. Raises the app's Refused for none, and for too long a one."""
        why = self.about("notice_number", f"请填写通知文号，最多 {NUMBER_LIMIT} 字。")
        return needed(typed_line(number), NUMBER_LIMIT, why)

    def about(self, field: str, message: str) -> Exception:
        """Return the app's Refused about one input."""
        return self.refused(message, field=field)  # type: ignore[call-arg]

    def check_seen(self, row: Any, version: int) -> None:
        """Refuse what was decided on an older version. Raises the app's Locked."""
        if row.version != version:
            raise self.locked(f"这项{self.name}刚刚有变动，请刷新页面后再办理。")

    def check_decidable(self, row: Any, user: User) -> None:
        """Refuse to decide what is decided, and whoever proposed it. Raises the app's Locked and NotAllowed."""
        if row.state != PROPOSED:
            raise self.locked(f"这项{self.name}的状态是“{row.get_state_display()}”，不能再审定。")
        if row.first_by_id == user.pk:
            raise self.not_allowed("提出人不能自己审定，须由另一人审定。")


@dataclass(frozen=True)
class VetoCourse(TwoPeople):
    """How one kind of veto goes on once it is in force, and where its steps are kept.

    ``kind`` is its object in the event log, ``link`` the foreign key of a step to it, ``ending`` its own word beside its
    ``name`` ("不予评定", "解除").
    """

    kind: str
    steps: type[models.Model]
    link: str
    ending: str

    def appeal_until(self, cycle: Cycle, at: datetime) -> date:
        """Return the last day for an appeal against a veto that comes into force now: by the cycle's own days for appeals."""
        return cycle.objection_until(at) or local_day(at) + timedelta(days=USUAL_APPEAL_DAYS)

    def open_appeal(self, row: Any) -> Any | None:
        """Return the appeal that waits for an answer, if there is one."""
        last = row.steps.order_by("-sequence").first()
        return last if last is not None and last.verb == APPEAL else None

    def check_no_judge_of_own(self, row: Any, user: User) -> None:
        """Refuse whoever proposed it to answer the appeal or to end it. Raises the app's NotAllowed."""
        if row.first_by_id == user.pk:
            raise self.not_allowed(f"提出人不能答复申诉，也不能{self.ending}，须由另一人办理。")

    def check_appealable(self, row: Any, at: datetime) -> None:
        """Refuse an appeal against what is not in force, after its days, or beside another. Raises the app's Locked."""
        if row.state != IN_FORCE or row.appeal_until is None:
            raise self.locked(f"这项{self.name}没有生效，不需要申诉。")
        if is_past(row.appeal_until, at=at):
            raise self.locked(f"申诉期限到 {row.appeal_until} 为止，已经过了。")
        if self.open_appeal(row) is not None:
            raise self.locked("已有一份申诉等待答复。")

    def check_answerable(self, row: Any) -> None:
        """Refuse an answer where no appeal waits. Raises the app's Locked."""
        if row.state != IN_FORCE or self.open_appeal(row) is None:
            raise self.locked("没有等待答复的申诉。")

    def check_endable(self, row: Any) -> None:
        """Refuse to end what is not in force, or while an appeal waits for its answer. Raises the app's Locked."""
        if row.state != IN_FORCE:
            raise self.locked(f"只有生效的{self.name}可以{self.ending}。")
        if self.open_appeal(row) is not None:
            raise self.locked("有一份申诉等待答复，请在答复中处理。")

    def advance(
        self, row: Any, verb: str, words: str, data: Mapping[str, Any], *, by: User, at: datetime
    ) -> None:
        """Store a veto's next version with its step and its event."""
        row.version += 1
        row.save()
        self.note(row, verb, words, data, by=by, at=at)

    def note(
        self, row: Any, verb: str, words: str, data: Mapping[str, Any], *, by: User, at: datetime
    ) -> None:
        """Write the step of a veto's present version, and its event."""
        self.steps._default_manager.create(
            **{self.link: row}, sequence=row.version, verb=verb, words=words, taken_by=by, taken_at=at
        )
        audit.record(
            verb=f"{self.kind}.{verb}", obj_type=self.kind, obj_id=row.public_id,
            data={"state": row.state, **data}, by=by, at=at, sequence=row.version,
        )  # fmt: skip
