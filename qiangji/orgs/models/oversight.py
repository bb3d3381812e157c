"""The two relations that are not edges of the tree: supervision 主管/举办 and territorial guidance 属地指导."""

from django.db import models
from django.db.models import F, Q

from qiangji.orgs.models.organizations import Organization
from qiangji.orgs.querysets import DatedQuerySet


class Oversight(models.Model):
    """An authority answers for an organization outside its own subtree, from one day to another (domain §1)."""

    class Kind(models.TextChoices):
        SUPERVISION = "supervision", "主管（举办）"
        GUIDANCE = "guidance", "属地指导"

    kind = models.CharField("关系", max_length=12, choices=Kind)
    overseer = models.ForeignKey(
        Organization, models.PROTECT, related_name="oversees", verbose_name="主管或指导单位"
    )
    subject = models.ForeignKey(
        Organization, models.PROTECT, related_name="overseen_by", verbose_name="所辖组织"
    )
    start_date = models.DateField("起")
    end_date = models.DateField("止", null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "主管与指导关系"
        constraints = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(end_date__isnull=True, kind="supervision"),
                name="orgs_one_current_supervisor",
            ),
            models.UniqueConstraint(
                fields=["overseer", "subject", "kind"],
                condition=Q(end_date__isnull=True),
                name="orgs_oversight_not_twice",
            ),
            models.CheckConstraint(condition=~Q(overseer=F("subject")), name="orgs_oversight_of_another"),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="orgs_oversight_dates",
            ),
        ]
        indexes = [models.Index(fields=["overseer", "subject"], name="orgs_oversight_pair")]

    def __str__(self) -> str:
        return f"{self.overseer} {self.get_kind_display()} {self.subject}"
