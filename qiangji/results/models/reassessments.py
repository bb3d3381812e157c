"""Re-assessments 复评: after an order to mend a sheet is accepted and rated again, and decided anew."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.assessments.models import Sheet
from qiangji.rectification.models import Rectification
from qiangji.results.models.results import Result


class Reassessment(models.Model):
    """A further round of one sheet, since what it was told to mend was verified or let pass (decisions 0034, 0042).

    ``result`` is the one that it follows on, ``new_result`` the row that it ended in.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="reassessments", verbose_name="考评表")
    round = models.PositiveSmallIntegerField("申报轮次")
    rectification = models.ForeignKey(
        Rectification, models.PROTECT, related_name="reassessments", verbose_name="整改"
    )
    result = models.OneToOneField(Result, models.PROTECT, related_name="reassessment", verbose_name="原结果")
    new_result = models.OneToOneField(
        Result, models.PROTECT, null=True, related_name="ends_reassessment", verbose_name="复评结果"
    )
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField("开始时间")

    class Meta:
        verbose_name = "复评"
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "round"], name="results_one_reassessment_a_round"),
            models.UniqueConstraint(
                fields=["sheet"], condition=Q(new_result__isnull=True), name="results_one_open_reassessment"
            ),
            models.CheckConstraint(
                condition=Q(new_result__isnull=True) | ~Q(new_result=F("result")),
                name="results_reassessment_ends_in_another_row",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} 第{self.round}轮复评"
