"""The words of mails. They say that something waits, and how much; never what, whose, or of which organization."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from qiangji.duties.agenda import Tally
from qiangji.duties.exceptions import DutiesError

# What a mail server, the way to it, or an address that cannot be written into a mail can fail with.
FAILURES = (smtplib.SMTPException, OSError, ValueError)


def send_code(address: str, code: str, hours: int) -> None:
    """Send the code that confirms an address. Raises DutiesError where the mail cannot be sent."""
    subject = f"{settings.SITE_NAME}：邮箱验证码"
    body = f"验证码：{code}\n\n请在 {hours} 小时内填入“提醒设置”页面。如果不是您本人操作，请忽略本邮件，不会再收到。\n"
    try:
        send(address, subject, body)
    except FAILURES as error:
        raise DutiesError(
            "验证邮件没有发出，请检查邮箱地址；多次不成功请告诉系统管理员检查邮件设置。"
        ) from error


def send_mailing(address: str, tally: Tally) -> None:
    """Tell that something waits. Raises one of FAILURES."""
    parts = [f"{tally.late} 项已逾期"] if tally.late else []
    parts += [f"{tally.near} 项在七天内到期"] if tally.near else []
    subject = f"{settings.SITE_NAME}：有 {tally.all} 项事项等待办理"
    body = (
        f"有 {'，'.join(parts)}。请登录系统，在“待办”中查看。\n\n"
        "本邮件只提示数量，不含具体内容。不需要提醒时，可在“待办”的“提醒设置”中关闭。\n"
    )
    send(address, subject, body)


def send(address: str, subject: str, body: str) -> None:
    """Send one mail to one address."""
    EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [address]).send()
