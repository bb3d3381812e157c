"""Dispatches 督导事项: what a body asks of organizations below it, what each of them did, and how it was followed up."""

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.dispatches.querysets import TaskQuerySet
from qiangji.dispatches.states import LABELS, WITH_THEM, State
from qiangji.files.models import Attachment
from qiangji.ledgers.models import Record
from qiangji.lib.append_only import AppendOnlyModel
from qiangji.lib.dates import local_day
from qiangji.orgs.models import Organization
from qiangji.standards.models import Criterion

TITLE, TEXT, WORDS = 100, 2000, 1000


class Dispatch(AppendOnlyModel):
    """What was asked, once, of one or many organizations (document 0, part 4, section 1).

    ``criterion`` is what it concerns, where it concerns one; ``meeting`` the dispatch meeting 调度会 it came from, as the
    issuer's own ledger has it: of that record others see kind and day only.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issuer = models.ForeignKey(
        Organization, models.PROTECT, related_name="dispatches", verbose_name="下达单位"
    )
    title = models.CharField("事项", max_length=TITLE)
    text = models.CharField("要求", max_length=TEXT)
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, null=True, related_name="+", verbose_name="涉及的条目"
    )
    meeting = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+", verbose_name="调度会")
    needs_proof = models.BooleanField("须附佐证", default=False)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField("下达时间")

    class Meta:
        verbose_name = "督导事项"
        ordering = ["-issued_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="dispatch_says_what"),
        ]

    def __str__(self) -> str:
        return self.title


class Task(models.Model):
    """One organization's part of a dispatch. ``owner`` is who of the issuing body follows it up.

    ``draft`` is the answer as it is being written, which nobody above sees; what was handed in are ``answers``.
    ``answered_at`` is when the last one was. ``version`` counts the steps.
    """

    State = State

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="tasks", verbose_name="督导事项")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="tasks", verbose_name="承办单位"
    )
    issuer = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="下达单位")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="督办人"
    )
    deadline_date = models.DateField("办理期限")
    state = models.CharField("状态", max_length=10, choices=State, default=State.ISSUED)
    state_at = models.DateTimeField("进入当前状态的时间")
    version = models.PositiveIntegerField("版本", default=1)
    draft = models.CharField("答复草稿", max_length=TEXT, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = "督导任务"
        ordering = ["deadline_date", "organization__path", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="dispatch_task_state_known"),
            models.CheckConstraint(
                condition=~Q(organization=F("issuer")), name="dispatch_task_issued_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "returned", "closed"]) | Q(answered_at__isnull=False),
                name="dispatch_task_answered_first",
            ),
            models.UniqueConstraint(fields=["dispatch", "organization"], name="dispatch_task_once"),
        ]
        indexes = [
            models.Index(fields=["organization", "state"], name="dispatch_task_of"),
            models.Index(fields=["issuer", "state", "deadline_date"], name="dispatch_task_issued"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.dispatch}"

    def is_late(self, day: date) -> bool:
        """Say whether it still lies with the organization after its deadline; the day itself counts in full."""
        return self.state in WITH_THEM and self.deadline_date < day

    @property
    def days_over(self) -> int:
        """How many days after the deadline the last answer came; 0 where it was in time or there is none."""
        if self.answered_at is None or self.state in WITH_THEM:
            return 0
        return max(0, (local_day(self.answered_at) - self.deadline_date).days)


class Answer(AppendOnlyModel):
    """What an organization said it did, as handed in; each handing in adds one."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField("序号")
    text = models.CharField("办理情况", max_length=TEXT)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField("答复时间")

    class Meta:
        verbose_name = "督导答复"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="dispatch_answer_numbered"),
            models.CheckConstraint(condition=~Q(text=""), name="dispatch_answer_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.task} #{self.number}"


class Step(AppendOnlyModel):
    """One thing that happened to a task, in order; ``body`` is the organization from which it was done."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="steps")
    sequence = models.PositiveIntegerField("序号")
    verb = models.CharField("动作", max_length=10)
    from_state = models.CharField("原状态", max_length=10, choices=State, blank=True)
    to_state = models.CharField("新状态", max_length=10, choices=State)
    body = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="办理单位")
    words = models.CharField("意见或说明", max_length=WORDS, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "督导过程"
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["task", "sequence"], name="dispatch_step_numbered"),
            models.CheckConstraint(
                condition=Q(verb__in=["issue", "write", "answer", "hand_over"]) | ~Q(words=""),
                name="dispatch_step_has_its_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} #{self.sequence} {self.verb}"

    @property
    def label(self) -> str:
        """What happened, in a word."""
        return LABELS.get(self.verb, self.verb)


class Proof(Attachment):
    """A file that proves what was done (佐证)."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="proofs")

    class Meta(Attachment.Meta):
        verbose_name = "督导佐证"
        indexes = [models.Index(fields=["task", "detached_at"], name="dispatch_proof_of")]

    @classmethod
    def holding(cls, *, since: datetime) -> models.QuerySet:
        """Keep also what was handed in with an answer: what the issuer saw stays readable."""
        handed_in = Answer.objects.filter(
            task=models.OuterRef("task"),
            answered_at__gte=models.OuterRef("attached_at"),
            answered_at__lte=models.OuterRef("detached_at"),
        )
        return super().holding(since=since) | cls.objects.filter(
            models.Exists(handed_in), detached_at__isnull=False
        )
