"""Sheet vetoes 不予评定（一票否决）: a condition of the table's remark, found by one, decided by a second named person.

Not the year-end veto (``results``), and no person's ethics veto. What was answered before the rating (``VetoCheck``) is
one person's finding that keeps the sheet from being rated; only this row withholds it.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.assessments.models.integrity import IntegrityFlag
from qiangji.assessments.models.sheets import Sheet
from qiangji.files.models import Attachment
from qiangji.lib.append_only import AppendOnlyModel
from qiangji.standards.models import Veto


class SheetVeto(models.Model):
    """One proposal that a sheet be withheld, and what became of it.

    ``first_by`` proposes with a basis and proof; ``second_by``, another person, puts it into force or rejects it. In force
    it has a notice, a last day for an appeal and an end; ``sheet_version`` is the state of the sheet that it was decided on.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "待第二人审定"
        IN_FORCE = "in_force", "生效"
        REJECTED = "rejected", "未通过"
        LIFTED = "lifted", "已解除"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="sheet_vetoes", verbose_name="考评表")
    veto = models.ForeignKey(Veto, models.PROTECT, related_name="+", verbose_name="情形")
    flag = models.ForeignKey(
        IntegrityFlag, models.PROTECT, null=True, related_name="sheet_vetoes", verbose_name="依据的存疑认定"
    )
    round = models.PositiveSmallIntegerField("申报轮次")
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
    sheet_version = models.PositiveIntegerField("审定时的状态版本", null=True)
    notice_number = models.CharField("通知文号", max_length=60, blank=True)
    appeal_until = models.DateField("申诉期限", null=True)
    end_date = models.DateField("终止日期", null=True)

    class Meta:
        verbose_name = "不予评定"
        ordering = ["-first_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by")),
                name="assessments_sheet_veto_two_approvers",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", second_by__isnull=True, second_at__isnull=True)
                | Q(
                    state__in=["in_force", "rejected", "lifted"],
                    second_by__isnull=False,
                    second_at__isnull=False,
                ),
                name="assessments_sheet_veto_decided_by_a_second",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["in_force", "lifted"])
                | (
                    ~Q(notice_number="")
                    & Q(appeal_until__isnull=False, end_date__isnull=False, sheet_version__isnull=False)
                ),
                name="assessments_sheet_veto_in_force_is_whole",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="assessments_sheet_veto_has_a_basis"),
            models.CheckConstraint(
                condition=Q(appeal_until__isnull=True) | Q(end_date__gte=F("appeal_until")),
                name="assessments_sheet_veto_dates",
            ),
            models.UniqueConstraint(
                fields=["sheet"],
                condition=Q(state__in=["proposed", "in_force"]),
                name="assessments_one_veto_a_sheet",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} 不予评定"


class SheetVetoStep(AppendOnlyModel):
    """One thing that happened to a sheet veto, in order."""

    class Verb(models.TextChoices):
        PROPOSE = "propose", "提出"
        APPROVE = "approve", "审定同意"
        REJECT = "reject", "审定不同意"
        APPEAL = "appeal", "申诉"
        UPHOLD = "uphold", "申诉不成立，维持"
        LIFT = "lift", "解除"

    sheet_veto = models.ForeignKey(SheetVeto, models.PROTECT, related_name="steps")
    sequence = models.PositiveSmallIntegerField("序号")
    verb = models.CharField("动作", max_length=12, choices=Verb)
    words = models.CharField("理由", max_length=1000)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet_veto", "sequence"], name="assessments_sheet_veto_step_numbered"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="assessments_sheet_veto_step_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_veto} #{self.sequence} {self.verb}"


class SheetVetoProof(Attachment):
    """A file that a sheet veto rests on (依据材料)."""

    sheet_veto = models.ForeignKey(SheetVeto, models.PROTECT, related_name="proofs")

    class Meta(Attachment.Meta):
        verbose_name = "不予评定依据材料"
