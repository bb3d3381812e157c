"""Party dues 党费, collected monthly."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiangji.members.models import Member
from qiangji.orgs.models import Organization
from qiangji.orgs.querysets import OrganizationBoundQuerySet


class DuesPayment(models.Model):
    """A member paid the dues of one month to a branch. ``month`` is the first day of the month."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="dues", verbose_name="党员")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="dues", verbose_name="党支部")
    month = models.DateField("所属月份")
    amount = models.DecimalField("金额（元）", max_digits=10, decimal_places=2)
    paid_date = models.DateField("交纳日期")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间")

    objects = OrganizationBoundQuerySet.as_manager()

    class Meta:
        verbose_name = "党费交纳"
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "month"], name="ledgers_dues_once_a_month"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="ledgers_dues_amount"),
            models.CheckConstraint(condition=Q(month__day=1), name="ledgers_dues_month"),
        ]
        indexes = [models.Index(fields=["organization", "month"], name="ledgers_dues_branch_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
