"""Elections 换届与补选 as a chain of dated steps: letter, request, approval, meeting, result."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiangji.lib.append_only import AppendOnlyModel
from qiangji.orgs.models import Body, Organization, Term
from qiangji.orgs.querysets import OrganizationBoundQuerySet


class Election(models.Model):
    """One election of a body of an organization: of a whole new committee, or of single vacant posts."""

    class Kind(models.TextChoices):
        REGULAR = "regular", "按期换届"
        EARLY = "early", "提前换届"
        BY_ELECTION = "by_election", "补选"

    class State(models.TextChoices):
        OPEN = "open", "进行中"
        CONCLUDED = "concluded", "已完成"
        CANCELLED = "cancelled", "已取消"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="elections", verbose_name="组织"
    )
    body = models.CharField("机构", max_length=16, choices=Body)
    kind = models.CharField("类型", max_length=12, choices=Kind)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    term = models.ForeignKey(
        Term, models.PROTECT, null=True, related_name="elections", verbose_name="届满的任期"
    )
    new_term = models.OneToOneField(
        Term, models.PROTECT, null=True, related_name="elected_in", verbose_name="产生的任期"
    )
    seats = models.PositiveSmallIntegerField("应选名额", null=True)
    opened_at = models.DateTimeField("发起时间")

    objects = OrganizationBoundQuerySet.as_manager()

    class Meta:
        verbose_name = "选举"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "body"], condition=Q(state="open"), name="members_one_open_election"
            ),
            models.CheckConstraint(
                condition=Q(body__in=[Body.COMMITTEE, Body.DISCIPLINE]), name="members_election_of_committee"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.get_kind_display()}"


class ElectionStep(AppendOnlyModel):
    """One thing done in an election: which, on which day, by which document, and its figures as canonical data.

    ``data`` holds counts (should attend, came, ballots) and the posts proposed or filled; a corrected step is a newer row
    of the same kind.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", "换届提醒函"
        REQUEST = "request", "换届请示"
        APPROVAL = "approval", "请示批复"
        CANDIDATES = "candidates", "候选人预备人选请示"
        CANDIDATES_APPROVAL = "candidates_approval", "人选批复"
        MEETING = "meeting", "选举大会"
        RESULT = "result", "选举结果报告"
        RESULT_APPROVAL = "result_approval", "选举结果批复"
        CANCELLATION = "cancellation", "取消"

    election = models.ForeignKey(Election, models.PROTECT, related_name="steps")
    kind = models.CharField("步骤", max_length=20, choices=Kind)
    date = models.DateField("日期")
    document = models.CharField("文号", max_length=120, blank=True)
    data = models.JSONField("内容", default=dict)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.election} {self.get_kind_display()}"
