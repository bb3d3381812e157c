"""Who works in what is judged, and so judges nothing about it (回避)."""

from qiangji.orgs import paths
from qiangji.orgs.authorization import ROLES, Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach


def works_in(reach: Reach, organization: Organization, answering: Permission) -> bool:
    """Say whether this person works in an organization: at a hospital every seat counts, elsewhere who answers for it.

    ``answering`` is the permission by which the organization's own people act in the matter.
    """
    is_hospital = organization.kind == Organization.Kind.HOSPITAL
    return any(
        paths.covers(organization.path, held.path)
        if is_hospital
        else held.organization_id == organization.pk and ROLES[held.role].allows(answering, own=True)
        for held in reach.held
    )
