"""What a written fact makes stale, told by a row instead of a signal (house rule: lower floors never call up)."""

from django.db import models

from qiangji.lib.append_only import AppendOnlyModel
from qiangji.orgs.models.organizations import Organization


class ChangedFact(AppendOnlyModel):
    """A fact about an organization was written or changed (事实变动), from ``date`` on.

    Every service on floors 1 to 3 that writes a fact adds such a row in the same transaction; whoever rests on facts
    reads the rows past the last one it has seen. ``kind`` is the fact's name: ``member``, ``tenure``, ``term``,
    ``state.establishment_staff``, ``record.party_class``, ``declaration.party_class``, ``talk``, ``dues`` …
    """

    kind = models.CharField("事实", max_length=60)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="组织")
    date = models.DateField("自")
    changed_at = models.DateTimeField("变动时间")

    class Meta:
        verbose_name = "事实变动"
        indexes = [models.Index(fields=["organization", "kind"], name="orgs_changed_fact")]

    def __str__(self) -> str:
        return f"{self.organization} {self.kind} {self.date}"
