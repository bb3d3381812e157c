"""The monthly self-check of a branch 支部月自查: made from its ledgers, confirmed in one click (document 1, 台账管理 2)."""

from datetime import date, datetime

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.inputs import RecordInput
from qiangji.ledgers.models import Record
from qiangji.ledgers.periods import bucket
from qiangji.ledgers.selectors.self_checks import KIND, key_of, self_check_of
from qiangji.ledgers.services.records import Saved, save_records
from qiangji.lib.dates import local_day
from qiangji.orgs.models import Organization

NOTE_LIMIT = 500


@transaction.atomic
def confirm_self_check(
    *, organization: Organization, month: date, note: str = "", by: User | None, at: datetime
) -> Saved:
    """Confirm what the ledgers show of a month, with a remark if there is one; again after a change makes a new version.

    The record is dated the month's last day, or today while the month runs. Raises LedgersError for a month ahead, or
    where no self-check is kept.
    """
    today = local_day(at)
    first, last = bucket("month", month)
    if first > today:
        raise LedgersError(f"{first.year} 年 {first.month} 月还没有到，请到当月再自查。")
    note = note.strip()
    if len(note) > NOTE_LIMIT:
        raise LedgersError(f"说明最多 {NOTE_LIMIT} 字，现在是 {len(note)} 字。")
    check = self_check_of(organization, month)
    data = RecordInput(
        kinds=(KIND,),
        date=min(last, today),
        title=f"{first.year} 年 {first.month} 月自查",
        outcome="\n".join(part for part in (check.words, note) if part),
        values={"month": first},
        source=Record.Source.GENERATED,
        natural_key=key_of(first),
    )
    return save_records(rows=[(organization, data)], by=by, at=at)
