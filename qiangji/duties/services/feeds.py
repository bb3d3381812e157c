"""Private calendar addresses: made, renewed and withdrawn by their owner. The token is shown once and kept as a digest."""

import secrets
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit import services as audit
from qiangji.duties.exceptions import DutiesError
from qiangji.duties.models import Feed

TOKEN_BYTES = 32
OBJECT = "calendar_feed"


@transaction.atomic
def make_feed(*, by: User, at: datetime) -> str:
    """Make one's own calendar address, in place of the one before; return its token, which is stored nowhere.

    Refuses (DutiesError) an account that is not active.
    """
    owner = User.objects.select_for_update().get(pk=by.pk)
    if not owner.is_active:
        raise DutiesError("账号已停用，不能订阅日历。")
    renewed = withdraw(owner, at, by=owner)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = Feed.objects.create(owner=owner, token_digest=digest_of(token), made_at=at)
    audit.record(
        verb="calendar_feed.made", obj_type=OBJECT, obj_id=feed.public_id, data={"renewed": renewed}, by=by, at=at,
        sequence=1,
    )  # fmt: skip
    return token


@transaction.atomic
def withdraw_feed(*, by: User, at: datetime) -> bool:
    """Withdraw one's own calendar address; return whether there was one."""
    owner = User.objects.select_for_update().get(pk=by.pk)
    return withdraw(owner, at, by=owner)


def withdraw(owner: User, at: datetime, *, by: User | None) -> bool:
    """Withdraw the address that is in use, with its event; ``by`` None: the program itself."""
    feed = Feed.objects.filter(owner=owner, withdrawn_at__isnull=True).first()
    if feed is None:
        return False
    feed.withdrawn_at = max(at, feed.made_at)
    feed.save(update_fields=["withdrawn_at"])
    audit.record(
        verb="calendar_feed.withdrawn",
        obj_type=OBJECT,
        obj_id=feed.public_id,
        data={},
        by=by,
        at=at,
        sequence=2,
    )
    return True


def digest_of(token: str) -> str:
    """Return what is stored of a token: it is random and long, so a plain digest cannot be guessed back."""
    return sha256(token.encode()).hexdigest()


def feed_by_token(token: str) -> Feed | None:
    """Return the address that a token belongs to: one in use, of an account that is active. One statement."""
    rows = Feed.objects.filter(withdrawn_at__isnull=True, owner__is_active=True).select_related("owner")
    return rows.filter(token_digest=digest_of(token)).first()


def feed_of(user: User) -> Feed | None:
    """Return the address a person has in use."""
    return Feed.objects.filter(owner=user, withdrawn_at__isnull=True).first()
