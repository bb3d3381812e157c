"""What makes recording quick: templates, and recurring plans that leave drafts to confirm."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.orgs.models import Organization
from qiangji.orgs.querysets import OrganizationBoundQuerySet


class RecordTemplate(models.Model):
    """Kinds, place, agenda and other values that a record starts from (模板); an organization's own or all below it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="record_templates", verbose_name="组织"
    )
    name = models.CharField("名称", max_length=60)
    kinds = models.JSONField("类型", default=list)
    values = models.JSONField("预填内容", default=dict)
    for_subordinates = models.BooleanField("下级可用", default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("建立时间")
    retired_at = models.DateTimeField("停用时间", null=True)

    objects = OrganizationBoundQuerySet.as_manager()

    class Meta:
        verbose_name = "台账模板"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                condition=Q(retired_at__isnull=True),
                name="ledgers_template_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RecurringPlan(models.Model):
    """A day that comes again (每月 15 日, 每月第 2 个星期五, 每季度…): drafts are made for it, a person confirms them.

    Monthly or quarterly; either ``day`` of the month, or ``week`` and ``weekday`` (1 Monday .. 7 Sunday).
    """

    class Every(models.TextChoices):
        MONTH = "month", "每月"
        QUARTER = "quarter", "每季度首月"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="recurring_plans", verbose_name="组织"
    )
    title = models.CharField("主题", max_length=120)
    kinds = models.JSONField("类型", default=list)
    values = models.JSONField("预填内容", default=dict)
    every = models.CharField("周期", max_length=8, choices=Every)
    day = models.PositiveSmallIntegerField("几日", null=True, blank=True)
    week = models.PositiveSmallIntegerField("第几个", null=True, blank=True)
    weekday = models.PositiveSmallIntegerField("星期", null=True, blank=True)
    start_date = models.DateField("起")
    end_date = models.DateField("止", null=True, blank=True)
    made_until = models.DateField("已生成至", null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("建立时间")

    objects = OrganizationBoundQuerySet.as_manager()

    class Meta:
        verbose_name = "固定日程"
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(day__gte=1, day__lte=31, week__isnull=True, weekday__isnull=True)
                | Q(day__isnull=True, week__gte=1, week__lte=5, weekday__gte=1, weekday__lte=7),
                name="ledgers_plan_names_a_day",
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="ledgers_plan_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.title
