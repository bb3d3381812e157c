"""Posts 职务 as seats, and terms 任期. Who sits in a post since when is a ``Tenure`` (members)."""

import uuid

from django.db import models
from django.db.models import F, Q

from qiangji.lib.append_only import AppendOnlyModel
from qiangji.orgs.models.organizations import Organization
from qiangji.orgs.querysets import DatedQuerySet


class Body(models.TextChoices):
    """Where a post belongs."""

    COMMITTEE = "committee", "党组织委员会"
    DISCIPLINE = "discipline", "纪律检查委员会"
    ADMINISTRATION = "administration", "行政班子"
    OFFICE = "office", "党务工作机构"
    MASS = "mass", "群团组织"


class Post(models.Model):
    """One seat of a body of an organization, vacant or held: a committee of seven has seven posts.

    ``duty`` is what its holder answers for (组织委员, 分管护理). A seat that is not needed any more ends.
    """

    class Kind(models.TextChoices):
        SECRETARY = "secretary", "书记"
        DEPUTY_SECRETARY = "deputy_secretary", "副书记"
        MEMBER = "member", "委员"
        PRESIDENT = "president", "院长（行政正职）"
        VICE_PRESIDENT = "vice_president", "副院长（行政副职）"
        HEAD = "head", "负责人"
        WORKER = "worker", "党务工作人员"
        GROUP_LEADER = "group_leader", "党小组组长"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="posts", verbose_name="组织")
    body = models.CharField("机构", max_length=16, choices=Body)
    kind = models.CharField("职务", max_length=20, choices=Kind)
    duty = models.CharField("分工", max_length=60, blank=True)
    is_full_time = models.BooleanField("专职", default=False)
    position = models.PositiveSmallIntegerField("次序", default=0)
    start_date = models.DateField("设置日期")
    end_date = models.DateField("撤销日期", null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "职务"
        ordering = ["organization", "body", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")), name="orgs_post_dates"
            ),
        ]
        indexes = [models.Index(fields=["organization", "body", "kind"], name="orgs_post_seat")]

    def __str__(self) -> str:
        return f"{self.organization} {self.title}"

    @property
    def title(self) -> str:
        """The post as it is addressed: 书记, 组织委员, 院长."""
        return self.duty if self.duty and self.kind == self.Kind.MEMBER else self.get_kind_display()


class Term(models.Model):
    """One term of a committee or discipline committee (届), from its election until the next one took over.

    ``due_date`` is the last day as it was elected for; recorded extensions move it (``TermExtension``).
    """

    class ElectedBy(models.TextChoices):
        ASSEMBLY = "assembly", "党员大会"
        CONGRESS = "congress", "党员代表大会"
        APPOINTED = "appointed", "上级指定"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="terms", verbose_name="组织")
    body = models.CharField("机构", max_length=16, choices=Body)
    number = models.PositiveSmallIntegerField("届次")
    years = models.PositiveSmallIntegerField("任期（年）")
    start_date = models.DateField("产生日期")
    due_date = models.DateField("届满日期")
    end_date = models.DateField("实际结束", null=True)
    elected_by = models.CharField("产生方式", max_length=12, choices=ElectedBy)
    document = models.CharField("批复文号", max_length=120, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "任期"
        ordering = ["organization", "body", "-start_date"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "body", "number"], name="orgs_term_number_once"),
            models.UniqueConstraint(
                fields=["organization", "body"], condition=Q(end_date__isnull=True), name="orgs_one_open_term"
            ),
            models.CheckConstraint(
                condition=Q(body__in=[Body.COMMITTEE, Body.DISCIPLINE]), name="orgs_term_of_a_committee"
            ),
            models.CheckConstraint(condition=Q(years__gte=1, years__lte=5), name="orgs_term_length"),
            models.CheckConstraint(condition=Q(due_date__gt=F("start_date")), name="orgs_term_due"),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")), name="orgs_term_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} 第{self.number}届{self.get_body_display()}"


class TermExtension(AppendOnlyModel):
    """A superior approved that a term ends on another day than it was elected for, later or earlier (延期、提前换届)."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="extensions", verbose_name="任期")
    due_date = models.DateField("批准的届满日期")
    document = models.CharField("批复文号", max_length=120)
    approved_by = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="批准单位")
    approved_date = models.DateField("批准日期")
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "延期或提前换届批复"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(document=""), name="orgs_extension_has_document"),
        ]

    def __str__(self) -> str:
        return f"{self.term} → {self.due_date}"
