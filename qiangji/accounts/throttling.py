"""Wrong passwords count wherever one is asked for: at sign-in, under a signature, before a new password.

All share one counter (django-axes), by account and address. Whoever has found a session open can therefore try no more
passwords than whoever stands before the sign-in page; and who is locked out here is locked out there.
"""

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_ip_address
from axes.utils import reset
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from qiangji.accounts.requests import signed_in_user

MINUTES = round(settings.AXES_COOLOFF_TIME * 60)
WARNING = f"连续输错 {settings.AXES_FAILURE_LIMIT} 次会锁定 {MINUTES} 分钟。"
LOCKED = (
    f"密码连续输错达到 {settings.AXES_FAILURE_LIMIT} 次，已锁定 {MINUTES} 分钟，期间输入正确的密码也不受理，也不能重新登录。"
    "请稍后再试；急用请联系系统管理员重置密码。"
)


def is_locked(request: HttpRequest) -> bool:
    """Say whether this person has given too many wrong passwords here of late."""
    return AxesProxyHandler.is_locked(request, _credentials(request))


def count_failure(request: HttpRequest) -> str:
    """Count a wrong password; return what to tell the person."""
    user_login_failed.send(sender=__name__, credentials=_credentials(request), request=request)
    locked = is_locked(request)
    # Else the middleware would put the sign-in page's notice in the place of the form, and lose what was typed.
    request.axes_locked_out = False  # type: ignore[attr-defined]
    return LOCKED if locked else WARNING


def forget_failures(request: HttpRequest) -> None:
    """Begin to count anew after a right password, as signing in does."""
    reset(ip=get_client_ip_address(request), username=_credentials(request)["username"])


def _credentials(request: HttpRequest) -> dict[str, str]:
    return {"username": signed_in_user(request).get_username()}
