"""Objections that wait for an answer of one's own body: for the reviewers' queue and for what is due."""

from django.db.models import F

from qiangji.orgs.authorization import Permission
from qiangji.orgs.reach import Reach
from qiangji.results.models import Objection
from qiangji.results.services.objections import may_answer

ANSWERS = (Permission.REVIEW_HOSPITAL_SHEET, Permission.REVIEW_BRANCH_SHEET)


def objections_to_answer(reach: Reach) -> list[Objection]:
    """Return what this person answers, the nearest deadline first: one statement, none for who answers nothing."""
    seats = {node for one in ANSWERS for node in reach.nodes_with(one, own=False)}
    seats |= set(reach.nodes_with(Permission.RECOGNIZE_RESULTS, own=True))
    if not seats:
        return []
    rows = (
        Objection.objects.filter(body__in=seats, state=Objection.State.OPEN)
        .select_related(
            "sheet__organization", "sheet__supervisor", "sheet__rating_authority", "sheet__cycle", "body",
            "answer__criterion", "result__revocation",
        )
        .order_by(F("answer_until").asc(nulls_last=True), "filed_at", "pk")
    )  # fmt: skip
    return [row for row in rows if may_answer(reach, row)]
