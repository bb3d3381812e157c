"""The workshop's drafts (录入稿): a file that was handed in, and every step a person took to mend it.

Nothing is overwritten: a step keeps the whole state after it, `current` points at the one that counts, and undoing
only moves the pointer back to the step's parent.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiangji.files.models import Content, Holder
from qiangji.lib.append_only import AppendOnlyModel
from qiangji.orgs.models import Organization
from qiangji.standards.models.editions import Edition
from qiangji.standards.querysets import DraftQuerySet


class Draft(Holder):
    """One file on its way to an edition; `original` holds the file's rows as the reader found them."""

    class Status(models.TextChoices):
        OPEN = "open", "整理中"
        PUBLISHED = "published", "已发布"
        DISCARDED = "discarded", "已作废"

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name="录入组织"
    )
    filename = models.CharField("文件名", max_length=200)
    content = models.ForeignKey(
        Content, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="原文件"
    )
    original = models.JSONField("原文各行", default=list)
    status = models.CharField("状态", max_length=16, choices=Status.choices, default=Status.OPEN)
    current = models.PositiveIntegerField("当前步", default=0)
    earlier = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="对照的版本",
    )
    edition = models.OneToOneField(
        Edition,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="draft",
        verbose_name="形成的版本",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="录入人"
    )
    created_at = models.DateTimeField("录入时间")
    changed_at = models.DateTimeField("最近修改")

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = "录入稿"
        verbose_name_plural = "录入稿"
        ordering = ["-changed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="published", edition__isnull=False) | ~Q(status="published"),
                name="draft_published_has_edition",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @classmethod
    def holding(cls, *, since: datetime) -> models.QuerySet:
        """Keep the file as long as the draft is not discarded: a published edition shows what it was read from."""
        return cls._default_manager.filter(
            ~Q(status=cls.Status.DISCARDED) | Q(changed_at__gte=since), content__isnull=False
        )

    @classmethod
    def in_use(cls) -> models.QuerySet:
        return cls._default_manager.exclude(status=cls.Status.DISCARDED).filter(content__isnull=False)


class DraftStep(AppendOnlyModel):
    """The whole state after one thing a person did; `parent` is the step it was done on (none for the first)."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="steps", verbose_name="录入稿")
    sequence = models.PositiveIntegerField("序号")
    parent = models.PositiveIntegerField("上一步", null=True, blank=True)
    label = models.CharField("做了什么", max_length=200)
    state = models.JSONField("整张表")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="修改人"
    )
    made_at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = "录入稿的一步"
        verbose_name_plural = "录入稿的各步"
        ordering = ["draft", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "sequence"], name="draft_step_once"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, sequence=0)
                | Q(parent__isnull=False, parent__lt=models.F("sequence")),
                name="draft_step_after_its_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.label}"
