"""Who of an office accepts or rates which sheet: assignments 分派, each with who gave it, since when, and why it ended."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiangji.assessments.models.sheets import Sheet
from qiangji.assessments.stages import Stage


class ReviewAssignment(models.Model):
    """A sheet in the hands of one reviewer at one stage. It divides the work and grants no right (decision 0035).

    A row is ended and never changed: whoever hands a sheet over ends the own row, with what the next should know, and
    the colleague's row begins. The open row of a sheet and stage is the present one; none means that it waits for all.
    """

    class Ending(models.TextChoices):
        """Why an assignment ended."""

        HANDED_OVER = "handed_over", "转交"
        REASSIGNED = "reassigned", "改派"
        RELEASED = "released", "退回待认领"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="assignments", verbose_name="考评表")
    stage = models.CharField("阶段", max_length=12, choices=Stage)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="负责人"
    )
    note = models.CharField("交办说明", max_length=500, blank=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="分派人"
    )
    assigned_at = models.DateTimeField("分派时间")
    ended_at = models.DateTimeField("结束时间", null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ending = models.CharField("结束方式", max_length=12, choices=Ending, blank=True, default="")
    end_reason = models.CharField("结束原因", max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "验收评定分派"
        ordering = ["assigned_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "stage"],
                condition=Q(ended_at__isnull=True),
                name="assessments_one_reviewer_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=[Stage.ACCEPTANCE, Stage.RATING]),
                name="assessments_assignment_is_of_a_review",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ending="", end_reason="")
                | (
                    Q(ended_at__isnull=False, ended_at__gte=models.F("assigned_at"), ended_by__isnull=False)
                    & ~Q(ending="")
                    & ~Q(end_reason="")
                ),
                name="assessments_assignment_ended_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["reviewer", "stage"],
                condition=Q(ended_at__isnull=True),
                name="assessments_in_whose_hands",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.stage} {self.reviewer}"
