"""Objections: factual corrections 事实更正 and appeals 申诉 of an organization, with their days and their answers."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiangji.assessments.models import Answer, MarkChange, Sheet
from qiangji.assessments.stages import Stage
from qiangji.files.models import Attachment
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.results.models.results import Result


class ObjectionQuerySet(models.QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        """Keep those about sheets this person reaches; whether one may be opened follows the sheet."""
        return self.filter(sheet__in=Sheet.objects.visible_to(reach).order_by())


class Objection(models.Model):
    """One objection against a mark or a result, and its answer (decision 0034).

    Against a mark (``answer``, at ``stage``) or against a ``result``, never both. ``body`` answers until
    ``answer_until``; both days are frozen when it is filed, empty where the cycle names none. Upheld against a mark it has
    the ``change`` that followed; upheld against a result, the ``new_result``. ``version`` counts what happened to it.
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", "事实更正"
        APPEAL = "appeal", "申诉"

    class State(models.TextChoices):
        OPEN = "open", "待答复"
        UPHELD = "upheld", "成立"
        PARTLY = "partly", "部分成立"
        REJECTED = "rejected", "不成立"
        WITHDRAWN = "withdrawn", "已撤回"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("类别", max_length=12, choices=Kind)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="objections", verbose_name="考评表")
    answer = models.ForeignKey(
        Answer, models.PROTECT, null=True, related_name="objections", verbose_name="条目"
    )
    stage = models.CharField("阶段", max_length=12, choices=Stage, blank=True)
    points_before = models.DecimalField("提出时得分", max_digits=7, decimal_places=2, null=True)
    result = models.ForeignKey(
        Result, models.PROTECT, null=True, related_name="objections", verbose_name="认定结果"
    )
    words = models.CharField("理由", max_length=2000)
    body = models.ForeignKey(
        Organization, models.PROTECT, related_name="objections_to_answer", verbose_name="答复单位"
    )
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField("提出时间")
    file_until = models.DateField("提出期限", null=True)
    answer_until = models.DateField("答复期限", null=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    version = models.PositiveIntegerField("版本", default=1)
    reply = models.CharField("答复", max_length=2000, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("答复时间", null=True)
    change = models.OneToOneField(MarkChange, models.PROTECT, null=True, related_name="objection")
    new_result = models.OneToOneField(Result, models.PROTECT, null=True, related_name="follows_objection")

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = "更正和申诉"
        ordering = ["-filed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__isnull=False, result__isnull=True, points_before__isnull=False)
                & ~Q(stage="")
                | Q(answer__isnull=True, result__isnull=False, points_before__isnull=True, stage=""),
                name="results_objection_has_one_subject",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="results_objection_has_words"),
            models.CheckConstraint(
                condition=Q(state="open", ended_by__isnull=True, ended_at__isnull=True, reply="")
                | Q(state="withdrawn", ended_by__isnull=False, ended_at__isnull=False)
                | (
                    Q(state__in=["upheld", "partly", "rejected"])
                    & Q(ended_by__isnull=False, ended_at__isnull=False)
                    & ~Q(reply="")
                ),
                name="results_objection_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["open", "rejected", "withdrawn"], change__isnull=True, new_result__isnull=True
                )
                | Q(
                    state__in=["upheld", "partly"],
                    answer__isnull=False,
                    change__isnull=False,
                    new_result__isnull=True,
                )
                | Q(
                    state__in=["upheld", "partly"],
                    answer__isnull=True,
                    change__isnull=True,
                    new_result__isnull=False,
                ),
                name="results_upheld_has_what_followed",
            ),
            models.UniqueConstraint(
                fields=["answer"], condition=Q(state="open"), name="results_one_open_objection_a_mark"
            ),
            models.UniqueConstraint(
                fields=["result"], condition=Q(state="open"), name="results_one_open_objection_a_result"
            ),
        ]
        indexes = [models.Index(fields=["body", "state"], name="results_objections_of")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class ObjectionFile(Attachment):
    """A file that an objection rests on (依据材料)."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="files")

    class Meta(Attachment.Meta):
        verbose_name = "更正和申诉的依据材料"
