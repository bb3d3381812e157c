"""Rectifications 整改: what an organization was told to mend, what it did about it, and who verified it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.assessments.models import Sheet
from qiangji.files.models import Attachment
from qiangji.lib.append_only import AppendOnlyModel
from qiangji.members.models import Person
from qiangji.orgs.models import Organization
from qiangji.rectification.querysets import RectificationQuerySet
from qiangji.rectification.states import State
from qiangji.standards.models import Criterion


class Rectification(models.Model):
    """One order to mend, in one of the documents' three words, from its opening to its closing.

    ``leader`` is who of the hospital's leading group takes a lagging branch on (结对联系); the name stays inside the
    hospital. ``version`` counts the steps. ``sheet`` is the sheet whose result led to it: one that falls again, after what it
    was told to mend was verified, gets an order anew.
    """

    class Kind(models.TextChoices):
        """Three different duties (document 0, part 3, section 4)."""

        KEY_BRANCH = "key_branch", "重点管理整顿"
        TIME_LIMITED = "time_limited", "限期整改"
        KEY_REMEDY = "key_remedy", "重点整改整治"

    State = State

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="rectifications", verbose_name="整改单位"
    )
    kind = models.CharField("类别", max_length=16, choices=Kind)
    sheet = models.ForeignKey(
        Sheet, models.PROTECT, null=True, related_name="rectifications", verbose_name="依据的考评表"
    )
    basis = models.CharField("依据", max_length=500)
    ordered_by = models.ForeignKey(
        Organization, models.PROTECT, related_name="rectifications_ordered", verbose_name="责令单位"
    )
    leader = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="rectifications_led", verbose_name="联系领导"
    )
    deadline_date = models.DateField("整改期限")
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPENED)
    version = models.PositiveIntegerField("版本", default=1)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField("开立时间")
    state_at = models.DateTimeField("进入当前状态的时间")

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = "整改"
        verbose_name_plural = "整改"
        ordering = ["deadline_date", "organization__path", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="rectification_state_known"),
            models.CheckConstraint(
                condition=Q(kind__in=["key_branch", "time_limited", "key_remedy"]),
                name="rectification_kind_known",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="rectification_has_a_basis"),
            models.CheckConstraint(
                condition=~Q(organization=F("ordered_by")), name="rectification_ordered_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(kind="key_branch")
                | Q(leader__isnull=False)
                | Q(state__in=["opened", "withdrawn"]),
                name="rectification_lagging_branch_has_a_leader",
            ),
            models.UniqueConstraint(
                fields=["sheet", "kind"],
                condition=Q(state__in=["opened", "under_way", "handed_in"]),
                name="rectification_one_pending_a_sheet",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state"], name="rectification_of"),
            models.Index(fields=["ordered_by", "state"], name="rectification_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.get_kind_display()}"

    @property
    def needs_leader(self) -> bool:
        """Whether a leader has to be assigned."""
        return self.kind == self.Kind.KEY_BRANCH


class Item(models.Model):
    """One thing to mend: gap 差距 → cause 原因 → measure 措施 → what was done. ``version`` counts its saves."""

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField("次序")
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, related_name="+", verbose_name="条目")
    gap = models.CharField("差距", max_length=500)
    points_lost = models.DecimalField("失分", max_digits=7, decimal_places=2, null=True)
    cause = models.CharField("原因", max_length=500, blank=True)
    measure = models.CharField("措施", max_length=500, blank=True)
    done = models.CharField("整改结果", max_length=500, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "整改事项"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["rectification", "position"], name="rectification_item_place"),
            models.CheckConstraint(condition=~Q(gap=""), name="rectification_item_has_a_gap"),
        ]

    def __str__(self) -> str:
        return self.gap


class Step(AppendOnlyModel):
    """One thing that happened to a rectification: a move, a leader assigned, a plan or results written down.

    ``content`` are the plan's lines as they were handed in: what whoever ordered it reads while they are written again.
    """

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="steps")
    sequence = models.PositiveIntegerField("序号")
    verb = models.CharField("动作", max_length=20)
    from_state = models.CharField("原状态", max_length=12, choices=State, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=State)
    words = models.CharField("意见或说明", max_length=1000, blank=True)
    content = models.JSONField("提交的内容", null=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["rectification", "sequence"], name="rectification_step_numbered"),
            models.CheckConstraint(
                condition=~Q(verb__in=["verify", "send_back", "close", "withdraw", "ask_help", "answer_help"])
                | ~Q(words=""),
                name="rectification_step_has_its_words",
            ),
            models.CheckConstraint(
                condition=Q(content__isnull=True) | Q(verb="hand_in"),
                name="rectification_content_is_what_was_handed_in",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rectification} #{self.sequence} {self.verb}"

    @property
    def label(self) -> str:
        """What happened, in a word."""
        return LABELS.get(self.verb, self.verb)


LABELS = {
    "open": "开立",
    "assign": "指定联系领导",
    "write": "填写方案或结果",
    "extend": "调整期限",
    "plan": "确定整改方案",
    "hand_in": "提交核验",
    "verify": "核验通过",
    "send_back": "退回继续整改",
    "close": "办结",
    "withdraw": "撤销",
    "ask_help": "请求上级帮助",
    "answer_help": "答复求助",
}


class Proof(Attachment):
    """A file that proves what was done (佐证)."""

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="proofs")

    class Meta(Attachment.Meta):
        verbose_name = "整改佐证"
        indexes = [models.Index(fields=["rectification", "detached_at"], name="rectification_proof_of")]
