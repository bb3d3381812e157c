"""From facts to proposed marks, for any number of organizations at once. Nothing is stored here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qiangji.orgs.models import Organization
from qiangji.rules.awards import UNSCORED, Awarded, award
from qiangji.rules.context import Context, ParameterValue
from qiangji.rules.evaluate import evaluate
from qiangji.rules.explain import reason_of, text_of
from qiangji.rules.facts import Facts, Moment
from qiangji.rules.needs import Needs, needs_of
from qiangji.rules.trace import Trace
from qiangji.scoring.collecting import collect
from qiangji.standards.checks import WINDOWS, CheckEntry
from qiangji.standards.parameters import Chain, local_figures, value_of
from qiangji.standards.schema import CriterionSpec, EditionSpec

AT_ONCE = 200


@dataclass(frozen=True)
class Proposed:
    """What the facts say of one criterion of one organization on a day: an answer, points or a range, and why."""

    organization_id: int
    code: str
    trace: Trace
    awarded: Awarded
    origins: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """The reason shown beside the proposal; it names each figure that a subtree set for itself."""
        words = " ".join(part for part in (reason_of(self.trace), self.awarded.note) if part)
        return "".join([words, *(f" {origin}。" for origin in self.origins if origin not in words)])

    @property
    def text(self) -> str:
        """The implementation text 落实情况 with its figures."""
        return text_of(self.trace)

    @property
    def missing(self) -> str:
        """What is lacking, in words; empty where nothing is."""
        return "；".join(self.trace.lacking)


@dataclass(frozen=True)
class Judge:
    """One criterion with its check, ready to be held against facts."""

    criterion: CriterionSpec
    entry: CheckEntry
    parameters: Mapping[str, ParameterValue]

    def parameters_with(self, chain: Chain) -> Mapping[str, ParameterValue]:
        """Return the figures with what an organization and those above it have set of them."""
        specs = self.entry.specs(self.criterion)
        own = {name: value_of(specs[name], some) for name, some in chain.items() if name in specs}
        return {**self.parameters, **own}

    def propose(
        self, organization_id: int, facts: Facts, moment: Moment, chain: Chain | None = None
    ) -> Proposed:
        """Judge one organization; ``chain``: what it and those above it have set of this criterion's parameters."""
        check, points = self.entry.check, self.criterion.points
        if check is None:
            raise TypeError("a criterion that a person decides")
        parameters = self.parameters_with(chain) if chain else self.parameters
        context = Context(facts, moment, WINDOWS[self.criterion.window], parameters)
        trace = evaluate(check, context)
        origins: tuple[str, ...] = ()
        if parameters:
            trace = replace(trace, figures=tuple(one.words for one in parameters.values()))
            origins = tuple(one.origin for one in parameters.values() if one.origin)
        if points is None and self.entry.award.kind != "bonus":
            return Proposed(organization_id, self.criterion.code, trace, UNSCORED, origins)
        awarded = award(self.entry.award, trace, points if points is not None else Decimal(0), context)
        return Proposed(organization_id, self.criterion.code, trace, awarded, origins)


def judges_of(edition: EditionSpec, entries: Mapping[str, CheckEntry]) -> list[Judge]:
    """Return the criteria of an edition that facts can decide, in the order of the table."""
    found = []
    for criterion in edition.criteria():
        entry = entries.get(criterion.code)
        if entry is not None and entry.check is not None:
            specs = entry.used(criterion).items()
            found.append(Judge(criterion, entry, {name: value_of(spec, ()) for name, spec in specs}))
    return found


def needs_of_all(judges: Sequence[Judge]) -> Needs:
    """Return everything that several checks ask for."""
    needs = Needs()
    for judge in judges:
        if judge.entry.check is not None:
            needs |= needs_of(judge.entry.check)
    return needs


def propose(
    roots: Sequence[Organization], judges: Sequence[Judge], moment: Moment, *, edition_id: int
) -> Iterator[Proposed]:
    """Judge every criterion for every organization, two hundred organizations at a time, so that memory stays bounded.

    Parameters hold as organizations have set them for the last day of the cycle's period of facts: one statement.
    """
    needs = needs_of_all(judges)
    asked_for = [root.path for root in roots] if any(judge.parameters for judge in judges) else []
    local = local_figures([edition_id], asked_for, moment.cycle.last)
    ordered = sorted(roots, key=lambda root: root.path)
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        facts = collect(some, needs, moment)
        for root in some:
            chains = local.along(edition_id, root.path)
            for judge in judges:
                chain = chains.get(judge.criterion.code)
                yield judge.propose(root.pk, facts[root.pk], moment, chain)
