"""Who sits in a post since when (任职)."""

import uuid

from django.db import models
from django.db.models import F, Q

from qiangji.members.models.persons import Person
from qiangji.orgs.models import Post, Term
from qiangji.orgs.querysets import DatedQuerySet


class Tenure(models.Model):
    """A person holds a post from one day to another, both included.

    ``consent_*`` is the superior's consent that has to come before a secretary or deputy changes within a term (B10),
    ``leaving_consent_*`` the one to their leaving, where nobody takes over at once whose own consent says it.
    """

    class How(models.TextChoices):
        ELECTED = "elected", "选举"
        BY_ELECTION = "by_election", "补选"
        APPOINTED = "appointed", "任命"

    class Chosen(models.TextChoices):
        """How Party-affairs cadres are found (document 4, part 12)."""

        SELECTION = "selection", "组织遴选"
        NOMINATION = "nomination", "公推直选"
        COMPETITION = "competition", "竞争上岗"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="tenures", verbose_name="职务")
    person = models.ForeignKey(Person, models.PROTECT, related_name="tenures", verbose_name="人员")
    term = models.ForeignKey(Term, models.PROTECT, null=True, related_name="tenures", verbose_name="任期")
    how = models.CharField("产生方式", max_length=12, choices=How)
    chosen_by = models.CharField("选拔方式", max_length=12, choices=Chosen, blank=True)
    document = models.CharField("任职文件", max_length=120, blank=True)
    consent_date = models.DateField("上级同意日期", null=True, blank=True)
    consent_document = models.CharField("上级同意文号", max_length=120, blank=True)
    leaving_consent_date = models.DateField("上级同意离任日期", null=True, blank=True)
    leaving_consent_document = models.CharField("上级同意离任文号", max_length=120, blank=True)
    start_date = models.DateField("任职日期")
    end_date = models.DateField("离任日期", null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        ordering = ["post", "start_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(end_date__isnull=True), name="members_one_holder"
            ),
            models.UniqueConstraint(fields=["post", "start_date"], name="members_tenure_once_a_day"),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="members_tenure_dates",
            ),
            models.CheckConstraint(
                condition=Q(consent_document="") | Q(consent_date__isnull=False),
                name="members_consent_has_date",
            ),
            models.CheckConstraint(
                condition=Q(leaving_consent_date__isnull=True, leaving_consent_document="")
                | Q(leaving_consent_date__isnull=False, end_date__isnull=False),
                name="members_leaving_consent_of_who_left",
            ),
        ]
        indexes = [models.Index(fields=["person", "start_date"], name="members_tenure_person")]

    def __str__(self) -> str:
        return f"{self.post} {self.person}"
