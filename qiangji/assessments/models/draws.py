"""Draws of the spot check 抽查: a frozen population, a seed agreed in public, and the tickets that follow from both."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.assessments.models.cycles import Cycle
from qiangji.assessments.models.sheets import Sheet
from qiangji.lib.append_only import AppendOnlyModel
from qiangji.orgs.models import Organization


class Draw(models.Model):
    """One draw: who is in it is frozen and published with its digest first, the seed comes afterwards.

    Nobody can then choose a seed for a population, nor a population for a seed. ``ratio`` is what the organizer asks,
    for the documents name none; ``risk_ratio`` is the share of those marked as risky that is drawn beside, announced
    apart. ``plan_number`` is the approved plan's (domain §3), the cycle's where the check has none of its own. ``strata`` names by what the population is divided; each organization's stratum is frozen with it.
    """

    class Population(models.TextChoices):
        APPLICANTS = "applicants", "本周期已评定的"
        HOLDERS = "holders", "本周期已认定达标的（动态复查）"

    class Division(models.TextChoices):
        CITY = "city", "市（州）"
        LEVEL = "level", "医院等级"
        FORM = "form", "组织形式"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="draws", verbose_name="考核周期")
    organizer = models.ForeignKey(Organization, models.PROTECT, related_name="draws", verbose_name="抽查单位")
    number = models.PositiveSmallIntegerField("次序")
    plan_number = models.CharField("批准文件文号", max_length=60)
    population = models.CharField("范围", max_length=12, choices=Population)
    strata = models.JSONField("分层", default=list)
    ratio = models.DecimalField("抽查比例", max_digits=5, decimal_places=4)
    risk_ratio = models.DecimalField("重点比例", max_digits=5, decimal_places=4, null=True)
    size = models.PositiveIntegerField("范围内组织数")
    population_digest = models.CharField("名单摘要", max_length=64)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    frozen_at = models.DateTimeField("冻结时间")
    seed = models.CharField("种子", max_length=200, blank=True)
    seed_source = models.CharField("种子的产生", max_length=200, blank=True)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField("抽取时间", null=True)
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = models.CharField("作废理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "抽取"
        verbose_name_plural = "抽取"
        ordering = ["-frozen_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "organizer", "number"], name="assessments_draw_numbered"
            ),
            models.CheckConstraint(condition=~Q(plan_number=""), name="assessments_draw_names_its_plan"),
            models.CheckConstraint(
                condition=Q(ratio__gt=0, ratio__lte=1)
                & (Q(risk_ratio__isnull=True) | Q(risk_ratio__gt=0, risk_ratio__lte=1)),
                name="assessments_draw_ratios",
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1) & ~Q(population_digest=""), name="assessments_draw_has_a_population"
            ),
            models.CheckConstraint(
                condition=Q(seed="", drawn_at__isnull=True)
                | (~Q(seed="") & Q(drawn_at__isnull=False, drawn_at__gte=F("frozen_at"))),
                name="assessments_draw_seeded_after_freezing",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, void_reason="")
                | (Q(voided_at__isnull=False, drawn_at__isnull=True) & ~Q(void_reason="")),
                name="assessments_draw_voided_before_drawing",
            ),
            models.CheckConstraint(
                condition=Q(population__in=["applicants", "holders"]),
                name="assessments_draw_population_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle} 第{self.number}次抽查"

    @property
    def is_drawn(self) -> bool:
        """Whether the seed is known and the tickets are drawn."""
        return self.drawn_at is not None


class DrawEntry(models.Model):
    """An organization in a draw's population: as what it was frozen, its ticket, and whether and as what it was drawn.

    ``risk_reason`` says why it was marked before the seed was known. ``rank`` is the place of its ticket in its
    stratum. An organization may be drawn for its risk and by lot as well; it is inspected once.
    """

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="entries")
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="draw_entries")
    code = models.CharField("代码", max_length=32)
    name = models.CharField("名称", max_length=100)
    stratum = models.CharField("分层", max_length=120)
    risk_reason = models.CharField("列为重点的理由", max_length=300, blank=True)
    ticket = models.CharField("签号", max_length=64, blank=True)
    rank = models.PositiveIntegerField("层内次序", null=True)
    is_risk_drawn = models.BooleanField("重点抽中", default=False)
    is_drawn = models.BooleanField("随机抽中", default=False)

    class Meta:
        verbose_name = "抽取名单"
        ordering = ["stratum", "rank", "code"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "code"], name="assessments_draw_lists_once"),
            models.UniqueConstraint(fields=["draw", "sheet"], name="assessments_draw_lists_a_sheet_once"),
            models.CheckConstraint(
                condition=Q(ticket="", rank__isnull=True, is_drawn=False, is_risk_drawn=False)
                | (~Q(ticket="") & Q(rank__isnull=False, rank__gte=1)),
                name="assessments_draw_entry_has_its_ticket",
            ),
            models.CheckConstraint(
                condition=Q(is_risk_drawn=False) | ~Q(risk_reason=""),
                name="assessments_risk_is_drawn_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["draw", "stratum", "rank"], name="assessments_draw_in_order")]

    def __str__(self) -> str:
        return f"{self.draw} {self.name}"


class Substitution(AppendOnlyModel):
    """One drawn organization gave its place to the next ticket of its stratum, and why."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="substitutions")
    sequence = models.PositiveSmallIntegerField("序号")
    leaving = models.OneToOneField(DrawEntry, models.PROTECT, related_name="left_as")
    coming = models.OneToOneField(DrawEntry, models.PROTECT, null=True, related_name="came_as")
    reason = models.CharField("理由", max_length=300)
    substituted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    substituted_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "替换"
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "sequence"], name="assessments_substitution_numbered"),
            models.CheckConstraint(
                condition=~Q(reason="") & (Q(coming__isnull=True) | ~Q(leaving=F("coming"))),
                name="assessments_substitution_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw} #{self.sequence}"
