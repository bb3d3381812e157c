"""Which organization took over from which: mergers and splits keep both histories (沿革)."""

from django.db import models
from django.db.models import F, Q

from qiangji.lib.append_only import AppendOnlyModel
from qiangji.orgs.models.organizations import Organization


class OrganizationSuccession(AppendOnlyModel):
    """On a day, one organization took over members and duties of another, in whole or in part."""

    class Kind(models.TextChoices):
        MERGER = "merger", "合并"
        SPLIT = "split", "拆分"

    kind = models.CharField("方式", max_length=8, choices=Kind)
    predecessor = models.ForeignKey(
        Organization, models.PROTECT, related_name="succeeded_by", verbose_name="原组织"
    )
    successor = models.ForeignKey(
        Organization, models.PROTECT, related_name="succeeds", verbose_name="接续组织"
    )
    date = models.DateField("日期")
    document = models.CharField("依据文件", max_length=120, blank=True)
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "沿革"
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "date"], name="orgs_succession_not_twice"
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="orgs_succession_of_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
