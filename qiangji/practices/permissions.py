"""Who may do what with a practice: its organization writes it, the body it was handed to reviews it."""

from qiangji.orgs.authorization import ROLES, Permission, roles_that
from qiangji.orgs.reach import Reach
from qiangji.practices.models import Practice
from qiangji.practices.states import Side


def acts_for(reach: Reach, permission: Permission, node: int | None, *, own: bool) -> bool:
    """Say whether a role held at a node allows something there (own), or towards those it answers for."""
    return any(
        held.organization_id == node and ROLES[held.role].allows(permission, own=own) for held in reach.held
    )


def acts(reach: Reach, row: Practice, side: Side) -> bool:
    """Say whether this person acts on one side of a practice."""
    if side == Side.OWN:
        return acts_for(reach, Permission.SUBMIT_PRACTICE, row.organization_id, own=True)
    if side == Side.REVIEWER:
        return acts_for(reach, Permission.REVIEW_PRACTICE, row.submitted_to_id, own=False)
    publisher = row.published_by
    return publisher is not None and (
        acts_for(reach, Permission.REVIEW_PRACTICE, publisher.pk, own=False)
        or reach.may(Permission.REVIEW_PRACTICE, publisher.pk, publisher.path)
    )


def may_read(reach: Reach, row: Practice) -> bool:
    """Say whether one may be opened.

    What stands in the library is open to whoever sees it. Before that it is its organization's, from the first handing
    in also the reviewers'; after a withdrawal also those who adopted it read what became of it.
    """
    if row.is_readable_by_others:
        return True
    return works_on(reach, row) or (row.published_number is not None and has_adopted(reach, row))


def works_on(reach: Reach, row: Practice) -> bool:
    """Say whether this person sees what is being written: the own side, and reviewers once it was handed in."""
    if acts(reach, row, Side.OWN):
        return True
    return row.submitted_to_id is not None and (
        acts(reach, row, Side.REVIEWER)
        or (row.published_number is not None and acts(reach, row, Side.PUBLISHER))
    )


def has_adopted(reach: Reach, row: Practice) -> bool:
    """Say whether one of the own organizations ever adopted it."""
    nodes = [held.organization_id for held in reach.held]
    return row.adoptions.filter(organization__in=nodes).exists()


def who_may(row: Practice, side: Side) -> str:
    """Say in Chinese who may, for the page that refuses."""
    if side == Side.OWN:
        return f"{row.organization.name}的{'、'.join(roles_that(Permission.SUBMIT_PRACTICE, own=True))}"
    body = row.submitted_to if side == Side.REVIEWER else row.published_by
    where = body.name if body is not None else "上级单位"
    return f"{where}的{'、'.join(roles_that(Permission.REVIEW_PRACTICE, own=False))}"


def why_unreadable(row: Practice) -> str:
    """Say who may open a practice that is not in the library."""
    if row.submitted_to_id is None:
        return f"这条好做法还在填写，只有{who_may(row, Side.OWN)}可以查看。"
    return f"这条好做法没有在库中发布，只有{who_may(row, Side.OWN)}和审定单位可以查看。"
