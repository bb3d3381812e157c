"""Figures that a subtree sets for itself in place of an edition's."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.orgs.models import Organization
from qiangji.standards.models.editions import Edition
from qiangji.standards.querysets import ParameterSettingQuerySet

PLACE = ("edition", "criterion_code", "name", "organization")


class ParameterSetting(models.Model):
    """A parameter of an edition as an organization sets it for itself and all below it (参数从严), from day to day.

    ``name`` is the parameter's key in the edition, ``value`` in its unit. A row's figure and document never change: it
    ends, and another follows. One that was typed wrong is withdrawn with its reason and held on no day.
    """

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="parameter_settings", verbose_name="标准版本"
    )
    criterion_code = models.CharField("条目编码", max_length=12)
    name = models.CharField("参数代号", max_length=64)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name="设定组织"
    )
    value = models.DecimalField("数值", max_digits=7, decimal_places=2)
    start_date = models.DateField("起")
    end_date = models.DateField("止", null=True)
    document_number = models.CharField("文号", max_length=100)
    document_title = models.CharField("文件名称", max_length=300)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="设定人"
    )
    set_at = models.DateTimeField("设定时间")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="结束人"
    )
    closed_at = models.DateTimeField("结束时间", null=True)
    is_withdrawn = models.BooleanField("已撤回", default=False)
    reason = models.CharField("撤回原因", max_length=300, blank=True)

    objects = ParameterSettingQuerySet.as_manager()

    class Meta:
        verbose_name = "参数设定"
        verbose_name_plural = "参数设定"
        ordering = ["edition", "criterion_code", "name", "-start_date", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=PLACE,
                condition=Q(end_date__isnull=True, is_withdrawn=False),
                name="parameter_setting_one_open",
            ),
            models.UniqueConstraint(
                fields=[*PLACE, "start_date"],
                condition=Q(is_withdrawn=False),
                name="parameter_setting_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="parameter_setting_dates",
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="parameter_setting_not_negative"),
            models.CheckConstraint(
                condition=~Q(document_number="") & ~Q(document_title=""),
                name="parameter_setting_by_document",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True, closed_at__isnull=True, is_withdrawn=False, reason="")
                | Q(closed_by__isnull=False, closed_at__isnull=False, is_withdrawn=True) & ~Q(reason="")
                | Q(
                    closed_by__isnull=False,
                    closed_at__isnull=False,
                    is_withdrawn=False,
                    reason="",
                    end_date__isnull=False,
                ),
                name="parameter_setting_closed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["edition", "organization"], name="parameter_setting_place")]

    def __str__(self) -> str:
        return f"{self.criterion_code} {self.name} {self.value}"
