"""Corrections and appeals 更正和申诉: what waits for an answer of the own body, until the day that was set for it."""

from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.results.models import Objection
from qiangji.results.selectors.waiting import objections_to_answer

KEY = "objections"


def collect(asker: Asker) -> list[Duty]:
    """Return the objections that this person answers, a duty each: one statement, none for who answers nothing."""
    return [duty_of(row) for row in objections_to_answer(asker.reach)]


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
