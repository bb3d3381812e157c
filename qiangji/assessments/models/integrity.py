"""Integrity flags 存疑: a piece of evidence, or what was written on a criterion, that somebody above suspects of being false.

A finding about material, never about a person. Nothing is deleted: what was confirmed stays where it was, with its mark, and
its criterion waits for people to decide what follows (document 3, part 5, section 3).
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.assessments.integrity_states import LABELS, STANDING, Outcome, State
from qiangji.assessments.models.marks import Answer, Evidence
from qiangji.assessments.models.sheets import Sheet
from qiangji.lib.append_only import AppendOnlyModel

LIMIT = 1000


class IntegrityFlag(models.Model):
    """One suspicion, from its raising to its end.

    ``evidence`` None means the statement of the answer; ``said`` keeps that statement as it stood. ``second_by`` is another
    person than ``raised_by``, who confirmed or dismissed it. ``outcome``: what people decided about the criterion.
    """

    State = State
    Outcome = Outcome

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="integrity_flags", verbose_name="考评表")
    answer = models.ForeignKey(Answer, models.PROTECT, related_name="integrity_flags", verbose_name="条目")
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, null=True, related_name="integrity_flags", verbose_name="佐证材料"
    )
    round = models.PositiveSmallIntegerField("申报轮次")
    said = models.TextField("当时的落实情况", blank=True, max_length=4000)
    reason = models.CharField("存疑理由", max_length=LIMIT)
    answer_until = models.DateField("说明期限")
    state = models.CharField("状态", max_length=10, choices=State, default=State.RAISED)
    version = models.PositiveIntegerField("版本", default=1)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人"
    )
    raised_at = models.DateTimeField("提出时间")
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="认定人"
    )
    second_at = models.DateTimeField("认定时间", null=True)
    outcome = models.CharField("处理", max_length=10, choices=Outcome, blank=True)

    class Meta:
        verbose_name = "存疑"
        ordering = ["-raised_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="integrity_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="integrity_has_a_reason"),
            models.CheckConstraint(
                condition=Q(evidence__isnull=False) | ~Q(said=""), name="integrity_is_about_something"
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("raised_by")),
                name="integrity_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["confirmed", "settled", "dismissed"],
                    second_by__isnull=False,
                    second_at__isnull=False,
                )
                | Q(
                    state__in=["raised", "answered", "withdrawn"],
                    second_by__isnull=True,
                    second_at__isnull=True,
                ),
                name="integrity_decided_by_a_second",
            ),
            models.CheckConstraint(
                condition=(Q(state="settled") & ~Q(outcome="")) | (~Q(state="settled") & Q(outcome="")),
                name="integrity_settled_says_how",
            ),
            models.UniqueConstraint(
                fields=["evidence"],
                condition=Q(evidence__isnull=False, state__in=STANDING),
                name="integrity_once_a_file",
            ),
            models.UniqueConstraint(
                fields=["answer"],
                condition=Q(evidence__isnull=True, state__in=STANDING),
                name="integrity_once_a_statement",
            ),
        ]
        indexes = [models.Index(fields=["sheet", "state"], name="integrity_of_sheet")]

    def __str__(self) -> str:
        return f"{self.answer} {self.get_state_display()}"

    @property
    def about(self) -> str:
        """What is doubted, in words."""
        return f"佐证“{self.evidence.filename}”" if self.evidence else "落实情况"


class IntegrityStep(AppendOnlyModel):
    """One thing that happened to a flag, in order; ``is_own``: done by the organization."""

    flag = models.ForeignKey(IntegrityFlag, models.PROTECT, related_name="steps")
    sequence = models.PositiveIntegerField("序号")
    verb = models.CharField("动作", max_length=10)
    to_state = models.CharField("新状态", max_length=10, choices=State)
    is_own = models.BooleanField("填报单位", default=False)
    words = models.CharField("理由或说明", max_length=LIMIT)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "存疑过程"
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["flag", "sequence"], name="integrity_step_numbered"),
            models.CheckConstraint(condition=~Q(words=""), name="integrity_step_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.flag} #{self.sequence} {self.verb}"

    @property
    def label(self) -> str:
        """What happened, in a word."""
        return LABELS.get(self.verb, self.verb)
