"""Summaries of a region 汇总, frozen with a number and a digest, and their filing with the superior 备案."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiangji.assessments.models import Cycle
from qiangji.lib.append_only import AppendOnlyModel
from qiangji.orgs.models import Organization


class Summary(AppendOnlyModel):
    """A region's numbers in a cycle as they stood at a moment; a later one is a new row.

    ``content`` is canonical JSON, ``digest`` its digest: what was filed can be held against what is there now.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="summaries", verbose_name="考核周期")
    region = models.ForeignKey(Organization, models.PROTECT, related_name="summaries", verbose_name="区域")
    sequence = models.PositiveSmallIntegerField("序号")
    number = models.CharField("编号", max_length=60)
    content = models.TextField("内容", help_text="规范化 JSON")
    digest = models.CharField("内容摘要", max_length=64)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField("固定时间")

    class Meta:
        verbose_name = "汇总表"
        ordering = ["-frozen_at"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "region", "sequence"], name="results_summary_numbered"),
            models.UniqueConstraint(fields=["region", "number"], name="results_summary_number_once"),
            models.CheckConstraint(condition=~Q(number="") & ~Q(digest=""), name="results_summary_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.number}"


class Filing(AppendOnlyModel):
    """A summary was handed to the superior committee for filing (报备)."""

    summary = models.OneToOneField(Summary, models.PROTECT, related_name="filing")
    filed_to = models.ForeignKey(Organization, models.PROTECT, related_name="filings_received")
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField("报备时间")

    class Meta:
        verbose_name = "报备"

    def __str__(self) -> str:
        return f"{self.summary} → {self.filed_to}"


class Receipt(AppendOnlyModel):
    """The superior's answer to a filing: received under a number (备案回执), or sent back with a reason."""

    filing = models.OneToOneField(Filing, models.PROTECT, related_name="receipt")
    is_accepted = models.BooleanField("予以备案")
    number = models.CharField("备案号", max_length=60, blank=True)
    words = models.CharField("意见", max_length=500, blank=True)
    digest = models.CharField("内容摘要", max_length=64)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField("备案时间")

    class Meta:
        verbose_name = "备案回执"
        constraints = [
            models.CheckConstraint(
                condition=(Q(is_accepted=True) & ~Q(number="")) | (Q(is_accepted=False) & ~Q(words="")),
                name="results_receipt_number_or_reason",
            ),
            models.CheckConstraint(condition=~Q(digest=""), name="results_receipt_names_the_content"),
        ]

    def __str__(self) -> str:
        return self.number or self.words
