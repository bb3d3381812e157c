"""Terms, letters and requests: what waits in elections, and what comes next within a year."""

from datetime import timedelta

from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.lib.dates import day_text
from qiangji.members.elections.access import is_superior
from qiangji.members.elections.ledger import LedgerRow, ledger_of
from qiangji.members.elections.selectors import election_tasks_of
from qiangji.members.elections.timetable import Milestone
from qiangji.orgs import paths
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.placing import INSIDE_HOSPITAL

KEY = "elections"
AHEAD = timedelta(days=366)
LETTER = "reminder"
BY_ELECTION = "附件2 组织设置 6：班子成员空缺应及时补选"
NOBODY = 0  # no organization's key: somebody answers, but nobody that this person acts for


def collect(asker: Asker) -> list[Duty]:
    """Return what waits in elections and what is next, for whoever takes the step: four statements at most."""
    reach = asker.reach
    if not asker.looks_after_terms:
        return []
    nodes = [one for one in asker.nodes if getattr(one, "has_terms", False)]
    rows = ledger_of(nodes, on=asker.day)
    superiors = superiors_of(asker)
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
                else (Ask("换届选举", clause=BY_ELECTION, words="职务空缺，应及时补选"),),
                action=Action("办理", *task.place),
            )
        )
    for row in rows:
        found += ahead(asker, row, superiors.get(row.organization.pk))
    return found


def superiors_of(asker: Asker) -> dict[int, int]:
    """Return whose answer each organization waits for: of what stands inside a hospital, the hospital's; no statement.

    A hospital that this person does not hold a seat at or read is nobody's that is asked about: it stands as NOBODY.
    """
    hospitals = {one.path: one.pk for one in asker.nodes if one.kind == Organization.Kind.HOSPITAL}
    found: dict[int, int] = {}
    for one in asker.nodes:
        if one.kind in INSIDE_HOSPITAL:
            above = (hospitals[path] for path in reversed(paths.ancestors(one.path)) if path in hospitals)
            found[one.pk] = next(above, NOBODY)
        elif getattr(one, "supervisor", None) is not None:
            found[one.pk] = one.supervisor  # type: ignore[attr-defined]
    return found


def ahead(asker: Asker, row: LedgerRow, superior: int | None) -> list[Duty]:
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
