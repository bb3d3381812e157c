"""Files: content stored once by digest, and the attachments that give people a right to it (domain §2).

Rights follow the attachment, never the content: whoever guesses a digest gets nothing. ``Attachment`` is
abstract; the app that owns the row a file hangs on adds its own foreign key (evidence of an answer, scan of a
submission).
"""

import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q


class Content(models.Model):
    """Bytes that were uploaded at least once (文件内容), stored under their SHA-256.

    ``swept_at``: the bytes were removed since nothing held them any more; the row stays where history names
    it.
    """

    digest = models.CharField("摘要", max_length=64, unique=True)
    size = models.PositiveBigIntegerField("大小（字节）")
    media_type = models.CharField("类型", max_length=100)
    stored_at = models.DateTimeField("存入时间")
    swept_at = models.DateTimeField("清除时间", null=True)

    class Meta:
        verbose_name = "文件内容"
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="files_content_not_empty")]

    def __str__(self) -> str:
        return self.digest[:12]

    @property
    def path(self) -> str:
        """Where the bytes are, relative to the media root."""
        return f"contents/{self.digest[:2]}/{self.digest}"

    @property
    def location(self) -> Path:
        """Where the bytes are on disk."""
        return Path(settings.MEDIA_ROOT) / self.path

    @property
    def is_swept(self) -> bool:
        return self.swept_at is not None


class Holder(models.Model):
    """Whatever names a content (``content``) and so has a say in how long its bytes stay.

    A subclass holds its bytes for ever unless it narrows both questions; the sweep asks every one of them.
    """

    content = models.ForeignKey(Content, models.PROTECT, null=True, related_name="+", verbose_name="内容")

    class Meta:
        abstract = True

    @classmethod
    def holding(cls, *, since: datetime) -> models.QuerySet:
        """Return the rows whose bytes must stay, given that what was let go at ``since`` or later stays too."""
        return cls._default_manager.filter(content__isnull=False)

    @classmethod
    def in_use(cls) -> models.QuerySet:
        """Return the rows that somebody still works with: their bytes missing is a fault."""
        return cls._default_manager.filter(content__isnull=False)


class Attachment(Holder):
    """A content under a name, hung on a row of ours by somebody (附件).

    Detached ones stay, with who, when and why.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    content = models.ForeignKey(Content, models.PROTECT, related_name="+", verbose_name="内容")
    filename = models.CharField("文件名", max_length=200)
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人"
    )
    attached_at = models.DateTimeField("上传时间")
    detached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="移除人"
    )
    detached_at = models.DateTimeField("移除时间", null=True)
    detach_reason = models.CharField("移除原因", max_length=200, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(detached_at__isnull=True, detached_by__isnull=True, detach_reason="")
                | (Q(detached_at__isnull=False, detached_by__isnull=False) & ~Q(detach_reason="")),
                name="%(app_label)s_%(class)s_detached_whole",
            )
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_detached(self) -> bool:
        return self.detached_at is not None

    @classmethod
    def holding(cls, *, since: datetime) -> models.QuerySet:
        """Return the attachments whose bytes must stay: not detached, or detached at ``since`` or later.

        A subclass that has further reasons to keep bytes (what was signed stays readable) widens this.
        """
        return cls._default_manager.filter(Q(detached_at__isnull=True) | Q(detached_at__gte=since))

    @classmethod
    def in_use(cls) -> models.QuerySet:
        return cls._default_manager.filter(detached_at__isnull=True)
