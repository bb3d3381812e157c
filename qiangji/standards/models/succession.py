"""How one edition follows another: the map of codes that a person decided, and numbered interpretations."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.lib.append_only import AppendOnlyModel
from qiangji.orgs.models import Organization
from qiangji.standards.models.editions import Criterion, Edition


class EditionMap(models.Model):
    """The decided map (对照表) from an earlier edition's criteria to a later one's."""

    earlier = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="maps_onward", verbose_name="旧版本"
    )
    later = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="maps_back", verbose_name="新版本"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="确定人"
    )
    decided_at = models.DateTimeField("确定时间")

    class Meta:
        verbose_name = "版本对照表"
        verbose_name_plural = "版本对照表"
        ordering = ["later", "earlier"]
        constraints = [
            models.UniqueConstraint(fields=["earlier", "later"], name="edition_map_once_per_pair"),
            models.CheckConstraint(condition=~Q(earlier=F("later")), name="edition_map_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.earlier} → {self.later}"


class CodeMatch(models.Model):
    """One line of the map: a criterion that lives on, one that is new (no earlier), or one that is gone (no later)."""

    map = models.ForeignKey(
        EditionMap, on_delete=models.CASCADE, related_name="matches", verbose_name="对照表"
    )
    earlier = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="旧条目"
    )
    later = models.ForeignKey(
        Criterion, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name="新条目"
    )

    class Meta:
        verbose_name = "对照关系"
        verbose_name_plural = "对照关系"
        ordering = ["map", "id"]
        constraints = [
            models.UniqueConstraint(fields=["map", "later"], name="code_match_later_once"),
            models.UniqueConstraint(fields=["map", "earlier"], name="code_match_earlier_once"),
            models.CheckConstraint(
                condition=Q(earlier__isnull=False) | Q(later__isnull=False), name="code_match_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.earlier or '—'} → {self.later or '—'}"


class Interpretation(AppendOnlyModel):
    """A numbered reading (解释) that an authority gives a criterion, such as what replaces an ended campaign.

    Added, never changed: a later one for the same criterion counts instead of the earlier.
    """

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, related_name="interpretations", verbose_name="具体标准"
    )
    number = models.CharField("文号", max_length=100)
    issuer = models.CharField("作出解释的机关", max_length=300)
    effective_date = models.DateField("起用日期")
    text = models.CharField("解释", max_length=1000)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name="录入组织"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="录入人"
    )
    added_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = "条目解释"
        verbose_name_plural = "条目解释"
        ordering = ["criterion", "effective_date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "number"], name="interpretation_number_once_per_criterion"
            ),
            models.CheckConstraint(condition=~Q(number="") & ~Q(text=""), name="interpretation_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.criterion}"
