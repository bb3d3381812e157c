"""Inspections 抽查: teams whose reach ends with the check, the organizations given to them, and what they found there."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.assessments.models.draws import Draw, DrawEntry
from qiangji.assessments.models.marks import Answer
from qiangji.assessments.models.sheets import Sheet


class Team(models.Model):
    """A team 抽查组 of one draw. Its members reach the sheets given to it from the first to the last of these days."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="teams")
    name = models.CharField("组名", max_length=40)
    start_date = models.DateField("起")
    end_date = models.DateField("止")

    class Meta:
        verbose_name = "抽查组"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "name"], name="assessments_team_named_once"),
            models.CheckConstraint(
                condition=Q(end_date__gte=F("start_date")), name="assessments_team_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """Somebody in a team, from when until when; who left early has a day of leaving."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="inspecting")
    is_lead = models.BooleanField("组长", default=False)
    left_date = models.DateField("离组日期", null=True)

    class Meta:
        verbose_name = "抽查组成员"
        ordering = ["-is_lead", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user"],
                condition=Q(left_date__isnull=True),
                name="assessments_once_in_a_team",
            ),
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(is_lead=True, left_date__isnull=True),
                name="assessments_one_lead_a_team",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.user}"


class Inspection(models.Model):
    """A drawn organization in the hands of a team: when it goes there, by which methods, and how it ended.

    The document names three methods (三): records 查看资料台账, a visit 实地检查走访, interviews 访谈测评.
    """

    class Method(models.TextChoices):
        RECORDS = "records", "查看资料台账"
        VISIT = "visit", "实地检查走访"
        INTERVIEW = "interview", "访谈测评"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="inspections")
    entry = models.OneToOneField(DrawEntry, models.PROTECT, related_name="inspection")
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="inspections")
    round = models.PositiveSmallIntegerField("申报轮次")
    visit_date = models.DateField("计划日期")
    methods = models.JSONField("方式", default=list)
    summary = models.TextField("小结", blank=True, max_length=2000)
    started_at = models.DateTimeField("开始时间", null=True)
    concluded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    concluded_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = "抽查"
        ordering = ["visit_date", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(concluded_at__isnull=True, concluded_by__isnull=True)
                | (
                    Q(concluded_at__isnull=False, concluded_by__isnull=False, started_at__isnull=False)
                    & ~Q(summary="")
                ),
                name="assessments_inspection_concluded_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.sheet}"


class Finding(models.Model):
    """Something noted at an inspection: a finding, help that was given or promised, a good practice worth looking at.

    ``client_id`` is made by the page that it was typed on, so that a note sent twice over a bad line is stored once.
    """

    class Kind(models.TextChoices):
        PROBLEM = "problem", "问题"
        HELP = "help", "帮助指导"
        GOOD = "good", "可取做法"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_id = models.UUIDField(unique=True)
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="findings")
    method = models.CharField("方式", max_length=12, choices=Inspection.Method)
    kind = models.CharField("种类", max_length=12, choices=Kind)
    answer = models.ForeignKey(Answer, models.PROTECT, null=True, related_name="findings")
    text = models.TextField("内容", max_length=1000)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = "抽查记录"
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="")
                & Q(kind__in=["problem", "help", "good"], method__in=["records", "visit", "interview"]),
                name="assessments_finding_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.inspection} {self.get_kind_display()}"


class InterviewCount(models.Model):
    """How many of a group gave which answer to one question of the interview form: counts only, never who."""

    class Group(models.TextChoices):
        MEMBERS = "members", "党员"
        STAFF = "staff", "职工"
        PATIENTS = "patients", "患者和家属"

    class Question(models.TextChoices):
        LIFE = "life", "党组织生活正常、有内容"
        LEADERS = "leaders", "班子成员以身作则"
        MEMBERS = "members", "党员发挥作用"
        SERVICE = "service", "服务患者和职工"
        OPENNESS = "openness", "公开和听取意见"

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="interview_counts")
    group = models.CharField("对象", max_length=12, choices=Group)
    question = models.CharField("问题", max_length=12, choices=Question)
    satisfied = models.PositiveSmallIntegerField("满意", default=0)
    fair = models.PositiveSmallIntegerField("基本满意", default=0)
    dissatisfied = models.PositiveSmallIntegerField("不满意", default=0)

    class Meta:
        verbose_name = "访谈测评计数"
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "group", "question"], name="assessments_interview_counted_once"
            ),
            models.CheckConstraint(
                condition=Q(group__in=["members", "staff", "patients"])
                & Q(question__in=["life", "leaders", "members", "service", "openness"]),
                name="assessments_interview_form_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inspection} {self.group} {self.question}"
