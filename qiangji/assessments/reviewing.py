"""Which sheets an office has to accept or rate, at which stage, and who of it may: the ground of the reviewers' queue."""

from datetime import datetime

from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from qiangji.accounts.models import User
from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import review_permission
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.lib.dates import local_day
from qiangji.orgs.authorization import ROLES, Permission
from qiangji.orgs.models import Organization, RoleAssignment
from qiangji.orgs.reach import Reach

TO_ACCEPT = (State.SUBMITTED, State.UNDER_ACCEPTANCE)
TO_RATE = (State.ACCEPTED, State.UNDER_RATING)
REVIEWS = {Permission.REVIEW_HOSPITAL_SHEET, Permission.REVIEW_BRANCH_SHEET}


def awaited_stage(sheet: Sheet) -> Stage | None:
    """Return the review that a sheet waits for, or None."""
    if sheet.state in TO_ACCEPT:
        return Stage.ACCEPTANCE
    return Stage.RATING if sheet.state in TO_RATE and sheet.final_stage == Stage.RATING else None


def office_of(sheet: Sheet, stage: str) -> int | None:
    """Return the node whose people review the sheet at a stage."""
    return sheet.supervisor_id if stage == Stage.ACCEPTANCE else sheet.rating_authority_id


def stage_expression() -> Combinable:
    """Return the awaited stage as a column of sheets that wait."""
    return Case(
        When(state__in=TO_ACCEPT, then=Value(Stage.ACCEPTANCE.value)), default=Value(Stage.RATING.value)
    )


def deadline_expression() -> Combinable:
    """Return the deadline of the awaited stage as a column of sheets that wait."""
    accepted = When(state__in=TO_ACCEPT, then=F("cycle__acceptance_deadline_date"))
    return Coalesce(F("own_deadline_date"), Case(accepted, default=F("cycle__rating_deadline_date")))


def of_my_offices(reach: Reach, *, assigning: bool = False) -> Q:
    """Return the condition "waits for a review by an office of mine" on sheets that can still be written.

    An office is a node where a role of mine reviews that kind of sheet, or distributes the reviews; ``assigning``
    keeps the latter only.
    """
    heads = reach.nodes_with(Permission.ASSIGN_REVIEWS, own=False)
    condition = Q(pk__in=[])
    for is_hospital, permission in (
        (True, Permission.REVIEW_HOSPITAL_SHEET),
        (False, Permission.REVIEW_BRANCH_SHEET),
    ):
        nodes = heads if assigning else [*heads, *reach.nodes_with(permission, own=False)]
        kind = Q(organization_kind=Organization.Kind.HOSPITAL)
        condition |= (kind if is_hospital else ~kind) & (
            Q(supervisor__in=nodes, state__in=TO_ACCEPT)
            | Q(rating_authority__in=nodes, state__in=TO_RATE, final_stage=Stage.RATING)
        )
    return condition & still_written()


def still_written(prefix: str = "") -> Q:
    """Return the condition "its cycle is not closed, or it is assessed by a day of its own" on sheets."""
    return Q(**{f"{prefix}cycle__closed_at__isnull": True}) | Q(
        **{f"{prefix}own_deadline_date__isnull": False}
    )


def leads_offices(reach: Reach) -> list[int]:
    """Return the nodes whose reviews this person distributes."""
    return reach.nodes_with(Permission.ASSIGN_REVIEWS, own=False)


def works_in_offices(reach: Reach) -> list[int]:
    """Return the nodes where this person reviews or distributes reviews."""
    nodes = {node for permission in REVIEWS for node in reach.nodes_with(permission, own=False)}
    return sorted(nodes | set(leads_offices(reach)))


def reviewers_at(nodes: list[int], *, at: datetime) -> dict[int, dict[Permission, dict[int, User]]]:
    """Return who reviews at each of some nodes today: node, what is reviewed, person by key. One query."""
    seats = RoleAssignment.objects.on(local_day(at)).filter(organization__in=nodes, user__is_active=True)
    found: dict[int, dict[Permission, dict[int, User]]] = {}
    for seat in seats.select_related("user").order_by("user__name", "user_id"):
        for permission in REVIEWS:
            if ROLES[seat.role].allows(permission, own=False):
                by_permission = found.setdefault(seat.organization_id, {})
                by_permission.setdefault(permission, {})[seat.user_id] = seat.user
    return found


def may_review_at(
    reviewers: dict[int, dict[Permission, dict[int, User]]], sheet: Sheet, stage: str, user: User
) -> bool:
    """Say whether somebody is among an office's reviewers of this kind of sheet."""
    node = office_of(sheet, stage)
    return node is not None and user.pk in reviewers.get(node, {}).get(review_permission(sheet), {})
