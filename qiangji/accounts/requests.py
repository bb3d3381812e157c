"""The person behind a request, as services want it."""

from django.http import HttpRequest

from qiangji.accounts.models import User


def signed_in_user(request: HttpRequest) -> User:
    """Return who signed in; for views that stand behind ``login_required``. Raises TypeError for a visitor."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("a view that acts for a person must stand behind login_required")
    return user
