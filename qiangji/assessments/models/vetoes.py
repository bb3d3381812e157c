"""Veto checks 一票否决核对: before a rating begins, each of the edition's sheet vetoes is answered for."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiangji.assessments.models.sheets import Sheet
from qiangji.lib.append_only import AppendOnlyModel
from qiangji.standards.models import Veto


class VetoCheck(AppendOnlyModel):
    """One person's answer, in one round, whether a condition of the table's remark applies (annex 2, 备注).

    A condition that applies keeps the sheet from being rated; what follows from it is decided elsewhere and by two
    people, never by this row. A later answer does not overwrite an earlier one: the newest counts.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="veto_checks")
    veto = models.ForeignKey(Veto, models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField("申报轮次")
    applies = models.BooleanField("存在该情形")
    basis = models.CharField("依据", max_length=500, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField("核对时间")

    class Meta:
        verbose_name = "一票否决核对"
        constraints = [
            models.CheckConstraint(
                condition=Q(applies=False) | ~Q(basis=""), name="assessments_applying_veto_has_a_basis"
            )
        ]
        indexes = [models.Index(fields=["sheet", "round"], name="assessments_veto_checks_of")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.veto}: {self.applies}"
