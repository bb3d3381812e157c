"""States as recorded, typed as the vocabulary has them; and reasons that stand for a usual figure."""

from datetime import date
from decimal import Decimal, InvalidOperation

from qiangji.orgs.models import OrganizationState
from qiangji.rules.fact_types import StateFact
from qiangji.rules.facts import MAXIMUM, Moment, Reason, State, Value
from qiangji.rules.vocabulary import EXCUSED, STATES
from qiangji.scoring.collecting.family import Family, Scope

REASONS = frozenset({"committee_size_reason", "discipline_size_reason"})
COUNTED = frozenset(name for name in STATES if name.endswith(EXCUSED))


def add_states(scope: Scope) -> None:
    """Read what is recorded of the hospitals themselves."""
    wanted = (scope.needs.states & set(STATES)) | REASONS | COUNTED | {"member_budget_standard"}
    judged = last_days(scope.moment)
    rows = OrganizationState.objects.filter(
        scope.within("organization__path"), kind__in=wanted, start_date__lte=scope.moment.as_of
    ).order_by("start_date")
    columns = ("organization__path", "kind", "value", "document", "start_date", "end_date")
    for path, kind, text, document, first, last in rows.values_list(*columns):
        family = scope.families.get(path)
        if family is None:
            continue
        if any(first <= day <= (last or MAXIMUM) for day in judged):
            add_reason(family, kind, text, document)
        value = typed(text, STATES[kind])
        if value is not None:
            family.states[kind].append(State(value, first, last or MAXIMUM))


def last_days(moment: Moment) -> tuple[date, ...]:
    """Return the days on which a stated reason has to stand: the last that can be judged of the cycle and of its year."""
    return min(moment.as_of, moment.cycle.last), min(moment.as_of, date(moment.year, 12, 31))


def add_reason(family: Family, kind: str, text: str, document: str) -> None:
    """Note what was stated for a usual figure: words, or for how many and by which document. None is no reason."""
    if kind in REASONS:
        family.reasons[kind] = Reason(text)
    elif kind in COUNTED:
        key, number, unit = kind.removesuffix(EXCUSED), int(text), STATES[kind].unit
        family.reasons.pop(key, None)
        if number:
            family.reasons[key] = Reason(f"{number} {unit}，{document}", number, unit)


def typed(text: str, fact: StateFact) -> Value | None:
    """Return a stored value in the type of its fact; None where it does not read as such.

    >>> typed("yes", StateFact("", "flag")), typed("12.5", StateFact("", "number"))
    (True, Decimal('12.5'))
    """
    if fact.type == "flag":
        return text == "yes"
    if fact.type != "number":
        return text
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def add_platforms(family: Family) -> None:
    """Take the newest statement on a platform as what holds until the next one."""
    statements = sorted(family.events.pop("e_branch", []), key=lambda event: (event.day, event.id))
    for number, event in enumerate(statements):
        later = statements[number + 1].day if number + 1 < len(statements) else None
        last = None if later is None else later.fromordinal(later.toordinal() - 1)
        if last is not None and last < event.day:
            continue
        for name, source in (
            ("e_branch_organizations", "organization_count"),
            ("e_branch_members", "quantity"),
        ):
            if source in event.values:
                family.hold(name, event.values[source], event.day, last)
