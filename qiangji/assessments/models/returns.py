"""Returns of single criteria 退回条目: what a reviewer wants changed, and the amendment that answers it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiangji.assessments.models.marks import Answer, Evidence
from qiangji.assessments.models.sheets import Sheet, Submission
from qiangji.assessments.stages import Stage
from qiangji.files.models import Attachment


class CriterionReturn(models.Model):
    """One criterion that came back while the rest of the sheet stays locked and under review (decision 0034).

    ``points_before`` and ``text_before`` are what stood at the return. ``points``, ``text``, ``removes`` and the files
    are the amendment as it is being written: nobody above sees it, and neither answer nor mark changes, before the
    secretary has signed. ``version`` counts its saves. Amended ones keep both, so that the reviewer sees before and after.
    """

    class State(models.TextChoices):
        OPEN = "open", "待修改"
        AMENDED = "amended", "已修改"
        CANCELLED = "cancelled", "已取消"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="criterion_returns")
    answer = models.ForeignKey(Answer, models.PROTECT, related_name="returns", verbose_name="条目")
    stage = models.CharField("退回阶段", max_length=12, choices=Stage)
    round = models.PositiveSmallIntegerField("申报轮次")
    reason = models.CharField("退回原因", max_length=1000)
    due_date = models.DateField("修改期限")
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="退回人"
    )
    returned_at = models.DateTimeField("退回时间")
    points_before = models.DecimalField("退回时自评得分", max_digits=7, decimal_places=2, null=True)
    text_before = models.TextField("退回时落实情况", blank=True)
    points = models.DecimalField("修改后自评得分", max_digits=7, decimal_places=2, null=True)
    text = models.TextField("修改后落实情况", blank=True, max_length=4000)
    removes = models.ManyToManyField(Evidence, related_name="+", verbose_name="要移除的材料")
    version = models.PositiveIntegerField("版本", default=0)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField("修改时间", null=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    amendment = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="amends")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("结束时间", null=True)
    end_reason = models.CharField("取消原因", max_length=1000, blank=True)

    class Meta:
        verbose_name = "退回条目"
        ordering = ["answer__criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer"], condition=Q(state="open"), name="assessments_one_open_return"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["acceptance", "rating"]) & ~Q(reason=""),
                name="assessments_return_by_a_review_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(version=0, edited_by__isnull=True, edited_at__isnull=True)
                | Q(version__gte=1, edited_by__isnull=False, edited_at__isnull=False),
                name="assessments_return_edited_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="open", amendment__isnull=True, ended_by__isnull=True, ended_at__isnull=True
                )
                | Q(
                    state="amended",
                    version__gte=1,
                    amendment__isnull=False,
                    ended_by__isnull=False,
                    ended_at__isnull=False,
                )
                | (Q(state="cancelled", amendment__isnull=True, ended_at__isnull=False) & ~Q(end_reason="")),
                name="assessments_return_ended_whole",
            ),
        ]
        indexes = [models.Index(fields=["sheet", "state"], name="assessments_returns_of")]

    def __str__(self) -> str:
        return f"{self.answer} {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class AmendmentFile(Attachment):
    """A file added to an amendment; it becomes evidence of the answer when the amendment is signed."""

    criterion_return = models.ForeignKey(CriterionReturn, models.PROTECT, related_name="files")

    class Meta(Attachment.Meta):
        verbose_name = "退回条目的佐证"
