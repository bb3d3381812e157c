"""Practices 好做法: what worked, with the criterion it serves, who reviewed it, where it is read, who adopted it."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.files.models import Attachment
from qiangji.lib.append_only import AppendOnlyModel
from qiangji.orgs.models import Organization
from qiangji.practices.fields import FIELDS, LIMITS
from qiangji.practices.querysets import PracticeQuerySet
from qiangji.practices.states import LABELS, State
from qiangji.standards.models import Criterion


class Practice(models.Model):
    """Something an organization does well, on its way from a draft into the library.

    ``number`` is that of the text being worked on, ``published_number`` that of the text which others read; both are
    rows of ``PracticeText``. ``version`` counts the steps. ``submitted_to`` is the body that reviews it; ``published_to`` the
    node whose organizations read it: those below it, and those that it supervises or guides.
    """

    State = State

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="practices", verbose_name="推荐单位"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    state_at = models.DateTimeField("进入当前状态的时间")
    version = models.PositiveIntegerField("版本", default=1)
    number = models.PositiveIntegerField("文稿序号", default=1)
    submitted_to = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        related_name="practices_to_review",
        verbose_name="审定单位",
    )
    published_number = models.PositiveIntegerField("已发布的文稿", null=True)
    published_by = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        related_name="practices_published",
        verbose_name="发布单位",
    )
    published_to = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="practices_here", verbose_name="发布范围"
    )
    published_at = models.DateTimeField("发布时间", null=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = "好做法"
        verbose_name_plural = "好做法"
        ordering = ["-state_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="practice_state_known"),
            models.CheckConstraint(
                condition=Q(number__gte=1)
                & (Q(published_number__isnull=True) | Q(published_number__lte=F("number"))),
                name="practice_published_text_exists",
            ),
            models.CheckConstraint(
                condition=Q(
                    published_number__isnull=True,
                    published_by__isnull=True,
                    published_to__isnull=True,
                    published_at__isnull=True,
                )
                | Q(
                    published_number__isnull=False,
                    published_by__isnull=False,
                    published_to__isnull=False,
                    published_at__isnull=False,
                ),
                name="practice_published_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_number=F("number")),
                name="practice_published_is_the_text_worked_on",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.SUBMITTED, State.RETURNED]) | Q(submitted_to__isnull=False),
                name="practice_submitted_to_a_body",
            ),
            models.CheckConstraint(
                condition=(Q(submitted_to__isnull=True) | ~Q(submitted_to=F("organization")))
                & (Q(published_by__isnull=True) | ~Q(published_by=F("organization"))),
                name="practice_reviewed_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state"], name="practice_of"),
            models.Index(fields=["submitted_to", "state"], name="practice_to_review"),
            models.Index(fields=["published_to", "state"], name="practice_read_by"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} 好做法"

    @property
    def is_readable_by_others(self) -> bool:
        """Whether a text of it stands in the library."""
        return self.published_number is not None and self.state != State.WITHDRAWN


class PracticeText(AppendOnlyModel):
    """One version of what a practice says; every save adds one. The criterion brings its edition and code."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="texts")
    number = models.PositiveIntegerField("文稿序号")
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="practice_texts", verbose_name="所服务的条目"
    )
    title = models.CharField(FIELDS["title"], max_length=LIMITS["title"])
    situation = models.CharField(FIELDS["situation"], max_length=LIMITS["situation"], blank=True)
    action = models.CharField(FIELDS["action"], max_length=LIMITS["action"], blank=True)
    outcome = models.CharField(FIELDS["outcome"], max_length=LIMITS["outcome"], blank=True)
    contact_post = models.CharField(FIELDS["contact_post"], max_length=LIMITS["contact_post"], blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField("填写时间")

    class Meta:
        verbose_name = "好做法文稿"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="practice_text_numbered"),
            models.CheckConstraint(condition=~Q(title=""), name="practice_text_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title


class PracticeStep(AppendOnlyModel):
    """One thing that happened to a practice: who, when, from where to where, about which text, with what words."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="steps")
    sequence = models.PositiveIntegerField("序号")
    verb = models.CharField("动作", max_length=10)
    from_state = models.CharField("原状态", max_length=10, choices=State, blank=True)
    to_state = models.CharField("新状态", max_length=10, choices=State)
    number = models.PositiveIntegerField("文稿序号")
    body = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name="办理单位"
    )
    words = models.CharField("意见或说明", max_length=1000, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "sequence"], name="practice_step_numbered"),
            models.CheckConstraint(
                condition=~Q(verb__in=["return", "spread", "withdraw", "take_down"]) | ~Q(words=""),
                name="practice_step_has_its_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practice} #{self.sequence} {self.verb}"

    @property
    def label(self) -> str:
        """What happened, in a word."""
        return LABELS.get(self.verb, self.verb)


class PracticeFile(Attachment):
    """A file that goes with a practice: a form, a rule, a chart (附件)."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="files")

    class Meta(Attachment.Meta):
        verbose_name = "好做法附件"
        indexes = [models.Index(fields=["practice", "detached_at"], name="practice_file_of")]

    @classmethod
    def holding(cls, *, since: datetime) -> models.QuerySet:
        """Keep also what was detached after the publication: it is part of the text that others read."""
        return super().holding(since=since) | cls.objects.filter(
            practice__published_at__isnull=False,
            attached_at__lte=F("practice__published_at"),
            detached_at__gt=F("practice__published_at"),
        )


class Adoption(models.Model):
    """An organization said that it took a published practice over (采用), since when, and with what remark.

    An adoption that was entered by mistake or given up is ended with a reason; the row stays.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="adoptions")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="practices_adopted", verbose_name="采用单位"
    )
    number = models.PositiveIntegerField("采用的文稿")
    date = models.DateField("采用日期")
    note = models.CharField("说明", max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("撤销时间", null=True)
    end_reason = models.CharField("撤销原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "采用"
        ordering = ["-date", "organization__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "organization"],
                condition=Q(ended_at__isnull=True),
                name="practice_adopted_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="practice_adoption_ended_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} 采用 {self.practice}"
