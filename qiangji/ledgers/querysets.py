"""Row filters of records; ``visible_to`` is where every page of the ledgers starts."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from qiangji.ledgers.vocabulary import KINDS
from qiangji.orgs import paths
from qiangji.orgs.authorization import Permission

if TYPE_CHECKING:
    from qiangji.orgs.reach import Reach


class RecordQuerySet(models.QuerySet):
    """Records of ledgers."""

    def visible_to(self, reach: "Reach") -> Self:
        """Keep records of nodes whose ledgers this person reads; restricted ones only where restricted data is.

        Restricted kinds are also shown to the role that answers for them, whoever typed: the discipline secretary reads
        what the predecessor stated, and nothing restricted besides. Who typed a restricted record goes on seeing that one.
        """
        here = reach.condition_for(Permission.SEE_LEDGERS, "organization__path")
        restricted = reach.condition_for(Permission.SEE_RESTRICTED, "organization__path")
        owned = self.owned_by(reach)
        return self.filter(here & (Q(is_restricted=False) | restricted | Q(recorded_by=reach.user) | owned))

    def owned_by(self, reach: "Reach") -> Q:
        """Return the condition for records of restricted kinds that a role of this person answers for, all kinds theirs."""
        named = apps.get_model("ledgers", "RecordKind").objects.filter(record=OuterRef("pk"))
        condition = Q(pk__in=[])
        for held in reach.held:
            kinds = [kind.code for kind in KINDS.values() if kind.restricted and held.role in kind.recorders]
            if kinds:
                theirs = Exists(named.filter(kind__in=kinds)) & ~Exists(named.exclude(kind__in=kinds))
                condition |= Q(paths.below(held.path, "organization__path")) & Q(theirs)
        return condition

    def confirmed(self) -> Self:
        """Keep what counts: neither drafts nor withdrawn ones."""
        return self.filter(state="confirmed")

    def of_kind(self, *kinds: str) -> Self:
        """Keep records that count as one of these kinds."""
        named = apps.get_model("ledgers", "RecordKind").objects
        return self.filter(Exists(named.filter(record=OuterRef("pk"), kind__in=kinds)))

    def between(self, start: date, end: date) -> Self:
        """Keep records whose event lies in a window, both ends included."""
        return self.filter(date__gte=start, date__lte=end)
