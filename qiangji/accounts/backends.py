"""Passwords are checked as Django checks them; only the reading of the account, part of every request, is prepared."""

from django.contrib.auth.backends import ModelBackend

from qiangji.accounts.models import User
from qiangji.lib.prepared import Prepared

ACCOUNT = Prepared(lambda pk: User.objects.filter(pk=pk), pk=int)


class AccountBackend(ModelBackend):
    """The second of ``AUTHENTICATION_BACKENDS``; the first one throttles."""

    def get_user(self, user_id: int) -> User | None:
        """Return the account of a session, or None where it is gone or switched off."""
        found = ACCOUNT(pk=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None
