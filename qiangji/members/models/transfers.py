"""Transfers of affiliation 组织关系转接: the sender answers for the member until the receiver has confirmed receipt."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiangji.lib.append_only import AppendOnlyModel
from qiangji.members.models.membership import Member
from qiangji.members.querysets import TransferQuerySet
from qiangji.orgs.models import Organization


class Transfer(models.Model):
    """One member's move from a branch to another organization, inside the system or out of it.

    ``target`` is the receiving hospital-level organization (which then chooses the branch), or empty with ``outside``
    naming an organization that does not use this system. The state is the last step's.
    """

    class State(models.TextChoices):
        SENT = "sent", "已开出，待接收"
        RECEIVED = "received", "已接收"
        RETURNED = "returned", "已退回"
        CANCELLED = "cancelled", "已撤回"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="transfers", verbose_name="党员")
    source = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="转出党支部")
    target = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="转入单位"
    )
    outside = models.CharField("系统外转入单位", max_length=100, blank=True)
    letter_number = models.CharField("介绍信编号", max_length=60, blank=True)
    sent_date = models.DateField("开出日期")
    valid_until = models.DateField("有效期至")
    state = models.CharField("状态", max_length=10, choices=State, default=State.SENT)
    received_date = models.DateField("接收日期", null=True)
    branch = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name="编入党支部"
    )

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = "组织关系转接"
        ordering = ["-sent_date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(state="sent"), name="members_one_open_transfer"
            ),
            models.CheckConstraint(
                condition=(Q(target__isnull=True) & ~Q(outside="")) | (Q(target__isnull=False, outside="")),
                name="members_transfer_has_one_target",
            ),
            models.CheckConstraint(
                condition=Q(state="received", received_date__isnull=False)
                | (~Q(state="received") & Q(received_date__isnull=True)),
                name="members_received_means_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.get_state_display()}"


class TransferStep(AppendOnlyModel):
    """Something that was done to a transfer, by whom and when."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="steps")
    state = models.CharField("状态", max_length=10, choices=Transfer.State)
    date = models.DateField("日期")
    note = models.CharField("说明", max_length=200, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.transfer} {self.state}"
