"""The policy documents that standards rest on, the missing ones included, and how binding each is."""

from __future__ import annotations

import uuid

from django.db import models


class Force(models.TextChoices):
    """How binding a source document is in its own jurisdiction."""

    NORMATIVE = "normative", "规范性文件"
    EXAMPLE = "example", "示例"
    REFERENCE = "reference", "参考"


class PolicySource(models.Model):
    """A policy document described, with where it holds and how binding it is; missing ones are rows too."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField("代号", max_length=64, unique=True)
    document = models.CharField("文件名称", max_length=300)
    number = models.CharField("文号", max_length=300, blank=True)
    issuer = models.CharField("发文机关", max_length=300, blank=True)
    date = models.DateField("日期", null=True, blank=True)
    date_note = models.CharField("日期说明", max_length=300, blank=True)
    jurisdiction = models.CharField("适用地区", max_length=300, blank=True)
    force = models.CharField("效力", max_length=16, choices=Force.choices)
    validity = models.CharField("有效性", max_length=300, blank=True)
    gives = models.CharField("提供的内容", max_length=300)
    note = models.CharField("说明", max_length=300, blank=True)
    available = models.BooleanField("已收到", default=True)
    position = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = "政策来源"
        verbose_name_plural = "政策来源"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.document
