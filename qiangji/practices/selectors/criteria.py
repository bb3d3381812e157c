"""The criteria that a practice can serve, for forms and filters."""

from uuid import UUID

from django.db.models import QuerySet

from qiangji.orgs.models import Organization
from qiangji.orgs.placing import INSIDE_HOSPITAL
from qiangji.orgs.reach import Reach
from qiangji.standards.models import AppliesTo, Criterion, Edition


def editions_for(reach: Reach, organization: Organization) -> list[Edition]:
    """Return the editions to choose from: published ones, those for this kind of organization first, newest first."""
    own = AppliesTo.BRANCH if organization.kind in INSIDE_HOSPITAL else AppliesTo.HOSPITAL
    order = {own.value: 0, AppliesTo.ALL.value: 1}
    rows = (
        Edition.objects.visible_to(reach).filter(status=Edition.Status.PUBLISHED).select_related("standard")
    )

    def rank(row: Edition) -> tuple[int, int, str, str]:
        return (order.get(row.standard.applies_to, 2), -row.year_of_effect, row.standard.code, row.label)

    return sorted(rows, key=rank)


def criteria_of(edition: Edition | None) -> QuerySet[Criterion]:
    """Return an edition's criteria in table order, each with its section."""
    rows = Criterion.objects.filter(edition=edition) if edition else Criterion.objects.none()
    return rows.select_related("group__section").order_by("position")


def criterion_chosen(editions: list[Edition], edition_id: str, code: str) -> Criterion | None:
    """Return the criterion that a form names, or None where it names none of the offered editions."""
    edition = edition_named(editions, edition_id)
    return criteria_of(edition).filter(code=code).first() if edition else None


def edition_named(editions: list[Edition], edition_id: str) -> Edition | None:
    """Return the edition with this public id among those offered."""
    try:
        wanted = UUID(edition_id)
    except ValueError:
        return None
    return next((one for one in editions if one.public_id == wanted), None)
