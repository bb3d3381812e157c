"""Who may do what with results."""

from qiangji.assessments.models import Cycle
from qiangji.assessments.permissions import holds_at
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach


def may_recognize(reach: Reach, cycle: Cycle) -> bool:
    """Say whether this person recognizes the results of a cycle: at the recognizing body itself."""
    return holds_at(reach, cycle.recognizing_id, Permission.RECOGNIZE_RESULTS, own=True)


def who_recognizes(cycle: Cycle) -> str:
    """Say in Chinese who may, for the page that refuses."""
    body = cycle.recognizer or cycle.owner
    return f"{body.name}的{'、'.join(roles_that(Permission.RECOGNIZE_RESULTS, own=True))}"


def may_file(reach: Reach, region: Organization) -> bool:
    """Say whether this person freezes and files the summary of a region: at its guidance committee itself."""
    return holds_at(reach, region.pk, Permission.FILE_RESULTS, own=True)


def may_receive(reach: Reach, region: Organization) -> bool:
    """Say whether this person gives the receipt for a region's filing: at the node right above it."""
    return region.parent_id is not None and holds_at(
        reach, region.parent_id, Permission.FILE_RESULTS, own=True
    )
