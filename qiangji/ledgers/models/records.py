"""Records 台账记录: one thing that happened, or one entry of a register, recorded once and serving every form.

One evening can be several kinds at once (支部党员大会 + 党课 + 主题党日): one ``Record`` with several ``RecordKind``. What a
kind asks for is data (``ledgers.kinds``); what every kind may have in common is a column, the rest is in ``values``.
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.files.models import Attachment
from qiangji.ledgers.querysets import RecordQuerySet
from qiangji.lib.append_only import AppendOnlyModel
from qiangji.members.models import Person
from qiangji.orgs.models import Organization


class Record(models.Model):
    """One entry of the ledgers. Three days are kept apart: when it happened, to which year it belongs, when it was typed.

    ``date`` .. ``end_date`` is the event (a register's entry: since, until); ``year`` the 所属年度, by default the date's;
    ``recorded_at`` the entry. ``natural_key`` makes an import idempotent. A withdrawn record stays and counts nowhere.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "待确认"
        CONFIRMED = "confirmed", "已登记"
        WITHDRAWN = "withdrawn", "已撤回"

    class Source(models.TextChoices):
        TYPED = "typed", "直接登记"
        PLAN = "plan", "按计划生成"
        IMPORTED = "imported", "表格导入"
        PLATFORM = "platform", "其他平台导入"
        GENERATED = "generated", "系统汇总生成"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="records", verbose_name="组织"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.CONFIRMED)
    date = models.DateField("日期")
    end_date = models.DateField("结束日期", null=True, blank=True)
    year = models.PositiveSmallIntegerField("所属年度")
    title = models.CharField("主题", max_length=120)
    place = models.CharField("地点", max_length=60, blank=True)
    host = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主持人"
    )
    agenda = models.TextField("议程", max_length=4000, blank=True)
    outcome = models.TextField("结果", max_length=4000, blank=True)
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1, null=True, blank=True)
    amount = models.DecimalField("金额（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    quantity = models.PositiveIntegerField("人数或数量", null=True, blank=True)
    values = models.JSONField("其他栏目", default=dict, blank=True)
    expected = models.PositiveIntegerField("应到", null=True, blank=True)
    present = models.PositiveIntegerField("实到", null=True, blank=True)
    is_restricted = models.BooleanField("敏感", default=False)
    source = models.CharField("来源", max_length=10, choices=Source, default=Source.TYPED)
    natural_key = models.CharField("来源编号", max_length=120, blank=True)
    version = models.PositiveIntegerField("版本", default=1)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间")
    changed_at = models.DateTimeField("最近修改")

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = "台账记录"
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "natural_key"],
                condition=~Q(natural_key=""),
                name="ledgers_natural_key_once",
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("date")), name="ledgers_record_dates"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="ledgers_record_has_title"),
            models.CheckConstraint(
                condition=Q(hours__isnull=True) | Q(hours__gt=0, hours__lte=200), name="ledgers_record_hours"
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="ledgers_record_amount"
            ),
            models.CheckConstraint(
                condition=Q(expected__isnull=True, present__isnull=True)
                | Q(expected__isnull=False, present__isnull=False, present__lte=F("expected")),
                name="ledgers_record_attendance",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="ledgers_record_version"),
        ]
        indexes = [
            models.Index(fields=["organization", "-date"], name="ledgers_record_of"),
            models.Index(fields=["-date", "-id"], name="ledgers_record_newest"),
            models.Index(fields=["year", "organization"], name="ledgers_record_year"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.title}"


class RecordKind(models.Model):
    """A record counts as this kind; ``kind`` is a code of ``ledgers.kinds``."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="kinds")
    kind = models.CharField("类型", max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "kind"], name="ledgers_kind_once"),
        ]
        indexes = [models.Index(fields=["kind", "record"], name="ledgers_kind_record")]

    def __str__(self) -> str:
        return self.kind


class Attendance(models.Model):
    """A person was asked to a record's event: came, came and spoke, stayed away with or without leave."""

    class Presence(models.TextChoices):
        PRESENT = "present", "到会"
        LEAVE = "leave", "请假"
        EXEMPT = "exempt", "免除"
        ABSENT = "absent", "缺席"

    record = models.ForeignKey(Record, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(Person, models.PROTECT, related_name="attendances", verbose_name="人员")
    presence = models.CharField("出席", max_length=8, choices=Presence, default=Presence.PRESENT)
    is_keynote = models.BooleanField("重点发言或授课", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "person"], name="ledgers_attendance_once"),
            models.CheckConstraint(
                condition=Q(is_keynote=False) | Q(presence="present"), name="ledgers_keynote_was_there"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_presence_display()}"


class RecordChange(AppendOnlyModel):
    """A version of a record as it was saved: canonical JSON of everything in it, persons by public id."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="changes")
    version = models.PositiveIntegerField("版本")
    verb = models.CharField("动作", max_length=20)
    data = models.TextField("内容", help_text="规范化 JSON")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["record", "version"]
        constraints = [
            models.UniqueConstraint(fields=["record", "version"], name="ledgers_change_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} v{self.version}"


class RecordFile(Attachment):
    """A file on a record, where the recorder wants one: never compulsory but where a kind names a document."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="files", verbose_name="台账记录")

    class Meta(Attachment.Meta):
        verbose_name = "台账附件"
        ordering = ["pk"]

    @classmethod
    def holding(cls, *, since: datetime) -> models.QuerySet:
        """Return the files whose bytes must stay, as any attachment's."""
        return super().holding(since=since)
