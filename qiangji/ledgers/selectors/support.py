"""Guarantees of Party work: venues with their six haves 六有, budget lines and spending, and what the ratios rest on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.db.models.fields.json import KeyTextTransform

from qiangji.ledgers.models import Record, RecordKind
from qiangji.ledgers.vocabulary import kind_of
from qiangji.orgs.facts_selectors import states_on
from qiangji.orgs.models import Organization

HAVES = ("has_room", "has_equipment", "has_signs", "has_flag", "has_reading", "has_rules")
NOTHING = Decimal(0)
BATCH = 5000
BUDGET, SPENDING = "budget_line", "spending"


@dataclass(frozen=True)
class Venue:
    """One room and which of the six things it has, in the order of the form."""

    record: Record
    haves: list[tuple[str, bool]]

    @property
    def missing(self) -> list[str]:
        return [title for title, has in self.haves if not has]

    @property
    def is_complete(self) -> bool:
        return not self.missing


def six_haves(organization: Organization, on: date) -> list[Venue]:
    """Return the venues in use on a day with their six haves: one statement."""
    titles = {one.name: one.title.removeprefix("有") for one in kind_of("activity_venue").fields}
    venues = (
        Record.objects.confirmed().of_kind("activity_venue").filter(organization=organization, date__lte=on)
    )
    return [
        Venue(record, [(titles[name], bool(record.values.get(name))) for name in HAVES])
        for record in venues.exclude(end_date__lt=on).order_by("date", "pk")
    ]


@dataclass
class Budget:
    """A year's budget and spending of one organization, in yuan, whole and by item."""

    planned: Decimal = NOTHING
    spent: Decimal = NOTHING
    items: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)

    @property
    def left(self) -> Decimal:
        """What may still be spent; below zero when more was spent than planned."""
        return self.planned - self.spent

    def lines(self) -> list[tuple[str, Decimal, Decimal]]:
        """Return (item's title, planned, spent), in the order of the form."""
        titles = next(one.choices for one in kind_of(BUDGET).fields if one.name == "budget_item")
        return [(title, *self.items[code]) for code, title in titles.items() if code in self.items]


def budget_totals(organizations: Iterable[Organization], year: int) -> dict[int, Budget]:
    """Return each organization's own budget and spending of a year: one statement for each 5000."""
    keys = [organization.pk for organization in organizations]
    found = {key: Budget() for key in keys}
    for place in range(0, len(keys), BATCH):
        rows = RecordKind.objects.filter(
            kind__in=[BUDGET, SPENDING],
            record__organization__in=keys[place : place + BATCH],
            record__state=Record.State.CONFIRMED,
            record__year=year,
        ).annotate(item=KeyTextTransform("budget_item", "record__values"))
        totals = rows.values_list("record__organization", "kind", "item").annotate(
            total=Sum("record__amount")
        )
        for organization, kind, item, total in totals.order_by("record__organization", "kind", "item"):
            add(found[organization], kind, item or "other", total or NOTHING)
    return found


def add(budget: Budget, kind: str, item: str, total: Decimal) -> None:
    planned, spent = budget.items.get(item, (NOTHING, NOTHING))
    if kind == BUDGET:
        budget.planned += total
        budget.items[item] = (planned + total, spent)
    else:
        budget.spent += total
        budget.items[item] = (planned, spent + total)


@dataclass(frozen=True)
class FundsInputs:
    """What ratios about money rest on; which ratio binds is for the adopted edition to say. None: never recorded."""

    activity_budget: Decimal
    staff_income: Decimal | None
    members: int

    @property
    def share_of_income(self) -> Decimal | None:
        """The activity budget as a percentage of the year's staff income (document 4 asks 0.5)."""
        if not self.staff_income:
            return None
        return (self.activity_budget * 100 / self.staff_income).quantize(Decimal("0.001"))

    @property
    def per_member(self) -> Decimal | None:
        """The activity budget for each member, in yuan."""
        return (self.activity_budget / self.members).quantize(Decimal("0.01")) if self.members else None


def funds_inputs(
    organizations: Iterable[Organization], year: int, members: Mapping[int, int]
) -> dict[int, FundsInputs]:
    """Return what the money ratios of a year rest on; ``members`` by organization's id: two statements."""
    nodes = list(organizations)
    budgets = budget_totals(nodes, year)
    incomes = states_on(nodes, ["staff_income"], date(year, 12, 31))
    found = {}
    for node in nodes:
        income = incomes.get(node.pk, {}).get("staff_income")
        found[node.pk] = FundsInputs(
            activity_budget=budgets[node.pk].items.get("activity", (NOTHING, NOTHING))[0],
            staff_income=Decimal(income.value) if income else None,
            members=members.get(node.pk, 0),
        )
    return found
