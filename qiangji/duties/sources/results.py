"""The last steps of a cycle: recognition, what follows from results, filing, closing. Counts and days, nobody's name."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from qiangji.assessments.models import Cycle
from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.lib.dates import is_past
from qiangji.orgs.authorization import ROLES, Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.placing import SEATS
from qiangji.results.models import Filing
from qiangji.results.selectors.open_steps import What, filings_to_see_to, open_steps

KEY = "results"
AFTER = {What.MENDED: "复评后 ", What.RECHECKED: "复查后 "}


def collect(asker: Asker) -> list[Duty]:
    """Return what is left of the last steps: a statement for who recognizes, one for who files, none for others."""
    return [*steps(asker), *filings(asker), *closings(asker)]


def steps(asker: Asker) -> Iterable[Duty]:
    """Return how many sheets wait for a result, and for how many what follows from one was not opened.

    After mending by the day of the re-assessment, else by the cycle's.
    """
    cycles = {one.pk: one for one in asker.cycles_recognized}
    if not cycles:
        return
    followed: dict[int, Counter[str]] = {}
    for step in open_steps(cycles, over=[key for key, one in cycles.items() if is_over(one, asker)]):
        cycle = cycles[step.cycle_id]
        if step.what in (What.FIRST, *AFTER):
            title = f"{AFTER.get(step.what, '')}{step.many} 张考评表待认定"
            yield counted(cycle, title, "认定", "results:recognition", step.until or end_of(cycle))
        else:
            unit = "党支部" if step.what == What.BRANCHES else "组织"
            followed.setdefault(cycle.pk, Counter())[unit] += step.many
    for key, counts in followed.items():
        whose = "、".join(f"{counts[unit]} 个{unit}" for unit in ("组织", "党支部") if counts[unit])
        title, cycle = f"结果运用：{whose}尚未开出", cycles[key]
        yield counted(cycle, title, "开出", "results:consequences", end_of(cycle))


def is_over(cycle: Cycle, asker: Asker) -> bool:
    """Say whether a cycle runs past its last review deadline, so that who never applied is told to mend."""
    return cycle.closed_at is None and is_past(cycle.rating_deadline_date, at=asker.at)


def filings(asker: Asker) -> Iterable[Duty]:
    """Return the filings that wait for a receipt of the own node, and those of the own region that came back.

    Regions, and what stands above them, are guidance committees: who has no seat at one is asked for nothing.
    """
    seats = [
        held.organization_id
        for held in asker.reach.held
        if Organization.Kind.GUIDANCE_COMMITTEE in SEATS.get(held.role, ())
        and ROLES[held.role].allows(Permission.FILE_RESULTS, own=True)
    ]
    for row in filings_to_see_to(seats) if seats else ():
        yield filing_duty(row)


def filing_duty(row: Filing) -> Duty:
    """Return one filing as a duty: to be received, or, sent back, to be frozen and filed anew."""
    summary, receipt = row.summary, getattr(row, "receipt", None)
    action = Action("办理", "results:frozen_summary", (summary.public_id,))
    if receipt is not None:
        action = Action("办理", "results:summary", (summary.cycle.public_id, summary.region.public_id))
    return Duty(
        source=KEY,
        title="报备的汇总表：出具回执" if receipt is None else "汇总表被退回：重新固定、报备",
        organization=summary.region,
        due=end_of(summary.cycle),
        asks=(
            Ask(
                summary.cycle.title,
                clause=summary.cycle.plan_number,
                words=f"汇总表 {summary.number}" if receipt is None else f"退回原因：{receipt.words}",
            ),
        ),
        action=action,
    )


def closings(asker: Asker) -> Iterable[Duty]:
    """Return the own cycles whose last day is over and that are still open."""
    for cycle in asker.cycles_owned:
        if cycle.closed_at is None and is_past(cycle.closing_date, at=asker.at):
            yield counted(
                cycle,
                "考核周期到期：核对未办事项，关闭周期",
                "办理",
                "results:close_cycle",
                cycle.closing_date,
            )


def end_of(cycle: Cycle) -> date | None:
    """Return the last day of an open cycle; what comes after its closing has no day of its own."""
    return cycle.closing_date if cycle.closed_at is None else None


def counted(cycle: Cycle, title: str, verb: str, view: str, due: date | None) -> Duty:
    """Return a duty about a whole cycle."""
    return Duty(
        source=KEY,
        title=title,
        organization=None,
        due=due,
        asks=(Ask(cycle.title, clause=cycle.plan_number),),
        action=Action(verb, view, (cycle.public_id,)),
        key=f"{title}:{cycle.pk}",
    )
