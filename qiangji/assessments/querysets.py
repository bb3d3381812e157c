"""Row filters of sheets."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from qiangji.lib.dates import local_day
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.reach import Reach


class SheetQuerySet(models.QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        """Keep the sheets of organizations this person reaches now, reached at opening, or was named to review or inspect.

        Whether an unsubmitted one may be opened is another question (``permissions.may_read``): superiors see that it
        exists and in which state, and nothing of its content.
        """
        seats = [held.organization_id for held in reach.held]
        assigned = Q(pk__in=[])
        if RoleName.INSPECTOR in reach.roles:
            ours = self.model._default_manager.filter(
                inspections__team__members__user=reach.user,
                inspections__team__members__left_date=None,
                inspections__team__start_date__lte=reach.day,
                inspections__team__end_date__gte=reach.day,
            )
            assigned = Q(pk__in=ours.order_by().values("pk"))
        return self.filter(
            assigned
            | reach.condition("organization__path")
            | reach.condition("organization_path")
            | Q(supervisor__in=seats)
            | Q(rating_authority__in=seats)
        )

    def in_cycle(self, cycle: models.Model) -> Self:
        return self.filter(cycle=cycle)

    def late_at(self, at: datetime) -> Self:
        """Keep drafts whose self-assessment deadline is over, or the day of their re-assessment."""
        day = local_day(at)
        over = Q(own_deadline_date__lt=day) | Q(
            own_deadline_date__isnull=True, cycle__self_deadline_date__lt=day
        )
        return self.filter(over, state="draft")
