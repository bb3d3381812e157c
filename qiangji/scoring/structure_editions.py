"""Which checks of structure bind whom: the demands that adopted editions hold (docs/decisions/0020).

An edition is adopted when it is published with the name of the authority that adopted it, or when an opened cycle that
counts uses it. It binds below the organization that entered it, and below what that organization supervises or guides;
an edition of the library, which nobody entered, binds the whole installation once its adoption is recorded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from qiangji.orgs.models import Organization, Oversight
from qiangji.scoring.structure import Anchor, Check, Demand
from qiangji.scoring.structure_checks import CHECKS
from qiangji.standards.models import Criterion, Edition, PolicySource


@dataclass(frozen=True)
class Adoption:
    """An edition that binds, and below which nodes: None stands for everywhere."""

    edition: Edition
    scopes: tuple[str, ...] | None


def adopted_editions(day: date, used: Sequence[tuple[Edition, Organization]] = ()) -> list[Adoption]:
    """Return the editions that bind on a day: those adopted by name, and ``used`` by a cycle of an owner.

    Two statements, whatever there is. An edition that binds in both ways binds in the wider of them.
    """
    named = list(
        Edition.objects.filter(status=Edition.Status.PUBLISHED)
        .exclude(adopted_by="")
        .select_related("standard", "organization")
        .order_by("standard__code", "label")
    )
    owners = {edition.organization for edition in named if edition.organization is not None}
    owners |= {owner for _, owner in used}
    below = scopes_of(owners, day)
    found: dict[int, Adoption] = {}
    for edition, owner in [*((edition, edition.organization) for edition in named), *used]:
        scopes = None if owner is None else below[owner.pk]
        known = found.get(edition.pk)
        if known is not None:
            everywhere = known.scopes is None or scopes is None
            scopes = None if everywhere else (*(known.scopes or ()), *(scopes or ()))
        found[edition.pk] = Adoption(edition, scopes)
    return list(found.values())


def scopes_of(owners: Iterable[Organization], day: date) -> dict[int, tuple[str, ...]]:
    """Return below which paths each organization's word counts: its own, and those of what it supervises or guides."""
    paths: dict[int, list[str]] = {owner.pk: [owner.path] for owner in owners}
    if paths:
        rows = Oversight.objects.on(day).filter(overseer__in=paths)
        for overseer_id, path in rows.values_list("overseer_id", "subject__path"):
            paths[overseer_id].append(path)
    return {key: tuple(found) for key, found in paths.items()}


def demands_of(adoptions: Sequence[Adoption]) -> list[Demand]:
    """Return every check that one of these editions holds, with the edition's figures: two statements.

    A criterion that rests on a document of its own (``source_key``) is cited by that document.
    """
    by_edition = {adoption.edition.pk: adoption for adoption in adoptions}
    codes = {anchor.code for check in CHECKS for anchor in check.anchors}
    criteria = Criterion.objects.filter(
        Q(code__in=codes) | ~Q(parameters={}), edition__in=by_edition
    ).order_by("edition", "position")
    rows = [(criterion, by_edition[criterion.edition_id]) for criterion in criteria]
    keys = {criterion.source_key for criterion, _ in rows} - {""}
    sources = {one.key: one for one in PolicySource.objects.filter(key__in=keys)}
    return [
        demand
        for check in CHECKS
        for criterion, adoption in rows
        for demand in [demand_from(check, criterion, adoption, sources.get(criterion.source_key))]
        if demand is not None
    ]


def demand_from(
    check: Check, criterion: Criterion, adoption: Adoption, source: PolicySource | None
) -> Demand | None:
    """Return a check as one criterion asks it, or None where the criterion does not hold it."""
    edition = adoption.edition
    for anchor in check.anchors:
        if not check.anywhere and (anchor.standard, anchor.code) != (edition.standard.code, criterion.code):
            continue
        figures = figures_of(anchor, criterion.parameters)
        if figures is None:
            continue
        return Demand(
            check=check,
            figures=figures,
            edition=edition.title,
            document=source.document if source else edition.source_number or edition.source_document,
            place=criterion.place,
            scopes=adoption.scopes,
            unverified=not criterion.is_confirmed,
        )
    return None


def figures_of(anchor: Anchor, parameters: Mapping[str, Any]) -> dict[str, Decimal] | None:
    """Return the figures of a clause: the edition's parameters first, else what the clause says in words.

    None where the edition does not hold one of them: then there is nothing to hold anybody against.
    """
    figures: dict[str, Decimal] = {}
    for figure in anchor.figures:
        stored = parameters.get(figure.parameter)
        value = Decimal(str(stored["value"])) if stored else None
        value = next((one for one in (value, figure.worded, figure.optional) if one is not None), None)
        if value is None:
            return None
        figures[figure.parameter] = value
    return figures
