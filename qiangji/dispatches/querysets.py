"""Row filters of tasks: what one reaches, what is one's own to do, what one issued, what is late."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from qiangji.dispatches.states import OPEN, WITH_THEM
from qiangji.orgs.authorization import Permission, RoleName

if TYPE_CHECKING:
    from qiangji.orgs.reach import Reach


def seats_of(reach: "Reach") -> list[int]:
    """Return the nodes at which a person has a seat; an inspector's reaches nothing by itself (domain §1)."""
    return [held.organization_id for held in reach.held if held.role != RoleName.INSPECTOR]


class TaskQuerySet(models.QuerySet):
    def visible_to(self, reach: "Reach") -> Self:
        """Keep those of organizations in reach, and those issued from a node at which one has a seat."""
        return self.filter(reach.condition("organization__path") | Q(issuer__in=seats_of(reach)))

    def received_by(self, reach: "Reach") -> Self:
        """Keep those of organizations for which this person answers."""
        return self.filter(organization__in=reach.nodes_with(Permission.ANSWER_DISPATCH, own=True))

    def issued_by(self, reach: "Reach") -> Self:
        """Keep those of bodies from which this person issues."""
        return self.filter(issuer__in=reach.nodes_with(Permission.ISSUE_DISPATCH, own=False))

    def open(self) -> Self:
        """Keep those that are neither closed nor withdrawn."""
        return self.filter(state__in=OPEN)

    def late_on(self, day: date) -> Self:
        """Keep those that still lie with their organization after their deadline."""
        return self.filter(state__in=WITH_THEM, deadline_date__lt=day)
