"""How each criterion of an edition is marked, as the sheet's pages say it: read once for as long as the edition stands.

A published edition never changes (its digest says so), and every sheet of a cycle has one of a few; reading a hundred
criteria anew for each page, and working out which marks each of them allows, was a fifth of the page's processor time.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from uuid import UUID

from qiangji.lib.numbers import plain
from qiangji.standards.descriptions import describe
from qiangji.standards.models import Criterion, Edition
from qiangji.standards.values import highest_value

KEYS_SHOWN = 5
EDITIONS_KEPT = 20


@dataclass(frozen=True)
class Marking:
    """One criterion and the marks it takes. Shared by pages: nobody writes to it, or to its criterion."""

    criterion: Criterion

    @cached_property
    def highest(self) -> Decimal:
        """The most this criterion can bring."""
        return highest_value(self.criterion.scoring_rule, self.criterion.points)

    @cached_property
    def allowed(self) -> tuple[Decimal, ...] | None:
        """Every mark it takes; None where they are too many to list."""
        return self.criterion.allowed_values()

    @cached_property
    def allowed_text(self) -> str:
        """The allowed values for the script, empty where they are too many to list."""
        return ",".join(plain(value) for value in self.allowed or ())

    @cached_property
    def keys(self) -> tuple[Decimal, ...]:
        """The values that get a button of their own: all where they are few, else lowest, half, full."""
        if self.allowed is not None and len(self.allowed) <= KEYS_SHOWN:
            return self.allowed
        return self.main_keys

    @cached_property
    def main_keys(self) -> tuple[Decimal, ...]:
        """The buttons that a phone keeps beside its steppers: lowest, half, full."""
        return self.criterion.quick_values()

    @cached_property
    def how(self) -> str:
        """How this criterion is scored, in a sentence."""
        return describe(self.criterion.scoring_rule, self.criterion.points, self.criterion.step)


def markings_of(edition: Edition) -> dict[int, Marking]:
    """Return an edition's criteria by their keys, with group and section: one statement the first time, then none.

    An edition that is not published is read each time.
    """
    if edition.is_published:
        return kept(edition.public_id, edition.content_digest)
    return _read(edition.public_id)


@lru_cache(maxsize=EDITIONS_KEPT)
def kept(public_id: UUID, content_digest: str) -> dict[int, Marking]:
    """Return the criteria of a published edition, for as long as it has this content."""
    return _read(public_id)


def _read(public_id: UUID) -> dict[int, Marking]:
    criteria = Criterion.objects.filter(edition__public_id=public_id).select_related("group__section")
    return {criterion.pk: Marking(criterion) for criterion in criteria.order_by("position")}
