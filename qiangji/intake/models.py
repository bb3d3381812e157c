"""Tables that come in: each upload as a run with its findings, and how another platform's columns are to be read."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiangji.files.models import Content, Holder
from qiangji.orgs.models import Organization
from qiangji.orgs.querysets import OrganizationBoundQuerySet


class ColumnMapping(models.Model):
    """Which column of another platform's export is which of ours (列对应), saved under a name for next time."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="组织")
    kind = models.CharField("表格", max_length=60)
    name = models.CharField("名称", max_length=60)
    columns = models.JSONField("对应", default=dict)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField("保存时间")

    objects = OrganizationBoundQuerySet.as_manager()

    class Meta:
        verbose_name = "列对应"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "name"], name="intake_mapping_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ImportRun(Holder):
    """One table handed in (导入): checked first, then applied as a whole or without its bad rows, or discarded."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "已上传"
        CHECKING = "checking", "正在核对"
        CHECKED = "checked", "已核对，待导入"
        APPLYING = "applying", "正在导入"
        APPLIED = "applied", "已导入"
        DISCARDED = "discarded", "已放弃"
        FAILED = "failed", "未能读取"

    class Mode(models.TextChoices):
        ALL = "all", "全部正确才导入"
        GOOD = "good", "只导入正确的行"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="组织")
    kind = models.CharField("表格", max_length=60)
    filename = models.CharField("文件名", max_length=200)
    content = models.ForeignKey(Content, models.PROTECT, null=True, related_name="+", verbose_name="内容")
    columns = models.JSONField("列对应", default=dict)
    state = models.CharField("状态", max_length=10, choices=State, default=State.UPLOADED)
    mode = models.CharField("方式", max_length=4, choices=Mode, blank=True)
    counts = models.JSONField("统计", default=dict)
    findings = models.JSONField("问题", default=list)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField("上传时间")
    applied_at = models.DateTimeField("导入时间", null=True)

    objects = OrganizationBoundQuerySet.as_manager()

    class Meta:
        verbose_name = "导入"
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="applied", applied_at__isnull=False)
                | (~Q(state="applied") & Q(applied_at__isnull=True)),
                name="intake_applied_means_when",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @classmethod
    def holding(cls, *, since: datetime) -> models.QuerySet:
        """Keep the table until it was imported or set aside, and then as long as any file that was let go."""
        done = Q(state__in=[cls.State.APPLIED, cls.State.DISCARDED, cls.State.FAILED], started_at__lt=since)
        return cls._default_manager.exclude(done).filter(content__isnull=False)

    @classmethod
    def in_use(cls) -> models.QuerySet:
        """Return the runs that still wait for somebody."""
        open_states = [cls.State.UPLOADED, cls.State.CHECKING, cls.State.CHECKED, cls.State.APPLYING]
        return cls._default_manager.filter(state__in=open_states, content__isnull=False)
