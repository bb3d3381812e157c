"""One's own notices: the private calendar address, and mail."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from qiangji.accounts.requests import signed_in_user
from qiangji.duties.exceptions import DutiesError
from qiangji.duties.forms import CodeForm, ReminderForm
from qiangji.duties.limits import CODES, is_over
from qiangji.duties.models import Reminder
from qiangji.duties.services import feeds, reminders
from qiangji.orgs.requests import moment_of

HERE = "duties:notices"


@login_required
@never_cache
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Show how one is told of what waits."""
    return shown(request)


def shown(
    request: HttpRequest, *, form: ReminderForm | None = None, code: CodeForm | None = None, address: str = ""
) -> HttpResponse:
    """Draw the page; ``address`` is a calendar address that was just made, shown this once."""
    user = signed_in_user(request)
    reminder = reminders.reminder_of(user)
    initial: dict[str, str] = {"frequency": Reminder.Frequency.DAILY}
    if reminder is not None:
        initial = {"address": reminder.address, "frequency": reminder.frequency}
    context = {
        "feed": feeds.feed_of(user),
        "address": address,
        "reminder": reminder,
        "form": form or ReminderForm(initial=initial),
        "code_form": code or CodeForm(),
        "has_server": bool(settings.EMAIL_HOST),
    }
    return render(request, "duties/notices.html", context)


@login_required
@never_cache
@require_POST
def feed_make(request: HttpRequest) -> HttpResponse:
    """Make a calendar address, in place of the one before; the answering page shows it, once."""
    try:
        token = feeds.make_feed(by=signed_in_user(request), at=moment_of(request))
    except DutiesError as error:
        messages.error(request, str(error))
        return redirect(HERE)
    return shown(request, address=request.build_absolute_uri(reverse("duties:feed", args=[token])))


@login_required
@require_POST
def feed_withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw the calendar address."""
    if feeds.withdraw_feed(by=signed_in_user(request), at=moment_of(request)):
        messages.success(request, "日历地址已停用，已订阅的日历不再更新。")
    return redirect(HERE)


@login_required
@require_POST
def reminder(request: HttpRequest) -> HttpResponse:
    """Ask for mail, or for other mail than before."""
    user, at = signed_in_user(request), moment_of(request)
    form = ReminderForm(request.POST)
    if form.is_valid():
        if is_over("code", str(user.pk), CODES, at=at):
            form.add_error(None, "一小时内修改的次数过多，请稍后再试。")
        else:
            try:
                row = reminders.want_reminders(**form.cleaned_data, by=user, at=at)
            except DutiesError as error:
                form.add_error(None, str(error))
            else:
                told = (
                    "提醒设置已保存。" if row.confirmed_at else "验证码已发送，请在下面填写邮件里的验证码。"
                )
                messages.success(request, told)
                return redirect(HERE)
    return shown(request, form=form)


@login_required
@require_POST
def reminder_confirm(request: HttpRequest) -> HttpResponse:
    """Confirm the address with the code that was sent to it."""
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            reminders.confirm_address(
                code=form.cleaned_data["code"], by=signed_in_user(request), at=moment_of(request)
            )
        except DutiesError as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, "邮箱已验证，以后按所选频率提醒。")
            return redirect(HERE)
    return shown(request, code=form)


@login_required
@require_POST
def reminder_stop(request: HttpRequest) -> HttpResponse:
    """Want no more mail."""
    if reminders.stop_reminders(by=signed_in_user(request), at=moment_of(request)):
        messages.success(request, "邮件提醒已关闭，邮箱已删除。")
    return redirect(HERE)
