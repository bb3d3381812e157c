"""Revocations 撤销认定: a recognized organization that was looked at again and found below, decided by two named people."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.assessments.models import Sheet
from qiangji.results.models.results import Result


class Revocation(models.Model):
    """One proposal to take a recognition back after a re-check 动态复查, and what became of it (document 3, part 5; D39).

    ``first_by`` proposes, ``second_by``, another person, puts it into force or rejects it. ``result`` is the recognition
    that stands until then, ``new_result`` the row that took its place. In force it has a notice and an end; an appeal is
    an ``Objection`` against the new result, with the cycle's days.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "待第二人审定"
        IN_FORCE = "in_force", "生效"
        REJECTED = "rejected", "未通过"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="revocations", verbose_name="考评表")
    result = models.ForeignKey(Result, models.PROTECT, related_name="revocations", verbose_name="原认定")
    basis = models.CharField("理由和依据", max_length=1000)
    state = models.CharField("状态", max_length=12, choices=State, default=State.PROPOSED)
    version = models.PositiveIntegerField("版本", default=1)
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人"
    )
    first_at = models.DateTimeField("提出时间")
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="审定人"
    )
    second_at = models.DateTimeField("审定时间", null=True)
    second_words = models.CharField("审定意见", max_length=1000, blank=True)
    notice_number = models.CharField("通知文号", max_length=60, blank=True)
    end_date = models.DateField("终止日期", null=True)
    new_result = models.OneToOneField(
        Result, models.PROTECT, null=True, related_name="revocation", verbose_name="撤销后的结果"
    )

    class Meta:
        verbose_name = "撤销认定"
        ordering = ["-first_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by")),
                name="results_revocation_two_approvers",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", second_by__isnull=True, second_at__isnull=True, second_words="")
                | (
                    Q(state__in=["in_force", "rejected"], second_by__isnull=False, second_at__isnull=False)
                    & ~Q(second_words="")
                ),
                name="results_revocation_decided_by_a_second",
            ),
            models.CheckConstraint(
                condition=Q(state="in_force", new_result__isnull=False, end_date__isnull=False)
                & ~Q(notice_number="")
                | Q(state__in=["proposed", "rejected"], new_result__isnull=True),
                name="results_revocation_in_force_is_whole",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="results_revocation_has_a_basis"),
            models.UniqueConstraint(
                fields=["sheet"], condition=Q(state="proposed"), name="results_one_revocation_a_sheet"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} 撤销认定"
