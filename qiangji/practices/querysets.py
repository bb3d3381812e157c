"""Row filters of practices: the own ones, those handed to a body, and what is published to where one stands."""

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from qiangji.orgs import paths
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Oversight
from qiangji.practices.states import State

if TYPE_CHECKING:
    from qiangji.orgs.reach import Reach


def audience(reach: "Reach", prefix: str = "published_to") -> Q:
    """Return "published to where this person stands" as a condition on the node something is published to.

    That is a node at or above one of the own, one that supervises or guides such a node today, or one that the person
    reaches: whoever answers for a region knows what is read in it.
    """
    above = {upper for path in reach.paths for upper in paths.ancestors(path)}
    overseers = Oversight.objects.on(reach.day).filter(subject__path__in=above, overseer=OuterRef(prefix))
    return Q(**{f"{prefix}__path__in": above}) | Q(Exists(overseers)) | reach.condition(f"{prefix}__path")


class PracticeQuerySet(models.QuerySet):
    def in_library(self) -> Self:
        """Keep those of which a text is published and not withdrawn."""
        return self.filter(published_number__isnull=False).exclude(state=State.WITHDRAWN)

    def readable_by(self, reach: "Reach") -> Self:
        """Keep what the library shows this person."""
        return self.in_library().filter(audience(reach))

    def visible_to(self, reach: "Reach") -> Self:
        """Keep practices of organizations in reach, those published to where one stands, and those one adopted.

        Whether one in reach may be opened before it is published is another question (``permissions``).
        """
        adoptions = apps.get_model("practices", "Adoption").objects
        adopted = adoptions.filter(
            organization__in=[held.organization_id for held in reach.held], practice=OuterRef("pk")
        )
        published = Q(published_number__isnull=False) & ~Q(state=State.WITHDRAWN) & audience(reach)
        return self.filter(reach.condition("organization__path") | published | Q(Exists(adopted)))

    def own_of(self, reach: "Reach") -> Self:
        """Keep those of organizations for which this person recommends."""
        return self.filter(organization__in=reach.nodes_with(Permission.SUBMIT_PRACTICE, own=True))

    def handed_to(self, reach: "Reach") -> Self:
        """Keep those that wait for a body from which this person reviews."""
        nodes = reach.nodes_with(Permission.REVIEW_PRACTICE, own=False)
        return self.filter(state=State.SUBMITTED, submitted_to__in=nodes)
