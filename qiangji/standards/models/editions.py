"""Standards and their editions as stored: parts, groups, criteria, vetoes, thresholds.

A published edition is frozen: sheets of many years point at its criteria, so the services refuse to
change it and a correction is a new edition.
"""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiangji.orgs.models import Organization
from qiangji.standards.models.sources import Force
from qiangji.standards.querysets import EditionQuerySet
from qiangji.standards.schema import Scoring, scoring_from_json
from qiangji.standards.values import allowed_values, check_value, quick_values


class AppliesTo(models.TextChoices):
    """The kind of Party organization that a standard is for."""

    HOSPITAL = "hospital", "院级党组织"
    BRANCH = "branch", "内设党支部"
    AUTHORITY = "authority", "主管部门"
    ALL = "all", "各级党组织"


class Standard(models.Model):
    """A scoring table (量化表) that lives on from edition to edition."""

    code = models.SlugField("代号", max_length=64, unique=True)
    title = models.CharField("名称", max_length=300)
    applies_to = models.CharField("适用对象", max_length=16, choices=AppliesTo.choices)

    class Meta:
        verbose_name = "标准"
        verbose_name_plural = "标准"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class Edition(models.Model):
    """One version of a standard; once published it never changes, and each sheet keeps the one it began with."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"

    class Origin(models.TextChoices):
        LIBRARY = "library", "内置"
        IMPORT = "import", "导入"

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    standard = models.ForeignKey(
        Standard, on_delete=models.PROTECT, related_name="editions", verbose_name="标准"
    )
    label = models.CharField("版本", max_length=40)
    title = models.CharField("名称", max_length=300)
    status = models.CharField("状态", max_length=16, choices=Status.choices, default=Status.DRAFT)
    source_document = models.CharField("依据文件", max_length=300)
    source_number = models.CharField("文号", max_length=300, blank=True)
    issuer = models.CharField("发文机关", max_length=300, blank=True)
    issued_date = models.DateField("发文日期", null=True, blank=True)
    jurisdiction = models.CharField("适用地区", max_length=300, blank=True)
    force = models.CharField("效力", max_length=16, choices=Force.choices)
    validity = models.CharField("有效性", max_length=300, blank=True)
    year_of_effect = models.PositiveSmallIntegerField("施行年份")
    total_points = models.DecimalField("总分", max_digits=7, decimal_places=2)
    step = models.DecimalField("计分步长", max_digits=7, decimal_places=2, default=Decimal("0.5"))
    notes = models.JSONField("说明", default=list, blank=True)
    origin = models.CharField("来源", max_length=16, choices=Origin.choices)
    content_digest = models.CharField("内容摘要", max_length=64, blank=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="发布人",
    )
    awaiting = models.CharField("尚缺的文件", max_length=300, blank=True)
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="录入组织",
    )
    adopted_by = models.CharField("采用机关", max_length=300, blank=True)
    adoption_number = models.CharField("采用文号", max_length=300, blank=True)
    # Names the site's own checks in force, anew with each that is adopted or withdrawn; empty where there never were any.
    checks_digest = models.CharField("自定判定的摘要", max_length=64, blank=True, default="")

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = "标准版本"
        verbose_name_plural = "标准版本"
        ordering = ["standard__code", "-label"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "label"], name="edition_label_once_per_standard"),
            models.CheckConstraint(
                condition=Q(status="draft", published_at__isnull=True, published_by__isnull=True)
                | (Q(status="published", published_at__isnull=False) & ~Q(content_digest="")),
                name="edition_published_means_dated_and_sealed",
            ),
            models.CheckConstraint(condition=Q(total_points__gte=0), name="edition_total_not_negative"),
            models.CheckConstraint(condition=Q(step__gt=0), name="edition_step_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.label}）"

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def ref(self) -> str:
        """How commands and people name it: CODE@LABEL."""
        return f"{self.standard.code}@{self.label}"


class Section(models.Model):
    """A part (项目) of the table with the points it declares."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="sections", verbose_name="标准版本"
    )
    number = models.PositiveSmallIntegerField("序号")
    title = models.CharField("名称", max_length=300)
    points = models.DecimalField("分值", max_digits=7, decimal_places=2)
    is_bonus = models.BooleanField("加分项", default=False)

    class Meta:
        verbose_name = "项目"
        verbose_name_plural = "项目"
        ordering = ["edition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="section_number_once_per_edition"),
            models.CheckConstraint(condition=Q(points__gte=0), name="section_points_not_negative"),
            models.CheckConstraint(condition=Q(number__gte=1), name="section_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Group(models.Model):
    """A row of the official form; number 0 and no title where its part has no groups."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="groups", verbose_name="项目")
    number = models.PositiveSmallIntegerField("序号")
    title = models.CharField("名称", max_length=300, blank=True)
    points = models.DecimalField("分值", max_digits=7, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = "小项"
        verbose_name_plural = "小项"
        ordering = ["section", "number"]
        constraints = [
            models.UniqueConstraint(fields=["section", "number"], name="group_number_once_per_section"),
            models.CheckConstraint(
                condition=Q(number=0, title="") | (Q(number__gte=1) & ~Q(title="")),
                name="group_zero_means_untitled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section.number}-{self.number} {self.title}".strip()


class Criterion(models.Model):
    """One requirement (具体标准) that is marked; `code` is its identity across editions, never its title."""

    class Window(models.TextChoices):
        CYCLE_PERIOD = "cycle_period", "考核周期"
        CALENDAR_YEAR = "calendar_year", "自然年度"
        LAST_COMPLETED_PERIOD = "last_completed_period", "最近一个已结束的期间"

    class Kind(models.TextChoices):
        FULL = "full", "按分值给分"
        DEDUCT = "deduct", "逐次扣分"
        BONUS = "bonus", "加分"
        GRADED = "graded", "分档"
        BASE = "base", "基础分加减"
        CHECKLIST = "checklist", "不计分"

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="criteria", verbose_name="标准版本"
    )
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="criteria", verbose_name="小项")
    code = models.CharField("编码", max_length=12)
    position = models.PositiveSmallIntegerField("顺序")
    number = models.PositiveSmallIntegerField("序号")
    title = models.CharField("标题", max_length=300)
    note = models.CharField("说明", max_length=500, blank=True)
    points = models.DecimalField("分值", max_digits=7, decimal_places=2, null=True, blank=True)
    scoring_kind = models.CharField("计分方式", max_length=16, choices=Kind.choices)
    scoring = models.JSONField("计分规则")
    step = models.DecimalField("计分步长", max_digits=7, decimal_places=2)
    place = models.CharField("出处", max_length=300, blank=True)
    window = models.CharField("统计期间", max_length=32, choices=Window.choices, default=Window.CYCLE_PERIOD)
    evidence = models.CharField("佐证提示", max_length=300, blank=True)
    source_key = models.CharField("出处文件代号", max_length=64, blank=True)
    is_confirmed = models.BooleanField("已与原文核对", default=True)
    parameters = models.JSONField("参数", default=dict, blank=True)
    draft_checks = models.JSONField("检查草稿", default=list, blank=True)

    class Meta:
        verbose_name = "具体标准"
        verbose_name_plural = "具体标准"
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="criterion_code_once_per_edition"),
            models.UniqueConstraint(
                fields=["edition", "position"], name="criterion_position_once_per_edition"
            ),
            models.UniqueConstraint(fields=["group", "number"], name="criterion_number_once_per_group"),
            models.CheckConstraint(
                condition=Q(scoring_kind="checklist", points__isnull=True)
                | (~Q(scoring_kind="checklist") & Q(points__isnull=False, points__gte=0)),
                name="criterion_points_unless_checklist",
            ),
            models.CheckConstraint(condition=Q(step__gt=0), name="criterion_step_positive"),
            models.CheckConstraint(condition=Q(position__gte=1), name="criterion_position_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def scoring_rule(self) -> Scoring:
        """The scoring as an object of `schema`."""
        return scoring_from_json(self.scoring)

    def allowed_values(self) -> tuple[Decimal, ...] | None:
        """The marks that may be given; None where they are too many to list."""
        return allowed_values(self.scoring_rule, self.points, self.step)

    def quick_values(self) -> tuple[Decimal, ...]:
        """The marks that get a key of their own."""
        return quick_values(self.scoring_rule, self.points, self.step)

    def check_value(self, value: Decimal) -> Decimal:
        """Return the mark where it is allowed; raise `values.ValueNotAllowed` otherwise."""
        return check_value(self.scoring_rule, self.points, self.step, value)


class Veto(models.Model):
    """A condition that overrides the score; three kinds with three different consequences."""

    class Kind(models.TextChoices):
        SHEET = "sheet", "不予评定"
        YEAR_END = "year_end", "年底考核不合格"
        ETHICS = "ethics", "医德医风一票否决"

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="vetoes", verbose_name="标准版本"
    )
    number = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("种类", max_length=16, choices=Kind.choices)
    title = models.CharField("情形", max_length=300)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "否决情形"
        verbose_name_plural = "否决情形"
        ordering = ["edition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="veto_number_once_per_edition")
        ]

    def __str__(self) -> str:
        return self.title


class Threshold(models.Model):
    """A dated lower bound; strict means that the value itself does not suffice (高于)."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="thresholds", verbose_name="标准版本"
    )
    key = models.CharField("代号", max_length=64)
    title = models.CharField("名称", max_length=300)
    value = models.DecimalField("数值", max_digits=7, decimal_places=2)
    unit = models.CharField("单位", max_length=20)
    strict = models.BooleanField("须高于该值")
    place = models.CharField("出处", max_length=300, blank=True)
    effective_date = models.DateField("起用日期", null=True, blank=True)
    until_date = models.DateField("截止日期", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "线"
        verbose_name_plural = "线"
        ordering = ["edition", "id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="threshold_key_once_per_edition")
        ]

    def __str__(self) -> str:
        return self.title
