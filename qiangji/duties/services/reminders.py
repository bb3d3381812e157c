"""Who wants mail: one's own choice, with an address that is confirmed by a code and deleted when it is no longer wanted."""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from qiangji.accounts.models import User
from qiangji.audit import services as audit
from qiangji.duties.exceptions import DutiesError
from qiangji.duties.mail import send_code
from qiangji.duties.models import Reminder

OBJECT = "duty_reminder"
CODE_DIGITS = 6
CODE_HOURS = 2
MOST_TRIES = 5
PAUSE = timedelta(minutes=2)


def want_reminders(*, address: str, frequency: str, by: User, at: datetime) -> Reminder:
    """Ask for reminders by mail, or for other ones. A new address gets a code and is used once the code was typed back.

    Refuses (DutiesError) what is no address, an unknown frequency, a second code within two minutes, and a mail that
    cannot be sent; then nothing has changed.
    """
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise DutiesError("电子邮箱的格式不对，请检查，例如 zhang@hospital.example。") from error
    if frequency not in Reminder.Frequency.values:
        raise DutiesError("请选择提醒的频率。")
    known = Reminder.objects.filter(owner=by).first()
    is_new = known is None or known.address != address or known.confirmed_at is None
    code = ""
    if is_new:
        if known is not None and known.code_sent_at is not None and at < known.code_sent_at + PAUSE:
            raise DutiesError("刚刚发送过验证码，请两分钟后再试，并先查看垃圾邮件。")
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        send_code(
            address, code, CODE_HOURS
        )  # before the transaction: a slow mail server must not hold its lock
    return store(address, frequency, code, by, at)


@transaction.atomic
def store(address: str, frequency: str, code: str, by: User, at: datetime) -> Reminder:
    """Store a choice; with a code, for an address that has to be confirmed."""
    owner = User.objects.select_for_update().get(pk=by.pk)
    row = Reminder.objects.filter(owner=owner).first() or Reminder(owner=owner)
    row.frequency = frequency
    if code:
        row.address, row.confirmed_at = address, None
        row.code_digest, row.code_sent_at, row.code_tries = digest_of(owner, code), at, 0
    row.save()
    note("reminder.wanted", owner, {"frequency": frequency, "new_address": bool(code)}, at)
    return row


def confirm_address(*, code: str, by: User, at: datetime) -> None:
    """Confirm an address with the code that was sent to it.

    Refuses (DutiesError) a wrong one, one that is too old, and any after five wrong ones. That a wrong one was tried is
    stored although it is refused.
    """
    refusal = try_code(code.strip(), by, at)
    if refusal:
        raise DutiesError(refusal)


@transaction.atomic
def try_code(code: str, by: User, at: datetime) -> str:
    """Hold a code against the one that was sent; return why it is refused, or nothing."""
    row = Reminder.objects.select_for_update().filter(owner=by).first()
    if row is None or not row.code_digest or row.code_sent_at is None:
        return "没有等待验证的邮箱，请先填写邮箱。"
    if at > row.code_sent_at + timedelta(hours=CODE_HOURS):
        return "验证码已过期，请重新发送。"
    if row.code_tries >= MOST_TRIES:
        return f"验证码连续输错 {MOST_TRIES} 次，请重新发送。"
    if not constant_time_compare(row.code_digest, digest_of(by, code)):
        row.code_tries += 1
        row.save(update_fields=["code_tries"])
        return "验证码不对，请核对邮件里的六位数字。"
    row.confirmed_at, row.code_digest, row.code_sent_at, row.code_tries = at, "", None, 0
    row.save(update_fields=["confirmed_at", "code_digest", "code_sent_at", "code_tries"])
    note("reminder.confirmed", by, {}, at)
    return ""


@transaction.atomic
def stop_reminders(*, by: User, at: datetime) -> bool:
    """Want no more mail: the address is deleted. Return whether there was one."""
    gone, _ = Reminder.objects.filter(owner=by).delete()
    if gone:
        note("reminder.stopped", by, {}, at)
    return bool(gone)


def digest_of(user: User, code: str) -> str:
    """Return what is stored of a code: bound to the account and this installation's key, for six digits are few."""
    return salted_hmac(f"{__name__}:{user.public_id}", code, algorithm="sha256").hexdigest()


def reminder_of(user: User) -> Reminder | None:
    """Return a person's choice."""
    return Reminder.objects.filter(owner=user).first()


def note(verb: str, user: User, data: dict[str, object], at: datetime) -> None:
    """Write the audit event; the address is never part of it."""
    audit.record(verb=verb, obj_type=OBJECT, obj_id=user.public_id, data=data, by=user, at=at)
