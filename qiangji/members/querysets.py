"""Row filters of persons and members; ``visible_to`` keeps names inside their own hospital (domain §1)."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from qiangji.orgs.authorization import Permission

if TYPE_CHECKING:
    from qiangji.orgs.reach import Reach


def holds(day: date, prefix: str = "") -> Q:
    """Return "holds on this day, both ends included" for dated rows behind a prefix."""
    return Q(**{f"{prefix}start_date__lte": day}) & (
        Q(**{f"{prefix}end_date__isnull": True}) | Q(**{f"{prefix}end_date__gte": day})
    )


class PersonQuerySet(models.QuerySet):
    """Persons. Names are seen by roles inside the hospital only, never by whoever supervises or guides it."""

    def visible_to(self, reach: "Reach") -> Self:
        """Keep who works today, or belongs today to a branch, below a node where this person sees members."""
        employments = apps.get_model("members", "Employment").objects
        memberships = apps.get_model("members", "BranchMembership").objects
        here = reach.condition_for(Permission.SEE_MEMBERS, "organization__path")
        employed = employments.filter(here, holds(reach.day), person=OuterRef("pk"))
        belongs = memberships.filter(here, holds(reach.day), member__person=OuterRef("pk"))
        return self.filter(Q(Exists(employed)) | Q(Exists(belongs)))


class MemberQuerySet(models.QuerySet):
    """Members; status on a day is told by the dates."""

    def visible_to(self, reach: "Reach") -> Self:
        """Keep those whose branch today is below a node where this person sees members."""
        memberships = apps.get_model("members", "BranchMembership").objects
        here = reach.condition_for(Permission.SEE_MEMBERS, "organization__path")
        return self.filter(Exists(memberships.filter(here, holds(reach.day), member=OuterRef("pk"))))

    def on(self, day: date) -> Self:
        """Keep who was a member, full or probationary, on a day."""
        return self.filter(Q(ceased_date__isnull=True) | Q(ceased_date__gt=day), joined_date__lte=day)

    def full_on(self, day: date) -> Self:
        """Keep full members 正式党员 of a day."""
        return self.on(day).filter(confirmed_date__lte=day)

    def probationary_on(self, day: date) -> Self:
        """Keep probationary members 预备党员 of a day."""
        return self.on(day).filter(Q(confirmed_date__isnull=True) | Q(confirmed_date__gt=day))


class TransferQuerySet(models.QuerySet):
    """Transfers, seen by both ends: whoever reads the register of the sender or keeps that of the receiver."""

    def visible_to(self, reach: "Reach") -> Self:
        """Keep transfers of either side; the receiver's end with what was withdrawn or returned."""
        return self.sent_from(reach) | self.arriving_at(reach)

    def sent_from(self, reach: "Reach") -> Self:
        """Keep transfers out of nodes whose register this person may read."""
        return self.filter(reach.condition_for(Permission.SEE_MEMBERS, "source__path"))

    def arriving_at(self, reach: "Reach") -> Self:
        """Keep transfers into hospitals whose register this person keeps: waiting, or received there."""
        here = reach.condition_for(Permission.MANAGE_MEMBERS, "target__path")
        return self.filter(here, state__in=["sent", "received"])
