"""The event log: who did what to which thing, when.

One table without foreign keys, so that nothing blocks it and nothing deletes it. Persons appear as ids only: a name
can be erased elsewhere without touching history. Each object's events are numbered from 1, and each event carries the
digest of its own canonical text; the chain per object (``previous_digest``) is filled when sealing is switched on.
"""

from django.db import models

from qiangji.lib.append_only import AppendOnlyModel


class Event(AppendOnlyModel):
    """One thing that happened to one object (审计事件)."""

    object_type = models.CharField("对象类型", max_length=40)
    object_id = models.UUIDField("对象")
    sequence = models.PositiveIntegerField("序号")
    verb = models.CharField("动作", max_length=60)
    data = models.TextField("内容", help_text="规范化 JSON")
    actor_id = models.UUIDField("操作人", null=True)
    at = models.DateTimeField("时间")
    digest = models.CharField("摘要", max_length=64)
    previous_digest = models.CharField("前一摘要", max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id", "sequence"], name="audit_event_sequence"
            ),
            models.CheckConstraint(condition=models.Q(sequence__gte=1), name="audit_event_sequence_from_one"),
        ]
        indexes = [models.Index(fields=["at"], name="audit_event_at")]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id} #{self.sequence} {self.verb}"


class Reading(AppendOnlyModel):
    """Somebody read restricted data (敏感信息查阅): which object, who, when, on which page. The data itself is not here."""

    object_type = models.CharField("对象类型", max_length=40)
    object_id = models.UUIDField("对象")
    actor_id = models.UUIDField("查阅人")
    page = models.CharField("页面", max_length=60)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "查阅记录"
        indexes = [
            models.Index(fields=["object_type", "object_id", "at"], name="audit_reading_object"),
            models.Index(fields=["actor_id", "at"], name="audit_reading_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}"
