"""History, added and never overwritten: changes of marks and texts, and the moves of a sheet."""

from django.conf import settings
from django.db import models

from qiangji.assessments.models.marks import Answer
from qiangji.assessments.models.sheets import Sheet
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State, said
from qiangji.lib.append_only import AppendOnlyModel


class MarkChange(AppendOnlyModel):
    """One change of one mark: from what to what, at which stage, by whom, when; and what the facts proposed just then.

    The proposal itself follows the facts; its answer, points and digest stay here with the mark that a person gave, and
    where it was still open its range and the day until which the rest was promised.
    """

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="mark_changes")
    stage = models.CharField("阶段", max_length=12, choices=Stage)
    version = models.PositiveIntegerField("版本")
    from_points = models.DecimalField("原得分", max_digits=7, decimal_places=2, null=True)
    to_points = models.DecimalField("新得分", max_digits=7, decimal_places=2, null=True)
    remark = models.CharField("说明", max_length=500, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField("时间")
    proposed_verdict = models.CharField("当时的结论", max_length=16, blank=True, default="")
    proposed_points = models.DecimalField("当时的建议得分", max_digits=7, decimal_places=2, null=True)
    proposed_lowest = models.DecimalField("当时建议的最低分", max_digits=7, decimal_places=2, null=True)
    proposed_highest = models.DecimalField("当时建议的最高分", max_digits=7, decimal_places=2, null=True)
    proposed_by_date = models.DateField("当时承诺的期限", null=True)
    proposed_digest = models.CharField("当时建议的摘要", max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "stage", "version"], name="assessments_mark_change_numbered"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    proposed_verdict="",
                    proposed_digest="",
                    proposed_points__isnull=True,
                    proposed_lowest__isnull=True,
                    proposed_highest__isnull=True,
                    proposed_by_date__isnull=True,
                )
                | (
                    models.Q(stage=Stage.SELF)
                    & ~models.Q(proposed_verdict="")
                    & ~models.Q(proposed_digest="")
                ),
                name="assessments_mark_change_proposal_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(proposed_lowest__isnull=True, proposed_highest__isnull=True)
                | models.Q(
                    proposed_lowest__isnull=False,
                    proposed_highest__isnull=False,
                    proposed_lowest__lte=models.F("proposed_highest"),
                ),
                name="assessments_mark_change_range_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} {self.stage} {self.from_points} → {self.to_points}"


class TextChange(models.Model):
    """A spell of writing by one editor (落实情况的修改): saves without a pause between them are one row.

    The newest row of an editor grows while the spell lasts; once another writes, or five minutes pass, it is history
    and a new row begins. ``previous`` is the text before the spell.
    """

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="text_changes")
    first_version = models.PositiveIntegerField("起始版本")
    last_version = models.PositiveIntegerField("截至版本")
    previous = models.TextField("原文", blank=True)
    text = models.TextField("新文", blank=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "first_version"], name="assessments_text_change_numbered"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    last_version__gte=models.F("first_version"), ended_at__gte=models.F("started_at")
                ),
                name="assessments_text_change_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} v{self.first_version}–{self.last_version}"


class SheetTransition(AppendOnlyModel):
    """One move of a sheet from state to state, with what it stood at (total and digest of the marks concluded).

    ``seen_digest``: of what had changed since the stage before, as it was shown to whoever concluded this one.
    ``moved_by`` is empty where a command did it (a draw, a recognition), which the audit event of that act tells.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="transitions")
    sequence = models.PositiveIntegerField("序号")
    verb = models.CharField("动作", max_length=32)
    from_state = models.CharField("原状态", max_length=20, choices=State)
    to_state = models.CharField("新状态", max_length=20, choices=State)
    reason = models.CharField("原因", max_length=1000, blank=True)
    total_points = models.DecimalField("当时总分", max_digits=7, decimal_places=2, null=True)
    digest = models.CharField("内容摘要", max_length=64, blank=True)
    seen_digest = models.CharField("所见变动的摘要", max_length=64, blank=True, default="")
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "sequence"], name="assessments_transition_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.sheet} #{self.sequence} {self.verb}"

    @property
    def label(self) -> str:
        """What happened, in a word."""
        return said(self.verb)
