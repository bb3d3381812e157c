"""Which demands bind which organizations: of editions that authorities adopted, and of running sheets, its own or its hospital's."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from math import ceil
from typing import cast

from django.db.models import Q

from qiangji.assessments.models import Sheet
from qiangji.duties.asker import running
from qiangji.duties.demands import Demand, branch_demands, demand_of_service, own_demands
from qiangji.ledgers.asking import Asked
from qiangji.ledgers.periods import PERIODS
from qiangji.ledgers.selectors.duties import STANDARD_NAMES
from qiangji.ledgers.vocabulary import KINDS, Period
from qiangji.orgs import paths
from qiangji.orgs.models import Organization, Oversight
from qiangji.standards.models import Criterion, Edition
from qiangji.standards.parameters import in_force, local_figures, origin_of
from qiangji.standards.schema import ParameterSpec
from qiangji.standards.site_checks import checks_in_force

Key = tuple[str, str]


class Bindings:
    """What is asked of organizations, read for all of them at once: two statements, three where authorities entered editions.

    ``sheets`` are the running sheets of the organizations and of the hospitals above them; of these only edition and
    cycle are looked at. Figures are those that hold for each organization at the end of the running cycle's period of
    facts, on the day itself where no cycle runs.
    """

    def __init__(self, sheets: Sequence[Sheet], day: date, organizations: Sequence[Organization]) -> None:
        self.by_path: dict[str, list[Sheet]] = {}
        for sheet in sheets:
            self.by_path.setdefault(sheet.organization.path, []).append(sheet)
        self.checks = checks_in_force({sheet.edition_id: sheet.edition for sheet in sheets}.values())
        self.services = [(kind, one) for kind in KINDS.values() for one in kind.serves if one.per is not None]
        self.by_key: dict[Key, list[Criterion]] = {}
        self.by_edition: dict[int, list[Criterion]] = {}
        for row in self.criteria():
            self.by_key.setdefault((row.edition.standard.code, row.code), []).append(row)
            self.by_edition.setdefault(row.edition_id, []).append(row)
        bound = {row.edition_id: row.edition for rows in self.by_key.values() for row in rows}
        self.checks |= checks_in_force([one for pk, one in bound.items() if pk not in self.checks])
        until = max((sheet.cycle.period_end_date for sheet in sheets), default=day)
        self.local = local_figures(bound, [one.path for one in organizations], until)
        self.scopes = scopes_of(self.by_key.values(), day)
        self.kept: dict[tuple[int, int], list[Demand]] = {}

    def criteria(self) -> Iterable[Criterion]:
        """Read the criteria that ledgers serve, and those whose checks ask something of branches: one statement."""
        served = Q(
            edition__standard__code__in={one.standard for _, one in self.services},
            code__in={one.criterion for _, one in self.services},
        )
        adopted = Q(edition__status=Edition.Status.PUBLISHED) & ~Q(edition__adopted_by="")
        checked = {
            code
            for entries in self.checks.values()
            for code, entry in entries.items()
            if entry.check is not None
        }
        condition = (Q(edition__in=self.checks) & (served | Q(code__in=checked))) | (adopted & served)
        rows = Criterion.objects.filter(condition).select_related(
            "edition__standard", "edition__organization"
        )
        return rows.order_by("edition__year_of_effect", "edition", "position")

    def demands_on(self, organization: Organization) -> list[Demand]:
        """Return everything that is asked of an organization's ledgers."""
        own = {sheet.edition_id for sheet in self.by_path.get(organization.path, ())}
        found = []
        for kind, service in self.services:
            if not kind.is_kept_at(organization):
                continue
            criterion = self.binding(organization, own, (service.standard, service.criterion))
            if criterion is None:
                continue
            entry = self.checks.get(criterion.edition_id, {}).get(criterion.code)
            demand = demand_of_service(kind, service, criterion, entry)
            if demand is not None:
                found.append(demand)
        if organization.kind == Organization.Kind.BRANCH:
            for path in paths.ancestors(organization.path)[:-1]:
                for sheet in self.by_path.get(path, ()):
                    found += self.of_branches(sheet, organization)
        return [self.as_set(demand, organization) for demand in found]

    def own_demands_on(self, organization: Organization) -> list[Demand]:
        """Return what the checks of an organization's own running sheets count among its records."""
        found: list[Demand] = []
        for sheet in self.by_path.get(organization.path, ()):
            entries = self.checks[sheet.edition_id]
            for criterion in self.by_edition.get(sheet.edition_id, ()):
                if criterion.code in entries:
                    found += own_demands(criterion, entries[criterion.code])
        return [self.as_set(demand, organization) for demand in found]

    def as_set(self, demand: Demand, organization: Organization) -> Demand:
        """Return a demand with the figure that the organization, or whoever is above it, has set for it."""
        criterion = demand.criterion
        chain = self.local.along(criterion.edition_id, organization.path).get(criterion.code, {})
        some = chain.get(demand.parameter)
        entry = self.checks.get(criterion.edition_id, {}).get(criterion.code)
        if not some or entry is None:
            return demand
        own = entry.parameters.get(demand.parameter)
        spec = own or ParameterSpec.model_validate(criterion.parameters[demand.parameter])
        value, by = in_force(spec, some)
        return replace(demand, at_least=value, origin=origin_of(by, spec)) if by is not None else demand

    def of_branches(self, sheet: Sheet, branch: Organization) -> list[Demand]:
        """Return what a hospital's edition asks of a branch."""
        key = (sheet.edition_id, sheet.cycle_id)
        if key not in self.kept:
            entries = self.checks[sheet.edition_id]
            self.kept[key] = [
                demand
                for criterion in self.by_edition.get(sheet.edition_id, ())
                if criterion.code in entries
                for demand in branch_demands(criterion, entries[criterion.code], sheet.cycle)
            ]
        return [one for one in self.kept[key] if any(is_kept(kind, branch) for kind in one.kinds)]

    def binding(self, organization: Organization, own: set[int], key: Key) -> Criterion | None:
        """Return the criterion that binds an organization, of the newest edition; None where none does."""
        for row in reversed(self.by_key.get(key, [])):
            if row.edition_id in own or (
                row.edition.adopted_by and self.is_in_scope(row.edition, organization)
            ):
                return row
        return None

    def is_in_scope(self, edition: Edition, organization: Organization) -> bool:
        """Say whether an adopted edition binds a node: everywhere, or below whoever entered it and what that oversees."""
        if edition.organization is None:
            return True
        return any(paths.covers(top, organization.path) for top in self.scopes[edition.organization.pk])


