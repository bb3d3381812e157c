"""Re-assessments 复评: after an order to mend a sheet is accepted and rated again, and what rests on it decided anew."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.assessments.models import Sheet
from qiangji.lib.append_only import AppendOnlyModel
from qiangji.rectification.models import Rectification
from qiangji.results.models.results import BranchStanding, Result


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


class BranchReassessment(AppendOnlyModel):
    """A further round of the sheet of a branch that is not above the line, since what was to be mended was verified.

    A branch has no result of its own: ``standing`` is how it stood in its hospital's, and ``score_before`` what it counts
    for in every decision until the round is concluded. One order leads to one round of a branch: its own, or where it has
    none, because the line itself is not lagging in its cycle, the hospital's (decisions 0050, 0053).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(
        Sheet, models.PROTECT, related_name="branch_reassessments", verbose_name="考评表"
    )
    round = models.PositiveSmallIntegerField("申报轮次")
    rectification = models.ForeignKey(
        Rectification, models.PROTECT, related_name="branch_reassessments", verbose_name="整改"
    )
    standing = models.ForeignKey(
        BranchStanding, models.PROTECT, related_name="reassessments", verbose_name="原情况"
    )
    score_before = models.DecimalField("原得分", max_digits=7, decimal_places=2)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField("开始时间")

    class Meta:
        verbose_name = "支部复评"
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "round"], name="results_one_branch_reassessment_a_round"
            ),
            models.UniqueConstraint(
                fields=["sheet", "rectification"], name="results_one_branch_reassessment_an_order"
            ),
            models.CheckConstraint(
                condition=Q(round__gt=1), name="results_branch_reassessment_is_a_further_round"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} 第{self.round}轮复评"
