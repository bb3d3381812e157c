"""What the ledgers lack of what the editions that bind an organization ask for.

For branches, and for whoever reads a ledger without filling the sheet: what the own sheet's traces say already is left out.
Besides the running period the one just over is looked at: what was held then can be recorded late, under its own day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from qiangji.assessments.permissions import is_closed
from qiangji.duties.actions import ledger_action, look_action
from qiangji.duties.asker import Asker
from qiangji.duties.bindings import Bindings
from qiangji.duties.demands import Demand, Stretch
from qiangji.duties.lines import Ask, Duty
from qiangji.duties.sources.traces import clause_of, title
from qiangji.ledgers.selectors.duties import Events, events_of
from qiangji.ledgers.vocabulary import KINDS
from qiangji.lib.numbers import plain
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization

KEY = "figures"


@dataclass(frozen=True)
class Lack:
    """A demand that an organization has not met in a stretch of days, and how much is there."""

    demand: Demand
    stretch: Stretch
    done: int


def collect(asker: Asker) -> list[Duty]:
    """Return what ledgers lack: five statements at most, however many organizations (one more per five thousand)."""
    organizations = asker.organizations
    if not organizations:
        return []
    bindings = Bindings(asker.running_sheets, asker.day, organizations)
    demands = {one.pk: bindings.demands_on(one) for one in organizations}
    kinds = {kind for found in demands.values() for demand in found for kind in demand.kinds}
    if not kinds:
        return []
    years = range(asker.day.year - 1, asker.day.year + 1)
    events = events_of([one.pk for one in organizations], sorted(kinds), years)
    told = told_by_traces(asker)
    duties = []
    for organization in organizations:
        groups: dict[tuple[tuple[str, ...], date], list[Lack]] = {}
        for demand in demands[organization.pk]:
            if (organization.pk, demand.criterion.edition.standard_id) in told:
                continue
            if not all(is_ones_own(asker, organization, kind) for kind in demand.kinds):
                continue
            for lack in lacks_of(demand, organization, events, asker.day):
                groups.setdefault((demand.kinds, lack.stretch.last), []).append(lack)
        duties += [duty_of(asker, organization, lacks) for lacks in groups.values()]
    return duties


def told_by_traces(asker: Asker) -> set[tuple[int, int]]:
    """Return the organizations and standards of which this person reads traces already: own sheets held against the facts."""
    return {
        (sheet.organization_id, sheet.edition.standard_id)
        for sheet in asker.own_sheets
        if getattr(sheet, "evaluation", None) is not None and not is_closed(sheet)
    }


def is_ones_own(asker: Asker, organization: Organization, kind: str) -> bool:
    """Say whether it is this person's to know what of a kind is lacking: who answers for the organization, or for the fact.

    Restricted kinds are few people's even there.
    """
    if asker.roles_at(organization) & set(KINDS[kind].recorders):
        return True
    if KINDS[kind].restricted and not asker.reach.allows_at(Permission.SEE_RESTRICTED, organization.path):
        return False
    return asker.answers_for(organization)


def lacks_of(demand: Demand, organization: Organization, events: Events, day: date) -> Iterator[Lack]:
    """Yield the stretches in which a demand is not met."""
    happened = [one for kind in demand.kinds for one in events.get((organization.pk, kind), ())]
    for stretch in demand.stretches(day, organization.start_date):
        done = stretch.count(happened)
        if done < demand.at_least:
            yield Lack(demand, stretch, done)


def duty_of(asker: Asker, organization: Organization, lacks: list[Lack]) -> Duty:
    """Return one duty for everything that asks for the same kinds by the same day."""
    kinds = lacks[0].demand.kinds
    action = ledger_action(asker.reach, organization, kinds) or look_action(asker.reach, organization)
    return Duty(
        source=KEY,
        title=title(kinds),
        organization=organization,
        due=lacks[0].stretch.last,
        asks=tuple(ask_of(lack, asker.day) for lack in lacks),
        action=action,
        is_own=organization.pk in asker.seats,
        facts=frozenset(kinds),
    )


def ask_of(lack: Lack, day: date) -> Ask:
    """Return why it is asked."""
    demand, stretch = lack.demand, lack.stretch
    criterion = demand.criterion
    notes: tuple[str, ...] = ("这是一般要求，偏离时可以说明理由。",) if demand.usual else ()
    if demand.origin:
        notes += (f"{demand.origin}。",)
    if stretch.last < day:
        notes += ("期限已过：当时开展过的可以补登记，活动日期照实填写。",)
    return Ask(
        rule=criterion.edition.title,
        clause=clause_of(criterion, demand.place),
        code=criterion.code,
        title=criterion.title,
        words=f"{demand.what or title(demand.kinds)}（{stretch.first:%Y-%m-%d} 至 {stretch.last:%Y-%m-%d}）",
        found=Decimal(lack.done),
        asked=demand.at_least,
        bound=f"{'一般' if demand.usual else ''}至少 {plain(demand.at_least)} 次",
        notes=notes,
    )
