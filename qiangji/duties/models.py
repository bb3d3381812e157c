"""What the calendar stores: private calendar addresses, who wants mail how often, and one row per person and day of mail.

Duties themselves are never stored: they follow from the facts.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Feed(models.Model):
    """A private address from which a calendar program reads what waits (日历订阅). Only the digest of its token is kept.

    Renewing withdraws the old address; withdrawn rows are kept. When it is read is not noted.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="calendar_feeds", verbose_name="本人"
    )
    token_digest = models.CharField("地址摘要", max_length=64, unique=True)
    made_at = models.DateTimeField("生成时间")
    withdrawn_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = "日历订阅"
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(withdrawn_at__isnull=True), name="duties_one_feed_per_person"
            ),
            models.CheckConstraint(condition=~Q(token_digest=""), name="duties_feed_has_digest"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("made_at")),
                name="duties_feed_withdrawn_after_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.made_at:%Y-%m-%d}"


class Reminder(models.Model):
    """A person wants to be told by mail that something waits (邮件提醒). The address is kept for this and deleted with it.

    It is used once it was confirmed with the code that was sent to it.
    """

    class Frequency(models.TextChoices):
        DAILY = "daily", "每天（有事项到期时）"
        WEEKLY = "weekly", "每周一次"

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="duty_reminder", verbose_name="本人"
    )
    address = models.EmailField("电子邮箱")
    frequency = models.CharField("频率", max_length=8, choices=Frequency)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    code_digest = models.CharField("验证码摘要", max_length=64, blank=True)
    code_sent_at = models.DateTimeField("验证码发送时间", null=True)
    code_tries = models.PositiveSmallIntegerField("验证次数", default=0)

    class Meta:
        verbose_name = "邮件提醒"
        constraints = [
            models.CheckConstraint(condition=~Q(address=""), name="duties_reminder_has_address"),
            models.CheckConstraint(
                condition=Q(frequency__in=["daily", "weekly"]), name="duties_reminder_frequency"
            ),
            models.CheckConstraint(
                condition=Q(code_digest="", code_sent_at__isnull=True)
                | (~Q(code_digest="") & Q(code_sent_at__isnull=False)),
                name="duties_code_means_when_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.frequency}"


class Mailing(models.Model):
    """That a person was told by mail on a day (or in the week that begins with it), and whether it could be sent.

    The row is there before the mail goes out: at most one a day, whatever happens. Numbers only.
    """

    class State(models.TextChoices):
        SENDING = "sending", "正在发送"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="duty_mailings", verbose_name="本人"
    )
    day = models.DateField("日期")
    late = models.PositiveIntegerField("已逾期")
    near = models.PositiveIntegerField("七天内到期")
    state = models.CharField("状态", max_length=8, choices=State, default=State.SENDING)
    tries = models.PositiveSmallIntegerField("发送次数", default=1)
    tried_at = models.DateTimeField("最近发送时间")

    class Meta:
        verbose_name = "提醒邮件"
        constraints = [
            models.UniqueConstraint(fields=["owner", "day"], name="duties_one_mailing_per_day"),
            models.CheckConstraint(
                condition=Q(state__in=["sending", "sent", "failed"]), name="duties_mailing_state"
            ),
            models.CheckConstraint(
                condition=Q(late__gte=1) | Q(near__gte=1), name="duties_mailing_tells_something"
            ),
            models.CheckConstraint(condition=Q(tries__gte=1), name="duties_mailing_tried"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.day} {self.state}"
