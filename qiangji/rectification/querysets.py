"""Row filters of rectifications."""

from datetime import date
from typing import Self

from django.db import models

from qiangji.orgs.reach import Reach
from qiangji.rectification.states import OPEN


class RectificationQuerySet(models.QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        """Keep those of organizations this person reaches; whether one may be opened is another question."""
        return self.filter(reach.condition("organization__path"))

    def open(self) -> Self:
        """Keep those that are neither closed nor withdrawn."""
        return self.filter(state__in=OPEN)

    def late_on(self, day: date) -> Self:
        """Keep open ones whose deadline is over."""
        return self.open().filter(deadline_date__lt=day)
