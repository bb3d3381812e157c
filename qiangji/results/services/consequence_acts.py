"""What a person changes about one consequence: the number of its notice, its day, or that it was opened by mistake."""

from datetime import date, datetime

from django.db import transaction

from qiangji.assessments.models import Sheet
from qiangji.audit import services as audit
from qiangji.lib.dates import local_day
from qiangji.lib.typed import needed, typed_line, typed_words
from qiangji.orgs.reach import Reach
from qiangji.rectification.services.moves import locked
from qiangji.rectification.states import PENDING
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import Consequence, ConsequenceStep
from qiangji.results.permissions import may_number, may_take_back, who_recognizes
from qiangji.results.services.consequences import (
    NUMBER_LIMIT,
    OBJECT,
    WORDS_LIMIT,
    hold_sheets,
    withdraw_one,
)

Verb = ConsequenceStep.Verb


def who_takes_back(row: Consequence) -> str:
    """Say in Chinese who may, for the page that refuses."""
    return f"调整期限、撤销由{who_recognizes(row.sheet.cycle)}办理，本院人员不能办理。"


@transaction.atomic
def record_number(*, reach: Reach, consequence: Consequence, number: str, at: datetime) -> Consequence:
    """Record the number 文号 of a notice; another one takes its place, and both stay on record.

    Raises NotAllowed; Locked once withdrawn; Refused without a number, or for the one that is recorded.
    """
    row = _locked(consequence)
    if not may_number(reach, row):
        raise NotAllowed(f"通知文号由承办单位或{who_recognizes(row.sheet.cycle)}登记。")
    if row.is_withdrawn:
        raise Locked("这件事已经撤销，不再登记文号。")
    refused = Refused(f"请填写文号，最多 {NUMBER_LIMIT} 字。", field="notice_number")
    number = needed(typed_line(number), NUMBER_LIMIT, refused)
    if number == row.notice_number:
        raise Refused("登记的就是这个文号。", field="notice_number")
    words = f"{row.notice_number} → {number}" if row.notice_number else number
    row.notice_number = number
    row.save(update_fields=["notice_number"])
    _note(row, Verb.NUMBER, words, {"notice": number}, reach, at)
    return row


@transaction.atomic
def postpone_consequence(
    *, reach: Reach, consequence: Consequence, deadline_date: date | None, words: str, at: datetime
) -> Consequence:
    """Give a consequence without an order to mend another day, with a reason; an order's day is moved with the order.

    Raises NotAllowed; Locked once it is over; Refused without a day ahead or a reason.
    """
    row = _locked(consequence)
    _require(reach, row)
    if row.rectification is not None:
        raise Locked("这件事的期限随整改，请在整改页面调整。")
    if deadline_date is None or deadline_date <= local_day(at):
        raise Refused("请填写新的期限，须晚于今天。", field="deadline")
    words = _reason(words)
    before, row.deadline_date = row.deadline_date, deadline_date
    row.save(update_fields=["deadline_date"])
    dates = {"from": before.isoformat(), "to": deadline_date.isoformat()}
    _note(row, Verb.POSTPONE, f"{before} → {deadline_date}：{words}", dates, reach, at)
    return row


@transaction.atomic
def withdraw_consequence(*, reach: Reach, consequence: Consequence, words: str, at: datetime) -> Consequence:
    """Withdraw a consequence that was opened by mistake, with its order to mend; what follows can be opened anew.

    Raises NotAllowed; Locked once it is over, was mended, or a re-assessment rests on it; Refused without a reason.
    """
    # In the order in which a re-assessment and a decision lock: sheets, what follows, the order to mend.
    order = consequence.rectification
    hold_sheets(Sheet.objects.filter(pk__in=[consequence.sheet_id, order.sheet_id if order else None]))
    row = _locked(consequence)
    _require(reach, row)
    if row.rectification is not None:
        mending = row.rectification = locked(row.rectification)
        if mending.state not in PENDING:
            raise Locked(f"整改的状态是“{mending.get_state_display()}”，不能撤销。")
        if mending.reassessments.exists():  # one that was let pass; a branch's round rests on a verified one
            raise Locked("已经依据这项整改开始复评，不能撤销。")
    withdraw_one(row, _reason(words), by=reach.user, at=at)
    return row


def _locked(consequence: Consequence) -> Consequence:
    rows = Consequence.objects.select_for_update(of=("self",), no_key=True).select_related(
        "rectification", "organization", "owner", "sheet__organization", "sheet__cycle__owner",
        "sheet__cycle__recognizer",
    )  # fmt: skip
    return rows.get(pk=consequence.pk)


def _require(reach: Reach, row: Consequence) -> None:
    """Refuse who does not recognize, whoever opened it, and what is over. Raises NotAllowed, Locked."""
    if not may_take_back(reach, row):
        raise NotAllowed(who_takes_back(row))
    if row.is_withdrawn or row.is_done:
        raise Locked("这件事已经办结或撤销。")


def _reason(words: str) -> str:
    return needed(
        typed_words(words), WORDS_LIMIT, Refused(f"请写明原因，最多 {WORDS_LIMIT} 字。", field="words")
    )


def _note(row: Consequence, verb: str, words: str, data: dict[str, str], reach: Reach, at: datetime) -> None:
    """Write the step of a change, and its event."""
    ConsequenceStep.objects.create(
        consequence=row,
        sequence=row.steps.count() + 1,
        verb=verb,
        words=words,
        taken_by=reach.user,
        taken_at=at,
    )
    audit.record(
        verb=f"consequence.{verb}", obj_type=OBJECT, obj_id=row.public_id, data=data, by=reach.user, at=at
    )
