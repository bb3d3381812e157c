"""Who may do what with results."""

from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.permissions import holds_at
from qiangji.assessments.services.evidence import is_inside_hospital
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.results.models import Consequence


def may_recognize(reach: Reach, cycle: Cycle) -> bool:
    """Say whether this person recognizes the results of a cycle: at the recognizing body itself."""
    return holds_at(reach, cycle.recognizing_id, Permission.RECOGNIZE_RESULTS, own=True)


def who_recognizes(cycle: Cycle) -> str:
    """Say in Chinese who may, for the page that refuses."""
    body = cycle.recognizer or cycle.owner
    return f"{body.name}的{'、'.join(roles_that(Permission.RECOGNIZE_RESULTS, own=True))}"


def may_revoke(reach: Reach, sheet: Sheet) -> bool:
    """Say whether this person may propose or decide that a recognition be taken back: who recognizes, from no seat inside."""
    return may_recognize(reach, sheet.cycle) and not is_inside_hospital(reach, sheet.organization)


def who_revokes(cycle: Cycle) -> str:
    """Say in Chinese who may, for the page that refuses."""
    return f"撤销认定由{who_recognizes(cycle)}一人提出、另一人审定，本院人员不能办理。"


def may_file(reach: Reach, region: Organization) -> bool:
    """Say whether this person freezes and files the summary of a region: at its guidance committee itself."""
    return holds_at(reach, region.pk, Permission.FILE_RESULTS, own=True)


def may_receive(reach: Reach, region: Organization) -> bool:
    """Say whether this person gives the receipt for a region's filing: at the node right above it."""
    return region.parent_id is not None and holds_at(
        reach, region.parent_id, Permission.FILE_RESULTS, own=True
    )


def may_finish(reach: Reach, row: Consequence) -> bool:
    """Say whether this person may note what was done: who owns it, or who recognized."""
    return (
        holds_at(reach, row.owner_id, Permission.ORDER_RECTIFICATION, own=False)
        or holds_at(reach, row.owner_id, Permission.RECOGNIZE_RESULTS, own=True)
        or may_recognize(reach, row.sheet.cycle)
    )


def may_number(reach: Reach, row: Consequence) -> bool:
    """Say whether this person may record the number of the notice: who issues it, which a hospital to which it goes does not."""
    if row.kind == Consequence.Kind.KEY_BRANCH:
        return may_recognize(reach, row.sheet.cycle)
    return may_finish(reach, row)


def may_take_back(reach: Reach, row: Consequence) -> bool:
    """Say whether this person may withdraw it or give it another day: who recognizes today, from no seat inside."""
    return may_recognize(reach, row.sheet.cycle) and not is_inside_hospital(reach, row.sheet.organization)
