"""A ledger declared complete for a period: nothing recorded is not proof (rules: four answers)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.orgs.models import Organization
from qiangji.orgs.querysets import OrganizationBoundQuerySet


class Declaration(models.Model):
    """Somebody says that a ledger of an organization is complete from one day to another (台账齐全申明).

    ``is_nil`` is the statement that nothing happened. A declaration is withdrawn, never changed.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="declarations", verbose_name="组织"
    )
    kind = models.CharField("台账", max_length=40)
    start_date = models.DateField("起")
    end_date = models.DateField("止")
    is_nil = models.BooleanField("无此类事项", default=False)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="申明人"
    )
    declared_at = models.DateTimeField("申明时间")
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="撤回人"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    objects = OrganizationBoundQuerySet.as_manager()

    class Meta:
        verbose_name = "台账齐全申明"
        ordering = ["-end_date", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "start_date", "end_date"],
                condition=Q(withdrawn_at__isnull=True),
                name="ledgers_declared_once",
            ),
            models.CheckConstraint(
                condition=Q(end_date__gte=F("start_date")), name="ledgers_declaration_dates"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="ledgers_withdrawn_means_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.kind} {self.start_date}–{self.end_date}"
