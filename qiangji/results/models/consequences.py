"""What follows from a result 结果运用: opened by a person, with owner and deadline; withdrawn when the result falls."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from qiangji.assessments.models import Sheet
from qiangji.lib.append_only import AppendOnlyModel
from qiangji.orgs.models import Organization
from qiangji.rectification.models import Rectification
from qiangji.results.models.results import Result


def in_force_until() -> Coalesce:
    """Return ``Consequence.due_date`` as an expression on rows."""
    return Coalesce("rectification__deadline_date", "deadline_date")


class Consequence(models.Model):
    """One thing that a result led to (document 0, part 3, section 4; document 3, part 5).

    ``owner`` has to do it until the deadline. The three duties to mend have a rectification of their own kind; the others
    end with a note of what was done. Withdrawn ones stay, with who, when and why. ``sheet`` is the hospital's. Who never
    applied, and a lagging branch below a hospital without a result, have no ``result`` to follow from (decision 0046).
    """

    class Kind(models.TextChoices):
        KEY_BRANCH = "key_branch", "重点管理整顿"
        TIME_LIMITED = "time_limited", "限期整改"
        KEY_REMEDY = "key_remedy", "重点整改整治"
        NOTIFY_SUPERIOR = "notify_superior", "通报上级党组织"
        ASK_INSPECTION = "ask_inspection", "提请专项巡察"
        DEBRIEF = "debrief", "纳入述职评议考核"
        PRAISE = "praise", "通报表扬"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="consequences", verbose_name="院级考评表")
    result = models.ForeignKey(
        Result, models.PROTECT, null=True, related_name="consequences", verbose_name="认定结果"
    )
    kind = models.CharField("事项", max_length=20, choices=Kind)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="consequences", verbose_name="对象"
    )
    owner = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="承办单位")
    basis = models.CharField("依据", max_length=500)
    deadline_date = models.DateField("期限")
    rectification = models.OneToOneField(
        Rectification, models.PROTECT, null=True, related_name="consequence", verbose_name="整改"
    )
    notice_number = models.CharField("文号", max_length=60, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField("开出时间")
    done_words = models.CharField("办理情况", max_length=500, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField("办结时间", null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField("撤销时间", null=True)
    withdrawn_reason = models.CharField("撤销原因", max_length=500, blank=True)

    class Meta:
        verbose_name = "结果运用"
        ordering = ["deadline_date", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["key_branch", "time_limited", "key_remedy"], rectification__isnull=False
                )
                | Q(
                    kind__in=["notify_superior", "ask_inspection", "debrief", "praise"],
                    rectification__isnull=True,
                ),
                name="results_mending_has_its_rectification",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="results_consequence_has_a_basis"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True, done_words="")
                | (Q(done_at__isnull=False, done_by__isnull=False) & ~Q(done_words="")),
                name="results_done_means_what_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="results_withdrawn_means_when_and_why",
            ),
            models.UniqueConstraint(
                fields=["result", "organization", "kind"],
                condition=Q(withdrawn_at__isnull=True),
                name="results_consequence_once",
            ),
            models.UniqueConstraint(
                fields=["sheet", "organization", "kind"],
                condition=Q(withdrawn_at__isnull=True, result__isnull=True),
                name="results_consequence_without_a_result_once",
            ),
            models.CheckConstraint(
                condition=Q(result__isnull=False) | Q(kind__in=["key_branch", "time_limited"]),
                name="results_what_follows_from_a_result_has_it",
            ),
        ]
        indexes = [models.Index(fields=["organization", "kind"], name="results_consequence_of")]

    def __str__(self) -> str:
        return f"{self.organization} {self.get_kind_display()}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def is_done(self) -> bool:
        """Whether it is over: noted as done, or its rectification closed."""
        if self.rectification is not None:
            return self.rectification.state == Rectification.State.CLOSED
        return self.done_at is not None

    @property
    def due_date(self) -> date:
        """The day that counts: that of the order to mend, which who ordered it can move, else the own."""
        return self.rectification.deadline_date if self.rectification is not None else self.deadline_date


class ConsequenceStep(AppendOnlyModel):
    """Something that was changed about a consequence between its opening and its end: its notice's number, its day."""

    class Verb(models.TextChoices):
        NUMBER = "number", "登记文号"
        POSTPONE = "postpone", "调整期限"

    consequence = models.ForeignKey(Consequence, models.PROTECT, related_name="steps")
    sequence = models.PositiveSmallIntegerField("序号")
    verb = models.CharField("动作", max_length=12, choices=Verb)
    words = models.CharField("内容", max_length=600)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "结果运用的变动"
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["consequence", "sequence"], name="results_consequence_step_numbered"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="results_consequence_step_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.consequence} #{self.sequence} {self.verb}"
