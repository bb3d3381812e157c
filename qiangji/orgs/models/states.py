"""What is recorded of an organization as a state: hospital level, staff on the establishment, income of a year."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.orgs.models.organizations import Organization
from qiangji.orgs.querysets import DatedQuerySet


class OrganizationState(models.Model):
    """A recorded figure or choice of an organization, from one day to another (基本情况).

    ``kind`` and what its ``value`` may be are in ``orgs.state_kinds``. A yearly figure holds from 1 January to 31
    December. ``value`` is canonical text: an integer, a decimal without trailing zeros, a choice's code, or words.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="states", verbose_name="组织")
    kind = models.CharField("项目", max_length=40)
    value = models.CharField("数值", max_length=200)
    document = models.CharField("依据文件", max_length=120, blank=True)
    start_date = models.DateField("起")
    end_date = models.DateField("止", null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "基本情况"
        ordering = ["kind", "-start_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "start_date"], name="orgs_state_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["organization", "kind"],
                condition=Q(end_date__isnull=True),
                name="orgs_one_open_state",
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")), name="orgs_state_dates"
            ),
            models.CheckConstraint(condition=~Q(value=""), name="orgs_state_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.kind} {self.value}"


class Department(models.Model):
    """A department or unit of a hospital (科室), and the branch that its members belong to.

    Coverage 应建尽建 is asked of departments: one with three full members or more and no branch is a gap.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hospital = models.ForeignKey(
        Organization, models.PROTECT, related_name="departments", verbose_name="院级党组织"
    )
    name = models.CharField("科室", max_length=60)
    branch = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="covers", verbose_name="所属党支部"
    )
    start_date = models.DateField("起")
    end_date = models.DateField("止", null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "科室"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "name"], condition=Q(end_date__isnull=True), name="orgs_department_once"
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="orgs_department_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.name
