"""Sessions in the database, as Django keeps them; only their reading, part of every request, is prepared."""

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from qiangji.lib.prepared import Prepared

VALID = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), key=str, now=datetime
)


class SessionStore(db.SessionStore):
    """What ``SESSION_ENGINE`` names."""

    def _get_session_from_db(self) -> Session | None:
        found = VALID(key=self.session_key, now=timezone.now()) if self.session_key else []
        if not found:
            self._session_key = None
            return None
        return found[0]
