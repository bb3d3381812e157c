"""Year-end vetoes 年底考核“一票否决”: still below after the time limit, decided by two named people.

Not the sheet's veto (不予评定, ``assessments``), and not a person's ethics veto: this one concerns an organization's
year-end assessments, rests on a re-assessment, can be appealed, and ends.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.assessments.models import Sheet
from qiangji.files.models import Attachment
from qiangji.lib.append_only import AppendOnlyModel
from qiangji.orgs.models import Organization
from qiangji.rectification.models import Rectification
from qiangji.results.models.results import Result


class YearEndVeto(models.Model):
    """One proposal that an organization's year-end assessments be 不合格, and what became of it.

    ``first_by`` proposes with a basis and proof; ``second_by``, another person, puts it into force or rejects it. In
    force it has a notice, a last day for an appeal, and an end.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "待第二人审定"
        IN_FORCE = "in_force", "生效"
        REJECTED = "rejected", "未通过"
        LIFTED = "lifted", "已撤销"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="year_end_vetoes", verbose_name="考评表")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="year_end_vetoes", verbose_name="组织"
    )
    result = models.ForeignKey(
        Result, models.PROTECT, related_name="year_end_vetoes", verbose_name="复评结果"
    )
    rectification = models.ForeignKey(
        Rectification, models.PROTECT, related_name="year_end_vetoes", verbose_name="限期整改"
    )
    basis = models.CharField("理由和依据", max_length=1000)
    state = models.CharField("状态", max_length=12, choices=State, default=State.PROPOSED)
    version = models.PositiveIntegerField("版本", default=1)
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人"
    )
    first_at = models.DateTimeField("提出时间")
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="审定人"
    )
    second_at = models.DateTimeField("审定时间", null=True)
    notice_number = models.CharField("通知文号", max_length=60, blank=True)
    appeal_until = models.DateField("申诉期限", null=True)
    end_date = models.DateField("终止日期", null=True)

    class Meta:
        verbose_name = "年底考核一票否决"
        ordering = ["-first_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by")),
                name="results_veto_two_approvers",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", second_by__isnull=True, second_at__isnull=True)
                | (
                    Q(state__in=["in_force", "rejected", "lifted"])
                    & Q(second_by__isnull=False, second_at__isnull=False)
                ),
                name="results_veto_decided_by_a_second",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["in_force", "lifted"])
                | (~Q(notice_number="") & Q(appeal_until__isnull=False, end_date__isnull=False)),
                name="results_veto_in_force_is_whole",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="results_veto_has_a_basis"),
            models.CheckConstraint(
                condition=Q(appeal_until__isnull=True) | Q(end_date__gte=F("appeal_until")),
                name="results_veto_dates",
            ),
            models.UniqueConstraint(
                fields=["sheet"],
                condition=Q(state__in=["proposed", "in_force"]),
                name="results_one_veto_a_sheet",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} 年底考核一票否决"


class VetoStep(AppendOnlyModel):
    """One thing that happened to a year-end veto, in order."""

    class Verb(models.TextChoices):
        PROPOSE = "propose", "提出"
        APPROVE = "approve", "审定同意"
        REJECT = "reject", "审定不同意"
        APPEAL = "appeal", "申诉"
        UPHOLD = "uphold", "申诉不成立，维持"
        LIFT = "lift", "撤销"

    veto = models.ForeignKey(YearEndVeto, models.PROTECT, related_name="steps")
    sequence = models.PositiveSmallIntegerField("序号")
    verb = models.CharField("动作", max_length=12, choices=Verb)
    words = models.CharField("理由", max_length=1000)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["veto", "sequence"], name="results_veto_step_numbered"),
            models.CheckConstraint(condition=~Q(words=""), name="results_veto_step_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.veto} #{self.sequence} {self.verb}"


class VetoProof(Attachment):
    """A file that a year-end veto rests on (依据材料)."""

    veto = models.ForeignKey(YearEndVeto, models.PROTECT, related_name="proofs")

    class Meta(Attachment.Meta):
        verbose_name = "一票否决依据材料"
