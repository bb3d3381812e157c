"""Answers, marks and evidence: one answer per criterion of a sheet, one mark per answer and stage."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from qiangji.assessments.models.sheets import Sheet, Submission
from qiangji.assessments.stages import Stage
from qiangji.files.models import Attachment
from qiangji.standards.models import Criterion


class Answer(models.Model):
    """What an organization says about one criterion (落实情况). ``version`` counts the saves of its text.

    ``is_taken``: the text is one that was generated and taken as it was offered, nobody's own words.
    ``carried_year`` and ``carried_version``: the text of that version was carried over from the sheet of that year. It is a
    draft until somebody writes it anew, which counts the version on, or confirms it, which empties both.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="answers")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="answers")
    text = models.TextField("落实情况", blank=True, max_length=4000)
    version = models.PositiveIntegerField("文字版本", default=0)
    is_taken = models.BooleanField("文字是采用的建议", default=False)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField("修改时间", null=True)
    carried_year = models.PositiveSmallIntegerField("带自年度", null=True)
    carried_version = models.PositiveIntegerField("带入时的文字版本", null=True)

    class Meta:
        verbose_name = "条目"
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "criterion"], name="assessments_one_answer_per_criterion"
            ),
            models.CheckConstraint(
                condition=Q(version=0, edited_by__isnull=True, edited_at__isnull=True, text="")
                | Q(version__gte=1, edited_by__isnull=False, edited_at__isnull=False),
                name="assessments_edited_means_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(carried_year__isnull=True, carried_version__isnull=True)
                | Q(
                    carried_year__isnull=False,
                    carried_version__isnull=False,
                    carried_version__gte=1,
                    carried_version__lte=models.F("version"),
                ),
                name="assessments_carried_text_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.criterion}"

    @property
    def is_carried(self) -> bool:
        """Whether the text stands as it was carried over, and nobody has confirmed it yet."""
        return self.carried_version is not None and self.carried_version == self.version


class Mark(models.Model):
    """The points one stage gives an answer. ``points`` None: a mark was taken back; the row keeps who and when."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="marks")
    stage = models.CharField("阶段", max_length=12, choices=Stage)
    points = models.DecimalField("得分", max_digits=7, decimal_places=2, null=True)
    remark = models.CharField("说明", max_length=500, blank=True)
    version = models.PositiveIntegerField("版本", default=1)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    marked_at = models.DateTimeField("评分时间")

    class Meta:
        verbose_name = "得分"
        constraints = [
            models.UniqueConstraint(fields=["answer", "stage"], name="assessments_one_mark_per_stage"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="assessments_mark_stage_known"),
            models.CheckConstraint(condition=Q(version__gte=1), name="assessments_mark_version"),
        ]

    def __str__(self) -> str:
        return f"{self.answer} {self.stage} {self.points}"


class Evidence(Attachment):
    """A file that supports an answer (佐证材料); one content may support many answers."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="evidence")

    class Meta(Attachment.Meta):
        verbose_name = "佐证材料"
        indexes = [models.Index(fields=["answer", "detached_at"], name="assessments_evidence_of")]

    @classmethod
    def holding(cls, *, since: datetime) -> models.QuerySet:
        """Also keep what was attached when the sheet was signed: what reviewers saw stays readable."""
        signed = Submission.objects.filter(
            sheet=OuterRef("answer__sheet"),
            signed_at__gte=OuterRef("attached_at"),
            signed_at__lte=OuterRef("detached_at"),
        )
        return cls._default_manager.filter(
            Q(detached_at__isnull=True) | Q(detached_at__gte=since) | Exists(signed)
        )
