"""A site's own checks 自定判定: how facts decide a criterion of a published edition, version after version.

A version is written once. Only its state moves, and each move is a row of its own with who, when and why; cases are added
and set aside, never rewritten. Of a criterion one version at most is in force, and one at most is being worked on.
"""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiangji.lib.append_only import AppendOnlyModel, HistoryIsKept
from qiangji.standards.models.editions import Criterion


class SiteCheck(models.Model):
    """One version of a criterion's check as a site wrote it; ``entry`` has the form of an entry of ``library/``."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        TRIED = "tried", "已试算"
        ADOPTED = "adopted", "采用中"
        REPLACED = "replaced", "已被替换"
        WITHDRAWN = "withdrawn", "已撤下"

    class Origin(models.TextChoices):
        FOUND = "found", "由条文读出的次数和期限改写"
        SHIPPED = "shipped", "由内置判定改写"
        OWN = "own", "由上一版改写"
        EARLIER = "earlier", "沿用旧版本的判定"
        BLANK = "blank", "新写"

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, related_name="site_checks", verbose_name="具体标准"
    )
    number = models.PositiveSmallIntegerField("第几版")
    state = models.CharField("状态", max_length=16, choices=State.choices, default=State.DRAFT)
    origin = models.CharField("由来", max_length=16, choices=Origin.choices)
    entry = models.JSONField("判定")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="编写人"
    )
    made_at = models.DateTimeField("编写时间")

    class Meta:
        verbose_name = "自定判定"
        verbose_name_plural = "自定判定"
        ordering = ["criterion", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "number"], name="site_check_number_once_per_criterion"
            ),
            models.UniqueConstraint(
                fields=["criterion"], condition=Q(state="adopted"), name="site_check_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["criterion"], condition=Q(state__in=["draft", "tried"]), name="site_check_one_in_work"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="site_check_number_from_one"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "tried", "adopted", "replaced", "withdrawn"]),
                name="site_check_state_known",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["found", "shipped", "own", "earlier", "blank"]),
                name="site_check_origin_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} 第 {self.number} 版"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert, or move the state. Raises HistoryIsKept for any other change."""
        if not self._state.adding and set(kwargs.get("update_fields") or ()) != {"state"}:
            raise HistoryIsKept("a version of a check is written once; only its state moves")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises HistoryIsKept: versions stay."""
        raise HistoryIsKept("a version of a check is never deleted")

    @property
    def is_in_work(self) -> bool:
        """Whether it may still be tried, adopted or set aside without having been in force."""
        return self.state in (self.State.DRAFT, self.State.TRIED)


class SiteCheckMove(AppendOnlyModel):
    """What happened to a version: written, tried, adopted, replaced, withdrawn."""

    check_version = models.ForeignKey(
        SiteCheck, on_delete=models.PROTECT, related_name="moves", verbose_name="版本"
    )
    sequence = models.PositiveSmallIntegerField("序号")
    state = models.CharField("到", max_length=16, choices=SiteCheck.State.choices)
    reason = models.CharField("理由", max_length=300, blank=True)
    detail = models.JSONField("试算", default=dict, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="办理人"
    )
    made_at = models.DateTimeField("办理时间")

    class Meta:
        verbose_name = "自定判定的变动"
        verbose_name_plural = "自定判定的变动"
        ordering = ["check_version", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["check_version", "sequence"], name="site_check_move_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["adopted", "withdrawn"]) | ~Q(reason=""),
                name="site_check_move_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "tried", "adopted", "replaced", "withdrawn"]),
                name="site_check_move_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_version} {self.get_state_display()}"


class SiteCheckCase(models.Model):
    """Facts and the answer that is expected of them, beside one version; set aside only with a reason."""

    class Origin(models.TextChoices):
        TRIAL = "trial", "由试算存下"
        SHIPPED = "shipped", "内置样例"
        OWN = "own", "由上一版带来"
        EARLIER = "earlier", "由旧版本带来"

    check_version = models.ForeignKey(
        SiteCheck, on_delete=models.PROTECT, related_name="cases", verbose_name="版本"
    )
    number = models.PositiveSmallIntegerField("序号")
    case = models.JSONField("样例")
    origin = models.CharField("由来", max_length=16, choices=Origin.choices)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="存入人"
    )
    made_at = models.DateTimeField("存入时间")
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="去掉的人",
    )
    dropped_at = models.DateTimeField("去掉时间", null=True, blank=True)
    drop_reason = models.CharField("去掉的理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "判定样例"
        verbose_name_plural = "判定样例"
        ordering = ["check_version", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_version", "number"], name="site_check_case_number_once_per_version"
            ),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True, dropped_by__isnull=True, drop_reason="")
                | (Q(dropped_at__isnull=False, dropped_by__isnull=False) & ~Q(drop_reason="")),
                name="site_check_case_dropped_whole",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["trial", "shipped", "own", "earlier"]),
                name="site_check_case_origin_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_version} 样例 {self.number}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises HistoryIsKept: a case is set aside, with a reason."""
        raise HistoryIsKept("a case is set aside, never deleted")
