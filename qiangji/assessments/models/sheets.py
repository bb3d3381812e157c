"""Sheets 量化表: one organization in one cycle under one edition."""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiangji.assessments.models.cycles import Cycle
from qiangji.assessments.querysets import SheetQuerySet
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import CONCLUDED, WRITABLE, State
from qiangji.files.models import Attachment
from qiangji.orgs.models import Organization
from qiangji.standards.models import Edition


class Sheet(models.Model):
    """The sheet of one organization in one cycle.

    Name, path, kind, supervisor and rating authority are frozen at opening: whoever answered for the organization then
    answers for this sheet, whatever moves later. ``version`` counts the moves of state. ``inspected_round`` is the
    round in which an inspection was concluded: its marks take precedence in that round and in no other.
    ``own_deadline_date`` is set while and after a sheet is assessed again, and on a branch's that had no final score when
    its hospital was: its round runs by a day of its own, whatever the cycle's days were and whether the cycle is closed.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="sheets", verbose_name="考核周期")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="sheets", verbose_name="组织")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="sheets", verbose_name="标准")
    organization_name = models.CharField("组织名称", max_length=100)
    organization_path = models.CharField("组织路径", max_length=64)
    organization_kind = models.CharField("组织类别", max_length=20, choices=Organization.Kind)
    supervisor = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="sheets_to_accept", verbose_name="验收单位"
    )
    rating_authority = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="sheets_to_rate", verbose_name="评定单位"
    )
    final_stage = models.CharField("最终得分阶段", max_length=12, choices=Stage)
    state = models.CharField("状态", max_length=20, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField("状态版本", default=0)
    round = models.PositiveSmallIntegerField("申报轮次", default=1)
    inspected_round = models.PositiveSmallIntegerField("完成抽查的轮次", null=True)
    own_deadline_date = models.DateField("本轮期限", null=True)
    opened_at = models.DateTimeField("开启时间")
    state_at = models.DateTimeField("进入当前状态的时间")

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = "考评表"
        verbose_name_plural = "考评表"
        ordering = ["organization_path"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "organization"], name="assessments_one_sheet_per_cycle"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="assessments_sheet_state_known"),
        ]
        indexes = [
            models.Index(fields=["cycle", "organization_path"], name="assessments_sheet_in_cycle"),
            models.Index(fields=["supervisor", "cycle", "state"], name="assessments_sheet_to_accept"),
            models.Index(fields=["rating_authority", "cycle", "state"], name="assessments_sheet_to_rate"),
        ]

    def __str__(self) -> str:
        return self.organization_name

    @property
    def is_final(self) -> bool:
        """Whether the cycle's final stage for this sheet is concluded; before that every result is provisional."""
        return self.state in CONCLUDED[Stage(self.final_stage)]

    def deadline_of(self, stage: str) -> date:
        """Return the last day of a stage: of a re-assessment its own for all of its round, else the cycle's."""
        if self.own_deadline_date is not None and stage in (Stage.SELF, Stage.ACCEPTANCE, Stage.RATING):
            return self.own_deadline_date
        return self.cycle.deadline_of(stage)

    @property
    def writable_stage(self) -> Stage | None:
        """The stage whose marks can be written now, or None."""
        entry = WRITABLE.get(State(self.state))
        return entry[0] if entry else None


class SubmissionQuerySet(models.QuerySet):
    def whole(self) -> Self:
        """Keep the handing-in of whole sheets, without the amendments of single criteria."""
        return self.filter(kind=Submission.Kind.WHOLE)


class Submission(models.Model):
    """The signed handing-in of a sheet (申报): the committee's meeting, the signature, and what exactly was signed.

    An amendment signs what was changed in single criteria that came back; it names no meeting, and the round goes on.
    ``promises``: by code of criterion, until which day the rest was promised of what was signed for and still open; of an
    amendment every amended code, None where nothing is promised any more.
    """

    class Kind(models.TextChoices):
        WHOLE = "whole", "申报"
        AMENDMENT = "amendment", "退回条目修改"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="submissions")
    kind = models.CharField("类别", max_length=12, choices=Kind, default=Kind.WHOLE)
    round = models.PositiveSmallIntegerField("申报轮次")
    meeting_date = models.DateField("会议日期", null=True)
    minutes_number = models.CharField("会议纪要编号", max_length=60, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="签字人"
    )
    signer_name = models.CharField("签字人姓名", max_length=40)
    signed_at = models.DateTimeField("签字时间")
    total_points = models.DecimalField("自评得分", max_digits=7, decimal_places=2)
    digest = models.CharField("内容摘要", max_length=64)
    promises = models.JSONField("签字时的承诺", default=dict)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "申报"
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "round"],
                condition=Q(kind="whole"),
                name="assessments_one_submission_per_round",
            ),
            models.CheckConstraint(
                condition=~Q(digest="")
                & (
                    Q(kind="amendment", meeting_date__isnull=True, minutes_number="")
                    | (Q(kind="whole", meeting_date__isnull=False) & ~Q(minutes_number=""))
                ),
                name="assessments_submission_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} 第{self.round}轮"


class SubmissionScan(Attachment):
    """An optional sealed scan of the signed sheet (盖章扫描件)."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="scans")

    class Meta(Attachment.Meta):
        verbose_name = "盖章扫描件"
