"""Organizations 党组织 and the authorities above them, with their dated names and affiliations."""

import uuid

from django.db import models
from django.db.models import F, Q

from qiangji.orgs.paths import WIDTH
from qiangji.orgs.querysets import OrganizationQuerySet


class Organization(models.Model):
    """A node of the Party line 隶属, from the provincial guidance committee down to a Party group.

    ``code`` is the node's identity for life: it never changes and is never given to another. Name and parent are what
    holds today; their history is in ``OrganizationName`` and ``Affiliation``.

    ``children_made`` counts the children that were ever numbered below the node. A number is given once, even when its
    child has moved away: sheets keep the path of their opening, and a newcomer on an old path would reach them.
    """

    class Kind(models.TextChoices):
        GUIDANCE_COMMITTEE = "guidance_committee", "医院党建工作指导委员会"
        HEALTH_AUTHORITY = "health_authority", "卫生健康行政部门"
        OWNING_AUTHORITY = "owning_authority", "举办主管部门"
        HOSPITAL = "hospital", "院级党组织"
        GENERAL_BRANCH = "general_branch", "内设党总支"
        BRANCH = "branch", "内设党支部"
        PARTY_GROUP = "party_group", "党小组"

    class Form(models.TextChoices):
        """What a hospital-level organization is by its size (document 4: 党委、总支、支部)."""

        COMMITTEE = "committee", "党委"
        GENERAL_BRANCH = "general_branch", "党总支"
        BRANCH = "branch", "党支部"

    class Level(models.TextChoices):
        PROVINCE = "province", "省级"
        CITY = "city", "市（州）级"
        COUNTY = "county", "县（市、区）级"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField("代码", max_length=32, unique=True)
    kind = models.CharField("类别", max_length=20, choices=Kind)
    form = models.CharField("组织形式", max_length=20, choices=Form, blank=True)
    level = models.CharField("层级", max_length=10, choices=Level, blank=True)
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=30)
    is_public = models.BooleanField("公立", default=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children", verbose_name="上级党组织"
    )
    path = models.CharField("路径", max_length=64, unique=True, editable=False)
    children_made = models.PositiveIntegerField("已编下级序号", default=0, editable=False)
    start_date = models.DateField("设立日期")
    end_date = models.DateField("撤销日期", null=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = "组织"
        verbose_name_plural = "组织"
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="hospital") & ~Q(form="")) | (~Q(kind="hospital") & Q(form="")),
                name="orgs_form_only_for_hospitals",
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="orgs_organization_dates",
            ),
            models.CheckConstraint(condition=~Q(path=""), name="orgs_organization_has_path"),
        ]
        indexes = [models.Index(fields=["kind", "path"], name="orgs_kind_path")]

    def __str__(self) -> str:
        return self.short_name

    @property
    def responsibility(self) -> str:
        """The layer of responsibility that document 0, part 2 gives this kind of organization."""
        return RESPONSIBILITIES.get(self.kind, "")

    @property
    def depth(self) -> int:
        """1 for a root."""
        return len(self.path) // WIDTH


RESPONSIBILITIES: dict[str, str] = {
    Organization.Kind.GUIDANCE_COMMITTEE: "指导责任",
    Organization.Kind.HEALTH_AUTHORITY: "管理责任",
    Organization.Kind.OWNING_AUTHORITY: "管理责任",
    Organization.Kind.HOSPITAL: "直接责任",
}


class OrganizationName(models.Model):
    """A name an organization bore from one day to another (曾用名)."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="names")
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=30)
    start_date = models.DateField("起")
    end_date = models.DateField("止", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(end_date__isnull=True), name="orgs_one_current_name"
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")), name="orgs_name_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Affiliation(models.Model):
    """Whom an organization stood under from one day to another (隶属关系)."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="affiliations")
    parent = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    start_date = models.DateField("起")
    end_date = models.DateField("止", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(end_date__isnull=True),
                name="orgs_one_current_affiliation",
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="orgs_affiliation_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} → {self.parent}"
