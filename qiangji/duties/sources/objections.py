"""Corrections and appeals 更正和申诉: what waits for an answer of the own body, until the day that was set for it."""

from django.db.models import Q

from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.orgs.authorization import Permission
from qiangji.results.models import Objection
from qiangji.results.services.objections import may_answer

KEY = "objections"
ANSWERS = (Permission.REVIEW_HOSPITAL_SHEET, Permission.REVIEW_BRANCH_SHEET)


def collect(asker: Asker) -> list[Duty]:
    """Return the objections that this person answers, a duty each: one statement, none for who answers nothing."""
    seats = {node for one in ANSWERS for node in asker.reach.nodes_with(one, own=False)}
    seats |= set(asker.reach.nodes_with(Permission.RECOGNIZE_RESULTS, own=True))
    if not seats:
        return []
    rows = Objection.objects.filter(Q(body__in=seats), state=Objection.State.OPEN).select_related(
        "sheet__organization", "sheet__cycle", "body"
    )
    return [duty_of(row) for row in rows if may_answer(asker.reach, row)]


def duty_of(row: Objection) -> Duty:
    """Return one objection as a duty; what is objected to stands on its own page."""
    kind = row.get_kind_display()
    return Duty(
        source=KEY,
        title=f"答复{kind}",
        organization=row.sheet.organization,
        due=row.answer_until,
        asks=(
            Ask(
                row.sheet.cycle.title,
                clause=row.sheet.cycle.plan_number,
                words=f"{kind}待{row.body.short_name}答复",
            ),
        ),
        action=Action("答复", "results:objection", (row.public_id,)),
    )
