"""What is kept no longer than it is needed: addresses of closed accounts, addresses nobody confirmed, old mailings."""

from datetime import datetime, timedelta

from django.db import transaction

from qiangji.audit import services as audit
from qiangji.duties.models import Feed, Mailing, Reminder
from qiangji.duties.services.feeds import withdraw
from qiangji.lib.dates import local_day

UNCONFIRMED = timedelta(days=7)
KEPT = timedelta(days=90)


@transaction.atomic
def tidy(*, at: datetime) -> None:
    """Delete mail addresses and withdraw calendar addresses of closed accounts, and delete what is too old. Safe to repeat.

    An address that was not confirmed within a week may be somebody else's. How often a person was told is nobody's
    business after three months.
    """
    for reminder in Reminder.objects.filter(owner__is_active=False).select_related("owner"):
        drop(reminder, "closed", at)
    lapsed = Reminder.objects.filter(confirmed_at__isnull=True, code_sent_at__lt=at - UNCONFIRMED)
    for reminder in lapsed.select_related("owner"):
        drop(reminder, "unconfirmed", at)
    closed = Feed.objects.filter(withdrawn_at__isnull=True, owner__is_active=False)
    for feed in closed.select_related("owner"):
        withdraw(feed.owner, at, by=None)
    Mailing.objects.filter(day__lt=local_day(at) - KEPT).delete()


def drop(reminder: Reminder, why: str, at: datetime) -> None:
    """Delete one address, with its event."""
    owner = reminder.owner
    reminder.delete()
    audit.record(
        verb="reminder.stopped",
        obj_type="duty_reminder",
        obj_id=owner.public_id,
        data={"why": why},
        by=None,
        at=at,
    )
