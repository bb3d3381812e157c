"""The daily round of mails: at most one per person and day (or week), whatever fails, and however often it is run."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.db import IntegrityError, transaction

from qiangji.accounts.models import User
from qiangji.audit import services as audit
from qiangji.duties.agenda import Tally, duties_of, tally_of
from qiangji.duties.mail import FAILURES, send_mailing
from qiangji.duties.models import Mailing, Reminder
from qiangji.duties.services.tidying import tidy
from qiangji.lib.dates import local_day
from qiangji.orgs.reach import reach_of

log = logging.getLogger(__name__)
MOST_TRIES = 3
Outcome = Literal["sent", "failed", "nothing", "already"]


@dataclass
class Round:
    """What one run did, in persons."""

    sent: int = 0
    failed: int = 0
    nothing: int = 0
    already: int = 0


def send_mailings(*, at: datetime) -> Round:
    """Tell everybody who wants it that something waits. Safe to run twice: who was told today is not told again.

    A mail that fails does not hold up the others; a later run of the day tries it again, three times at most. No
    transaction spans the round: each person's row stands by itself, before the mail goes out.
    """
    tidy(at=at)
    done = Round()
    reminders = Reminder.objects.filter(confirmed_at__isnull=False, owner__is_active=True)
    # All at once: a cursor left open would keep SQLite from writing what other processes have meanwhile moved.
    for reminder in list(reminders.select_related("owner").order_by("pk")):
        try:
            outcome = tell(reminder, at)
        except Exception:
            log.exception(
                "a person could not be reminded"
            )  # whatever is wrong with one must not silence the others
            outcome = "failed"
        setattr(done, outcome, getattr(done, outcome) + 1)
    return done


def tell(reminder: Reminder, at: datetime) -> Outcome:
    """Tell one person, where something waits and nobody has told them; return which of a round's numbers it is."""
    day = day_of(reminder, local_day(at))
    if is_told(reminder.owner, day):
        return "already"
    tally = tally_of(duties_of(reach_of(reminder.owner, at=at), at=at), local_day(at))
    if not tally.all:
        return "nothing"
    mailing = claim(owner=reminder.owner, day=day, tally=tally, at=at)
    if mailing is None:
        return "already"
    return "sent" if deliver(mailing, reminder.address, tally, at) else "failed"


def day_of(reminder: Reminder, today: date) -> date:
    """Return the day a mail stands for: today, or the Monday of the week."""
    if reminder.frequency == Reminder.Frequency.WEEKLY:
        return today - timedelta(days=today.weekday())
    return today


def is_told(owner: User, day: date) -> bool:
    """Say whether a person was told on a day, or it is given up for that day."""
    row = Mailing.objects.filter(owner=owner, day=day).first()
    return row is not None and not may_try_again(row)


def may_try_again(row: Mailing) -> bool:
    """Say whether a mail failed and is tried once more."""
    return row.state == Mailing.State.FAILED and row.tries < MOST_TRIES


@transaction.atomic
def claim(*, owner: User, day: date, tally: Tally, at: datetime) -> Mailing | None:
    """Take a person's mail of a day, once: the row, or a failed one again. None where another run has it."""
    try:
        with transaction.atomic():
            return Mailing.objects.create(owner=owner, day=day, late=tally.late, near=tally.near, tried_at=at)
    except IntegrityError:
        row = Mailing.objects.select_for_update().get(owner=owner, day=day)
    if not may_try_again(row):
        return None
    row.state, row.tries, row.tried_at = Mailing.State.SENDING, row.tries + 1, at
    row.late, row.near = tally.late, tally.near
    row.save(update_fields=["state", "tries", "tried_at", "late", "near"])
    return row


def deliver(mailing: Mailing, address: str, tally: Tally, at: datetime) -> bool:
    """Send one mail and note whether it could be sent."""
    try:
        send_mailing(address, tally)
    except FAILURES as error:
        log.warning("a reminder could not be sent: %s", type(error).__name__)
        conclude(mailing=mailing, state=Mailing.State.FAILED, at=at)
        return False
    conclude(mailing=mailing, state=Mailing.State.SENT, at=at)
    return True


@transaction.atomic
def conclude(*, mailing: Mailing, state: str, at: datetime) -> None:
    """Note how a mail went, with its audit event: numbers only, no address."""
    Mailing.objects.filter(pk=mailing.pk).update(state=state)
    audit.record(
        verb=f"mailing.{state}",
        obj_type="duty_mailing",
        obj_id=mailing.public_id,
        data={"late": mailing.late, "near": mailing.near, "tries": mailing.tries},
        by=None,
        at=at,
    )
