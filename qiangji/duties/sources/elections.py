"""Terms, letters and requests: what waits in elections, and what comes next within a year."""

from datetime import timedelta

from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.lib.dates import day_text
from qiangji.members.elections.access import is_superior
from qiangji.members.elections.ledger import LedgerRow, ledger
from qiangji.members.elections.selectors import election_tasks_of
from qiangji.members.elections.timetable import Milestone
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.selectors import supervisor_of

KEY = "elections"
AHEAD = timedelta(days=366)
LETTER = "reminder"


def collect(asker: Asker) -> list[Duty]:
    """Return what waits in elections and what is next, for whoever takes the step: six statements."""
    reach = asker.reach
    may = reach.may_somewhere
    if not (may(Permission.MANAGE_POSTS) or may(Permission.APPROVE_ELECTIONS)):
        return []
    rows = ledger(reach, on=asker.day)
    superiors = supervisor_of([row.organization for row in rows], on=asker.day)
    by_place = {(row.organization.pk, row.title): row for row in rows}
    found = []
    for task in election_tasks_of(reach, rows, superiors):
        row = by_place.get((task.organization.pk, task.title))
        found.append(
            Duty(
                source=KEY,
                title=f"{task.title}：{task.task}",
                organization=task.organization,
                due=task.deadline,
                asks=(ask_of(row, row.next if row else None),)
                if row
                else (Ask("换届选举", words="职务空缺，应及时补选"),),
                action=Action("办理", *task.place),
            )
        )
    for row in rows:
        found += ahead(asker, row, superiors.get(row.organization.pk))
    return found


def ahead(asker: Asker, row: LedgerRow, superior: Organization | None) -> list[Duty]:
    """Return the next thing of a term that is not near yet, for whose step it is, a year ahead at most."""
    step = row.next
    if row.state != "ahead" or step is None or step.day > asker.day + AHEAD:
        return []
    keeps = asker.reach.allows_at(Permission.MANAGE_POSTS, row.organization.path)
    answers = keeps if superior is None else is_superior(asker.reach, superior)
    if not (answers if step.key == LETTER else keeps):
        return []
    return [
        Duty(
            source=KEY,
            title=f"{row.title}：{step.title}",
            organization=row.organization,
            due=step.day,
            asks=(ask_of(row, step),),
            action=Action("换届台账", "members:elections"),
        )
    ]


def ask_of(row: LedgerRow, step: Milestone | None) -> Ask:
    """Return why: the term's end, the clause, and an approval that moved it."""
    notes: tuple[str, ...] = ()
    if row.is_moved and row.term is not None:
        notes = (f"届满日期已按批复由 {row.term.due_date:%Y-%m-%d} 改为 {row.due:%Y-%m-%d}。",)
    words = f"本届任期 {day_text(row.due)}届满" if row.due else "换届进行中"
    return Ask("换届选举", clause=step.basis if step else "", words=words, notes=notes)
