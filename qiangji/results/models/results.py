"""Results 认定结果 as decided: rows added, never changed; the newest of a sheet counts."""

import json
import uuid
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from qiangji.assessments.models import Cycle, Sheet
from qiangji.lib.append_only import AppendOnlyModel, AppendOnlyQuerySet
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.scoring.recognition import Outcome


class ResultQuerySet(AppendOnlyQuerySet):
    def visible_to(self, reach: Reach) -> Self:
        """Keep the results of sheets this person reaches: that a result exists is no secret from who sees the sheet."""
        return self.filter(sheet__in=Sheet.objects.visible_to(reach).order_by())

    def newest(self) -> Self:
        """Keep the result that counts for each sheet."""
        later = self.model._default_manager.filter(
            sheet=OuterRef("sheet"), sequence__gt=OuterRef("sequence")
        ).order_by()
        return self.filter(~Exists(later))


class Result(AppendOnlyModel):
    """One decision about one hospital-level organization in one cycle (domain §3).

    ``inputs`` is canonical JSON of everything the decision rests on (figures of the cycle, scores of the organization
    and of each branch, the state of the sheet it was taken on), ``digest`` its digest. ``branches_above`` of
    ``branches_all`` internal branches were above the line. A provisional finding is never stored here.
    """

    class Outcome(models.TextChoices):
        MEETS = "meets_standard", Outcome.MEETS.value
        BELOW = "below_standard", Outcome.BELOW.value
        WITHHELD = "withheld", Outcome.WITHHELD.value

    class Cause(models.TextChoices):
        """Why it was decided: the first time, or what changed it."""

        RECOGNITION = "recognition", "认定"
        INSPECTION = "inspection", "抽查改变"
        APPEAL = "appeal", "申诉改变"
        CORRECTION = "correction", "更正"
        REASSESSMENT = "reassessment", "整改后复评"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="results", verbose_name="考评表")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="results", verbose_name="考核周期")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="results", verbose_name="组织"
    )
    sequence = models.PositiveSmallIntegerField("序号")
    outcome = models.CharField("结果", max_length=16, choices=Outcome)
    score = models.DecimalField("本级得分", max_digits=7, decimal_places=2, null=True)
    branches_above = models.PositiveSmallIntegerField("高于达标线的支部")
    branches_all = models.PositiveSmallIntegerField("内设党支部")
    branches_short = models.PositiveSmallIntegerField("还差的支部")
    reasons = models.JSONField("说明")
    inputs = models.TextField("依据", help_text="规范化 JSON")
    digest = models.CharField("依据摘要", max_length=64)
    cause = models.CharField("起因", max_length=16, choices=Cause)
    reason = models.CharField("改变的原因", max_length=1000, blank=True)
    sheet_version = models.PositiveIntegerField("认定时的状态版本")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("认定时间")

    objects = ResultQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "认定结果"
        ordering = ["sheet", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "sequence"], name="results_numbered"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="results_sequence_from_one"),
            models.CheckConstraint(
                condition=Q(outcome__in=["meets_standard", "below_standard", "withheld"]),
                name="results_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(cause__in=["recognition", "inspection", "appeal", "correction", "reassessment"]),
                name="results_cause_known",
            ),
            models.CheckConstraint(
                condition=Q(cause="recognition") | ~Q(reason=""), name="results_change_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(branches_above__lte=F("branches_all"), branches_short__lte=F("branches_all")),
                name="results_branches_add_up",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="meets_standard") | Q(score__isnull=False, branches_short=0),
                name="results_meeting_has_its_figures",
            ),
            models.CheckConstraint(condition=~Q(digest=""), name="results_inputs_frozen"),
        ]
        indexes = [
            models.Index(fields=["cycle", "outcome"], name="results_in_cycle"),
            models.Index(fields=["organization", "cycle"], name="results_of"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.get_outcome_display()}"

    @property
    def lacking(self) -> list[str]:
        """Those of the reasons by which the standard was not reached: the own score, the branches, or both."""
        own, branches = self.reasons[-2:]
        line = Decimal(json.loads(self.inputs)["line"])
        return [
            *([own] if self.score is None or self.score <= line else []),
            *([branches] if self.branches_short else []),
        ]


class BranchStanding(AppendOnlyModel):
    """How one internal branch stood in a result: its final score, whether above the line, whether lagging 后进.

    One whose rating was withheld (``is_withheld``) had no score and was neither.
    """

    result = models.ForeignKey(Result, models.PROTECT, related_name="branches")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="branch_standings")
    sheet = models.ForeignKey(Sheet, models.PROTECT, null=True, related_name="standings")
    name = models.CharField("名称", max_length=100)
    score = models.DecimalField("得分", max_digits=7, decimal_places=2, null=True)
    is_above = models.BooleanField("高于达标线")
    is_lagging = models.BooleanField("后进")
    is_withheld = models.BooleanField("不予评定", default=False)

    class Meta:
        verbose_name = "支部情况"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["result", "organization"], name="results_branch_once"),
            models.CheckConstraint(
                condition=~Q(is_above=True, is_lagging=True), name="results_above_is_not_lagging"
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=False) | Q(is_above=False, is_lagging=False),
                name="results_unscored_is_neither",
            ),
            models.CheckConstraint(
                condition=Q(is_withheld=False) | Q(score__isnull=True), name="results_withheld_has_no_score"
            ),
        ]

    def __str__(self) -> str:
        return self.name
