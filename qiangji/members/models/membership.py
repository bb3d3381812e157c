"""Party membership 党籍 and the branch a member belongs to. Status is never stored: the dates say it for any day."""

import uuid

from django.db import models
from django.db.models import F, Q

from qiangji.lib.append_only import AppendOnlyModel
from qiangji.members.models.persons import Person
from qiangji.members.querysets import MemberQuerySet
from qiangji.orgs.models import Organization
from qiangji.orgs.querysets import DatedQuerySet


class Member(models.Model):
    """A person's Party membership: probationary from ``joined_date``, full from ``confirmed_date``, until ``ceased_date``.

    ``ceased_date`` is the first day without membership; why is nobody's business here but how the register ends.
    """

    class Ceased(models.TextChoices):
        MOVED = "moved", "转往系统外"
        DECEASED = "deceased", "去世"
        OTHER = "other", "其他"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.OneToOneField(Person, models.PROTECT, related_name="member", verbose_name="人员")
    joined_date = models.DateField("入党日期")
    confirmed_date = models.DateField("转正日期", null=True, blank=True)
    ceased_date = models.DateField("离开登记日期", null=True)
    ceased_how = models.CharField("离开方式", max_length=10, choices=Ceased, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "党员"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_date__isnull=True) | Q(confirmed_date__gte=F("joined_date")),
                name="members_confirmed_after_joining",
            ),
            models.CheckConstraint(
                condition=Q(ceased_date__isnull=True, ceased_how="")
                | (Q(ceased_date__gte=F("joined_date")) & ~Q(ceased_how="")),
                name="members_ceased_means_when_and_how",
            ),
        ]

    def __str__(self) -> str:
        return self.person.name


class BranchMembership(models.Model):
    """A member's organizational affiliation 组织关系 with a branch, from one day to another, both included.

    The organization is a branch, or a hospital-level organization that is itself a branch; ``group`` the Party group.
    """

    class Arrival(models.TextChoices):
        REGISTERED = "registered", "建库登记"
        ADMITTED = "admitted", "发展入党"
        TRANSFERRED = "transferred", "组织关系转入"
        ADJUSTED = "adjusted", "院内调整"
        REORGANIZED = "reorganized", "组织合并或拆分"
        REINSTATED = "reinstated", "撤销离开登记"

    class Departure(models.TextChoices):
        TRANSFERRED = "transferred", "组织关系转出"
        ADJUSTED = "adjusted", "院内调整"
        REORGANIZED = "reorganized", "组织合并或拆分"
        CEASED = "ceased", "离开登记"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="branches", verbose_name="党员")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name="党支部"
    )
    group = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="党小组"
    )
    start_date = models.DateField("起")
    end_date = models.DateField("止", null=True)
    arrival = models.CharField("转入方式", max_length=12, choices=Arrival)
    departure = models.CharField("转出方式", max_length=12, choices=Departure, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "组织关系"
        ordering = ["member", "start_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(end_date__isnull=True), name="members_one_branch"
            ),
            models.UniqueConstraint(fields=["member", "start_date"], name="members_branch_once_a_day"),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True, departure="")
                | (Q(end_date__gte=F("start_date")) & ~Q(departure="")),
                name="members_left_means_when_and_how",
            ),
        ]
        indexes = [models.Index(fields=["organization", "start_date"], name="members_branch_since")]

    def __str__(self) -> str:
        return f"{self.member} {self.organization}"


class Reinstatement(AppendOnlyModel):
    """That a leaving was recorded wrongly and was taken back 撤销离开登记: what had been recorded stays told here.

    The affiliation goes on in a row of its own from ``ceased_date`` on, so no day is left without a branch.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="reinstatements", verbose_name="党员")
    ceased_date = models.DateField("原登记的离开日期")
    ceased_how = models.CharField("原登记的离开方式", max_length=10, choices=Member.Ceased)
    reason = models.CharField("更正依据", max_length=200)
    at = models.DateTimeField("办理时间")

    class Meta:
        verbose_name = "撤销离开登记"
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="members_reinstated_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.ceased_date}"


class Exemption(models.Model):
    """A duty that a member is excused from until a day, by which document; the reason is not stored (domain §8)."""

    class Duty(models.TextChoices):
        TRAINING = "training", "教育培训学时"
        ORGANIZATION_LIFE = "organization_life", "组织生活"
        ALL = "all", "全部"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="exemptions", verbose_name="党员")
    duty = models.CharField("免除事项", max_length=20, choices=Duty)
    document = models.CharField("批准文件", max_length=120)
    start_date = models.DateField("起")
    end_date = models.DateField("止")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "免除"
        constraints = [
            models.CheckConstraint(condition=~Q(document=""), name="members_exemption_has_document"),
            models.CheckConstraint(
                condition=Q(end_date__gte=F("start_date")), name="members_exemption_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.get_duty_display()} 至 {self.end_date}"


class FloatingSpell(models.Model):
    """A member lives or works elsewhere for a while (流动党员): went out, or came to us from another organization."""

    class Direction(models.TextChoices):
        OUT = "out", "流出"
        IN = "in", "流入"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="floating", verbose_name="党员")
    direction = models.CharField("方向", max_length=3, choices=Direction)
    place = models.CharField("流动地党组织", max_length=100)
    start_date = models.DateField("起")
    end_date = models.DateField("止", null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "流动"
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(end_date__isnull=True), name="members_one_floating_spell"
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="members_floating_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.place}"


class Hardship(models.Model):
    """A member registered as in difficulty (困难党员), from one day to another: restricted data, each reading is logged.

    Neither a reason nor a family's circumstances are stored.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="hardships", verbose_name="党员")
    start_date = models.DateField("起")
    end_date = models.DateField("止", null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "困难党员登记"
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(end_date__isnull=True), name="members_one_hardship"
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="members_hardship_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start_date}"