def asked_of_ledgers(organizations: Sequence[Organization], day: date) -> dict[int, list[Asked]]:
    """Return what the editions that bind organizations ask of their ledgers, with the figures that hold there.

    Four statements however many there are: running sheets, criteria, settings and what authorities oversee.
    """
    above = {path for one in organizations for path in paths.ancestors(one.path)}
    rows = Sheet.objects.filter(running(day), organization__path__in=above)
    sheets = list(rows.select_related("organization", "cycle", "edition__standard"))
    bindings = Bindings(sheets, day, organizations)
    return {
        one.pk: [
            Asked(
                kind, demand.what or KINDS[kind].title, clause_words(demand.criterion), cast(Period, demand.per),
                ceil(demand.at_least), demand.usual,
            )
            for demand in [*bindings.demands_on(one), *bindings.own_demands_on(one)]
            for kind in demand.kinds
            if len(demand.kinds) == 1
            and demand.per in PERIODS
            and is_kept(kind, one)
            and not KINDS[kind].own_table
        ]
        for one in organizations
    }  # fmt: skip


def clause_words(criterion: Criterion) -> str:
    """Name a criterion in a line."""
    name = STANDARD_NAMES.get(criterion.edition.standard.code, criterion.edition.title)
    return f"{name} {criterion.code}"


def is_kept(kind: str, organization: Organization) -> bool:
    """Say whether a fact is a ledger that an organization keeps."""
    return kind in KINDS and KINDS[kind].is_kept_at(organization)


def scopes_of(criteria: Iterable[Sequence[Criterion]], day: date) -> dict[int, list[str]]:
    """Return below which paths the word of each organization counts that entered an edition: at most one statement."""
    owners = {
        row.edition.organization for rows in criteria for row in rows if row.edition.organization is not None
    }
    tops = {owner.pk: [owner.path] for owner in owners}
    if tops:
        rows = Oversight.objects.on(day).filter(overseer__in=tops)
        for overseer, path in rows.values_list("overseer_id", "subject__path"):
            tops[overseer].append(path)
    return tops
