"""Row filters of the organization tree, and the one ``visible_to`` from which every page starts."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from qiangji.orgs import paths
from qiangji.orgs.authorization import Permission

if TYPE_CHECKING:
    from qiangji.orgs.models import Organization
    from qiangji.orgs.reach import Reach


class DatedQuerySet(models.QuerySet):
    """Rows that hold from one day to another, both included."""

    def on(self, day: date) -> Self:
        return self.filter(Q(end_date__isnull=True) | Q(end_date__gte=day), start_date__lte=day)


class RoleAssignmentQuerySet(DatedQuerySet):
    """Roles held. The day a role ends no longer counts, so that taking one away works at once and not at midnight."""

    def on(self, day: date) -> Self:
        return self.filter(Q(end_date__isnull=True) | Q(end_date__gt=day), start_date__lte=day)


class OrganizationQuerySet(DatedQuerySet):
    """Organizations; ``on(day)`` keeps those that are set up and not abolished on that day."""

    def visible_to(self, reach: "Reach") -> Self:
        """Keep what this person may see: own subtrees, and what those nodes supervise or guide, each with subtree."""
        return self.filter(reach.condition("path"))

    def below(self, organization: "Organization") -> Self:
        """Keep an organization and everything under it."""
        return self.filter(paths.below(organization.path))


class OrganizationBoundQuerySet(models.QuerySet):
    """Rows that belong to one organization (``organization``) and are seen where a permission is held."""

    def within(self, reach: "Reach", permission: Permission) -> Self:
        """Keep rows of nodes at or below which a role held by this person allows something; oversight does not count."""
        return self.filter(reach.condition_for(permission, "organization__path"))
