"""Users: accounts that an administrator hands out. Who a person is in the Party is another matter (orgs, members)."""

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class User(AbstractUser):
    """An account that can sign in (账号).

    The username is the staff number (工号) or a name the administrator chose; nothing else about the person is needed.
    ``must_change_password`` holds every page but the password page until the handed-out password is replaced.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField("电子邮箱", blank=True)
    name = models.CharField("姓名", max_length=40)
    must_change_password = models.BooleanField("须修改初始密码", default=True)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Complaint(models.Model):
    """What somebody dislikes about the system or about what it is used for (意见与投诉), and the answer given.

    Every page's foot leads here. The row stays as filed; an administrator adds one answer, which its author reads.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="complaints", verbose_name="提出人"
    )
    text = models.TextField("内容", max_length=2000)
    page = models.CharField("涉及页面", max_length=300, blank=True)
    filed_at = models.DateTimeField("提出时间")
    answer = models.TextField("答复", max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        verbose_name = "意见与投诉"
        verbose_name_plural = "意见与投诉"
        ordering = ["-filed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="accounts_complaint_says_something"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="accounts_answer_means_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author} {self.filed_at:%Y-%m-%d}"
