"""Proposed marks 建议得分: what the facts say of an answer. Rows of their own, never marks: a person confirms or overrides."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q

from qiangji.assessments.models.marks import Answer
from qiangji.assessments.models.sheets import Sheet
from qiangji.lib.dates import day_text


class Evaluation(models.Model):
    """When a sheet was last held against the facts, as of which day, up to which changed fact, and by which checks."""

    sheet = models.OneToOneField(Sheet, models.CASCADE, related_name="evaluation")
    as_of = models.DateField("截至")
    evaluated_at = models.DateTimeField("核对时间")
    last_fact = models.BigIntegerField("所及的事实变动", default=0)
    checks_digest = models.CharField("所用自定判定的摘要", max_length=64, blank=True, default="")

    class Meta:
        verbose_name = "事实核对"

    def __str__(self) -> str:
        return f"{self.sheet} {self.as_of}"


OPEN = ("pending", "unknown")


class Proposal(models.Model):
    """What an answer would be worth by the facts: points, or a range while it is open, with the reason and the text.

    It follows the facts and is computed anew; what a person confirmed of it is in the mark and its history.
    """

    class Verdict(models.TextChoices):
        MET = "met", "符合"
        UNMET = "unmet", "不符合"
        PENDING = "pending", "未到期"
        UNKNOWN = "unknown", "缺少数据"
        NOT_APPLICABLE = "not_applicable", "不适用"

    answer = models.OneToOneField(Answer, models.CASCADE, related_name="proposal")
    verdict = models.CharField("结论", max_length=16, choices=Verdict)
    points = models.DecimalField("建议得分", max_digits=7, decimal_places=2, null=True)
    lowest = models.DecimalField("最低", max_digits=7, decimal_places=2)
    highest = models.DecimalField("最高", max_digits=7, decimal_places=2)
    reason = models.TextField("理由")
    text = models.TextField("落实情况", blank=True)
    missing = models.TextField("缺少", blank=True)
    mend_by = models.DateField("期限", null=True)
    trace = models.JSONField("依据")
    digest = models.CharField("内容摘要", max_length=64, default="")
    changed_at = models.DateTimeField("变动时间")

    class Meta:
        verbose_name = "建议得分"
        constraints = [
            models.CheckConstraint(
                condition=Q(lowest__lte=F("highest"))
                & (Q(points__isnull=True) | Q(points__gte=F("lowest"), points__lte=F("highest"))),
                name="assessments_proposal_in_range",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["met", "unmet", "pending", "unknown", "not_applicable"]),
                name="assessments_proposal_verdict_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} {self.verdict}"

    @property
    def is_open(self) -> bool:
        """Whether there is only a range yet."""
        return self.points is None and (self.is_scored or self.verdict in OPEN)

    @property
    def is_scored(self) -> bool:
        """Whether the criterion has points; of a checklist only the answer is proposed."""
        return self.points is not None or self.lowest != self.highest

    @property
    def promise(self) -> Decimal | None:
        """The points that somebody may claim on a promise (按承诺采用): the most that is still open to be earned.

        None where nothing is open any more, where data are missing, and where no last day is known.
        """
        is_promised = self.verdict == self.Verdict.PENDING and self.is_open and self.mend_by is not None
        return self.highest if is_promised and self.is_scored else None

    def as_known(self) -> dict[str, Any]:
        """Return what the history of a mark keeps of the proposal beside it; nothing where nothing whole is stored."""
        if not self.digest:
            return {}
        return {
            "proposed_verdict": self.verdict, "proposed_points": self.points, "proposed_lowest": self.lowest,
            "proposed_highest": self.highest, "proposed_by_date": self.mend_by, "proposed_digest": self.digest,
        }  # fmt: skip

    def is_left_by(self, points: Decimal | None) -> bool:
        """Say whether a mark is not the one proposed, or lies outside the range that is still open."""
        if points is None or not self.is_scored:
            return False
        return points != self.points if self.points is not None else not self.lowest <= points <= self.highest

    def is_promised_by(self, points: Decimal | None) -> bool:
        """Say whether a mark claims more than is there by now, on the promise to do the rest."""
        return self.promise is not None and points is not None and points > self.lowest

    @property
    def offered_text(self) -> str:
        """The implementation text that comes with the points: what is there by now, and by when the rest is promised."""
        if self.promise is None or self.mend_by is None:
            return self.text
        return f"{self.text}{'其余' if self.text else ''}于{day_text(self.mend_by)}前完成。"
