"""Assessment cycles 考核周期: one year's assessment, owned by an authority."""

import uuid
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F, Q

from qiangji.assessments.stages import Stage
from qiangji.lib.dates import local_day
from qiangji.orgs.models import Organization
from qiangji.standards.models import Edition


class Cycle(models.Model):
    """A year's assessment of everything below and beside its owner (document 0, part 3).

    Figures are per cycle, since they are meant to rise: the line that a score must be strictly above, and the share of
    internal branches above it. What the documents leave open has no default here: the ratio of the spot check, the
    target of the region, the days for objections. ``recognizer`` unset: the owner recognizes. A trial cycle may run on
    draft editions and leads to nothing.
    """

    class LaggingReading(models.TextChoices):
        """How 90分以下 is read: in legal usage 以下 includes the number itself."""

        AT_OR_BELOW = "at_or_below", "含本数（等于达标线也属后进）"
        BELOW = "below", "不含本数（低于达标线才属后进）"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("名称", max_length=100)
    owner = models.ForeignKey(Organization, models.PROTECT, related_name="cycles", verbose_name="组织单位")
    plan_number = models.CharField("批准文件文号", max_length=60)
    period_start_date = models.DateField("事实起始日")
    period_end_date = models.DateField("事实截止日")
    self_deadline_date = models.DateField("自评申报截止日")
    acceptance_deadline_date = models.DateField("验收截止日")
    rating_deadline_date = models.DateField("评定截止日")
    inspection_deadline_date = models.DateField("抽查截止日", null=True)
    closing_date = models.DateField("周期关闭日")
    pass_line = models.DecimalField("达标线（须高于）", max_digits=7, decimal_places=2)
    branch_share = models.DecimalField("支部达标比例（%，不少于）", max_digits=5, decimal_places=2)
    lagging_reading = models.CharField(
        "“90分以下”的读法", max_length=12, choices=LaggingReading, default=LaggingReading.AT_OR_BELOW
    )
    recognizer = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        related_name="cycles_to_recognize",
        verbose_name="认定单位",
    )
    inspection_ratio = models.DecimalField("抽查比例", max_digits=5, decimal_places=4, null=True)
    target_rate = models.DecimalField("标准化率目标（%，高于）", max_digits=5, decimal_places=2, null=True)
    target_date = models.DateField("目标期限", null=True)
    objection_days = models.PositiveSmallIntegerField("提出更正、申诉的期限（日）", null=True)
    answer_days = models.PositiveSmallIntegerField("答复更正、申诉的期限（日）", null=True)
    is_trial = models.BooleanField("试评", default=False)
    opened_at = models.DateTimeField("开启时间", null=True)
    closed_at = models.DateTimeField("关闭时间", null=True)

    class Meta:
        verbose_name = "考核周期"
        verbose_name_plural = "考核周期"
        ordering = ["-year", "title"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "year", "title"], name="assessments_cycle_once"),
            models.CheckConstraint(
                condition=Q(period_start_date__lt=F("period_end_date"))
                & Q(self_deadline_date__lte=F("acceptance_deadline_date"))
                & Q(acceptance_deadline_date__lte=F("rating_deadline_date"))
                & Q(rating_deadline_date__lte=F("closing_date")),
                name="assessments_cycle_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(pass_line__gte=0, branch_share__gte=0, branch_share__lte=100),
                name="assessments_cycle_figures",
            ),
            models.CheckConstraint(
                condition=Q(inspection_ratio__isnull=True)
                | Q(inspection_ratio__gt=0, inspection_ratio__lte=1),
                name="assessments_cycle_inspection_ratio",
            ),
            models.CheckConstraint(
                condition=Q(target_rate__isnull=True, target_date__isnull=True)
                | Q(
                    target_rate__isnull=False,
                    target_rate__gte=0,
                    target_rate__lte=100,
                    target_date__isnull=False,
                ),
                name="assessments_cycle_target_with_its_date",
            ),
            models.CheckConstraint(
                condition=Q(inspection_deadline_date__isnull=True)
                | Q(inspection_deadline_date__lte=F("closing_date")),
                name="assessments_cycle_inspection_before_closing",
            ),
            models.CheckConstraint(
                condition=Q(lagging_reading__in=["at_or_below", "below"]),
                name="assessments_cycle_lagging_reading_known",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(opened_at__isnull=False),
                name="assessments_cycle_closed_was_open",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def recognizing_id(self) -> int:
        """The organization that recognizes this cycle's results."""
        return self.recognizer_id if self.recognizer_id is not None else self.owner_id

    def objection_until(self, told_at: datetime) -> date | None:
        """Return the last day for a correction or an appeal against what was told at a moment; None: no limit."""
        if self.objection_days is None:
            return None
        return local_day(told_at) + timedelta(days=self.objection_days)

    def deadline_of(self, stage: str) -> date:
        """Return the last day of a stage; it runs to 24:00 Asia/Shanghai."""
        return {
            Stage.SELF: self.self_deadline_date,
            Stage.ACCEPTANCE: self.acceptance_deadline_date,
            Stage.RATING: self.rating_deadline_date,
            Stage.INSPECTION: self.inspection_deadline_date or self.closing_date,
        }.get(Stage(stage), self.closing_date)


class CycleEdition(models.Model):
    """Which edition a kind of organization is measured by in a cycle, and which stage's marks are final for it."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="editions")
    organization_kind = models.CharField("适用组织", max_length=20, choices=Organization.Kind)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name="标准")
    final_stage = models.CharField("最终得分阶段", max_length=12, choices=Stage)

    class Meta:
        verbose_name = "周期所用标准"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "organization_kind"], name="assessments_one_edition_per_kind"
            ),
            models.CheckConstraint(
                condition=Q(final_stage__in=["acceptance", "rating"]),
                name="assessments_final_stage_is_a_review",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle} · {self.get_organization_kind_display()}"
