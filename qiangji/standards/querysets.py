"""Which editions, drafts and settings of parameters a person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.orgs.querysets import DatedQuerySet
from qiangji.orgs.reach import Reach

if TYPE_CHECKING:
    from qiangji.standards.models import Draft, Edition, ParameterSetting  # noqa: F401


class EditionQuerySet(QuerySet["Edition"]):
    """Editions."""

    def visible_to(self, reach: Reach) -> EditionQuerySet:
        """Published ones and the library's are everybody's; a draft that a site brought in is its organization's."""
        return self.filter(
            Q(status="published")
            | Q(organization__isnull=True)
            | Q(organization__in=Organization.objects.visible_to(reach))
        )


class DraftQuerySet(QuerySet["Draft"]):
    """The workshop's drafts."""

    def visible_to(self, reach: Reach) -> DraftQuerySet:
        """Those of organizations that this person sees."""
        return self.filter(organization__in=Organization.objects.visible_to(reach))


class ParameterSettingQuerySet(DatedQuerySet):
    """Parameters that subtrees set for themselves; ``on(day)`` also counts those that were withdrawn."""

    def standing(self) -> ParameterSettingQuerySet:
        """Leave out what was withdrawn, which held on no day."""
        return self.filter(is_withdrawn=False)

    def visible_to(self, reach: Reach) -> ParameterSettingQuerySet:
        """Keep what binds this person's own organizations, and what those that they see have set."""
        above = {upper for path in reach.paths for upper in paths.ancestors(path)}
        return self.filter(
            Q(organization__path__in=above) | Q(organization__in=Organization.objects.visible_to(reach))
        )
