"""Heart-to-heart talks 谈心谈话: only that two people talked, and when. What was said is never stored (domain §8)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.members.models import Person
from qiangji.orgs.models import Organization
from qiangji.orgs.querysets import OrganizationBoundQuerySet


class HeartTalk(models.Model):
    """Two people of an organization talked with each other on a day; the pair is stored lower key first."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="talks", verbose_name="组织")
    first = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="一方")
    second = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="另一方")
    date = models.DateField("日期")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    objects = OrganizationBoundQuerySet.as_manager()

    class Meta:
        verbose_name = "谈心谈话"
        ordering = ["-date", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="ledgers_talk_pair_in_order"),
            models.UniqueConstraint(
                fields=["organization", "first", "second", "date"],
                condition=Q(withdrawn_at__isnull=True),
                name="ledgers_talk_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date}"
