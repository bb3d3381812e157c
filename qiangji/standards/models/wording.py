"""The official wording of an edition, imported by the site from the document itself; it hangs beside the edition."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiangji.standards.models.editions import Criterion, Edition, Veto


class Wording(models.Model):
    """The official wording of an edition, imported by the site from the document itself; the latest is current."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="wordings", verbose_name="标准版本"
    )
    filename = models.CharField("文件名", max_length=255)
    digest = models.CharField("文件摘要", max_length=64)
    title = models.CharField("标题", max_length=300, blank=True)
    is_current = models.BooleanField("使用中", default=True)
    imported_at = models.DateTimeField("导入时间")
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="导入人",
    )

    class Meta:
        verbose_name = "官方文本"
        verbose_name_plural = "官方文本"
        ordering = ["edition", "-imported_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition"], condition=Q(is_current=True), name="wording_one_current_per_edition"
            )
        ]

    def __str__(self) -> str:
        return self.title or self.filename


class CriterionWording(models.Model):
    """What the document itself says in one criterion, without number and points."""

    wording = models.ForeignKey(
        Wording, on_delete=models.CASCADE, related_name="criteria", verbose_name="官方文本"
    )
    criterion = models.ForeignKey(
        Criterion, on_delete=models.CASCADE, related_name="wordings", verbose_name="具体标准"
    )
    text = models.TextField("文本")

    class Meta:
        verbose_name = "具体标准的官方文本"
        verbose_name_plural = "具体标准的官方文本"
        constraints = [
            models.UniqueConstraint(fields=["wording", "criterion"], name="criterion_text_once_per_wording")
        ]

    def __str__(self) -> str:
        return self.text


class VetoWording(models.Model):
    """What the document itself says in one veto."""

    wording = models.ForeignKey(
        Wording, on_delete=models.CASCADE, related_name="vetoes", verbose_name="官方文本"
    )
    veto = models.ForeignKey(Veto, on_delete=models.CASCADE, related_name="wordings", verbose_name="否决情形")
    text = models.TextField("文本")

    class Meta:
        verbose_name = "否决情形的官方文本"
        verbose_name_plural = "否决情形的官方文本"
        constraints = [models.UniqueConstraint(fields=["wording", "veto"], name="veto_text_once_per_wording")]

    def __str__(self) -> str:
        return self.text
