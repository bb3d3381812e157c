"""Row filters of rectifications."""

from datetime import date
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Subquery

from qiangji.orgs.reach import Reach
from qiangji.rectification.states import ANSWER_HELP, ASK_HELP, HAND_IN, OPEN


class RectificationQuerySet(models.QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        """Keep those of organizations this person reaches; whether one may be opened is another question."""
        return self.filter(reach.condition("organization__path"))

    def open(self) -> Self:
        """Keep those that are neither closed nor withdrawn."""
        return self.filter(state__in=OPEN)

    def with_last_help(self) -> Self:
        """Add what was last said about help (``last_help``): asked for, answered, or nothing."""
        steps = apps.get_model("rectification", "Step")._default_manager
        said = steps.filter(rectification=OuterRef("pk"), verb__in=(ASK_HELP, ANSWER_HELP))
        return self.annotate(last_help=Subquery(said.order_by("-sequence").values("verb")[:1]))

    def with_last_hand_in(self) -> Self:
        """Add who handed in last (``handed_in_by``), the key of a user: that person does not verify."""
        steps = apps.get_model("rectification", "Step")._default_manager
        handed = steps.filter(rectification=OuterRef("pk"), verb=HAND_IN)
        return self.annotate(handed_in_by=Subquery(handed.order_by("-sequence").values("taken_by")[:1]))

    def late_on(self, day: date) -> Self:
        """Keep open ones whose deadline is over."""
        return self.open().filter(deadline_date__lt=day)
