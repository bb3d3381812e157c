"""A new edition takes over how facts count: what a decided map says lives on brings the check of the earlier criterion.

What comes with cases that still agree is in force at once, and so is what a person decides; the rest waits as a draft. Only
criteria that have no check at all take part, so that nothing that was written for the new edition is replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.lib.dates import local_day
from qiangji.standards.check_cases import CheckCase, PlacedCase, problems_with
from qiangji.standards.checks import CheckEntry
from qiangji.standards.exceptions import CheckRefused
from qiangji.standards.loader import shipped_cases
from qiangji.standards.models import CodeMatch, Criterion, Edition, SiteCheck, SiteCheckCase, SiteCheckMove
from qiangji.standards.schema import CriterionSpec
from qiangji.standards.selectors import criterion_spec
from qiangji.standards.site_checks import (
    as_json,
    case_as_json,
    checks_in_force,
    faults_of_own,
    reason_of,
    seal,
)

State = SiteCheck.State


@dataclass(frozen=True)
class Earlier:
    """The check of an earlier criterion, as the later one would take it over."""

    criterion: Criterion
    spec: CriterionSpec
    earlier: Criterion
    entry: CheckEntry
    cases: tuple[CheckCase, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it can be in force at once: a person decides, or there are cases and all of them agree."""
        if self.entry.check is None:
            return True
        placed = (PlacedCase("样例", case) for case in self.cases)
        return bool(self.cases) and not any(
            True for one in placed for _ in problems_with(one, self.entry, self.spec)
        )


@dataclass(frozen=True)
class Carried:
    """What was taken over: how many checks are in force, how many wait as drafts."""

    adopted: int = 0
    drafts: int = 0


def earlier_checks(edition: Edition) -> dict[str, Earlier]:
    """Return, by code, what criteria without any check could take over: at most five statements, however many there are."""
    if not edition.is_published:
        return {}
    matches = CodeMatch.objects.filter(map__later=edition, later__isnull=False, earlier__isnull=False)
    rows = list(
        matches.select_related("later", "earlier__edition__standard").order_by("map__decided_at", "pk")
    )
    if not rows:
        return {}
    taken = set(checks_in_force([edition])[edition.pk])
    written = SiteCheck.objects.filter(criterion__edition=edition).values_list("criterion__code", flat=True)
    taken |= set(written)
    editions = {row.earlier.edition_id: row.earlier.edition for row in rows if row.earlier is not None}
    entries = checks_in_force(editions.values())
    own = own_cases(editions)
    found: dict[str, Earlier] = {}
    for row in rows:
        earlier, later = row.earlier, row.later
        if earlier is None or later is None or later.code in taken:
            continue
        entry = entries[earlier.edition_id].get(earlier.code)
        if entry is None:
            continue
        spec = criterion_spec(later)
        whole = with_parameters(entry, criterion_spec(earlier), spec)
        if not faults_of_own(whole, spec):
            cases = own.get(earlier.pk) or shipped(earlier)
            kept = tuple(for_code(one, later, same_points=earlier.points == later.points) for one in cases)
            found[later.code] = Earlier(later, spec, earlier, whole, kept)
    return found


def own_cases(editions: Mapping[int, Edition]) -> dict[int, list[CheckCase]]:
    """Return the cases of the own checks in force of some editions, by criterion: one statement."""
    rows = SiteCheckCase.objects.filter(
        check_version__criterion__edition__in=editions, check_version__state=State.ADOPTED, dropped_at=None
    ).order_by("check_version", "number")
    found: dict[int, list[CheckCase]] = {}
    for pk, data in rows.values_list("check_version__criterion_id", "case"):
        found.setdefault(pk, []).append(CheckCase.model_validate(data))
    return found


def shipped(criterion: Criterion) -> list[CheckCase]:
    """Return the cases that ship with the library's check of a criterion."""
    if criterion.edition.origin != Edition.Origin.LIBRARY:
        return []
    return [one.case for one in shipped_cases(criterion.edition.ref) if one.case.code == criterion.code]


def with_parameters(entry: CheckEntry, earlier: CriterionSpec, later: CriterionSpec) -> CheckEntry:
    """Return an entry that brings along the figures of its earlier criterion which the later one does not have."""
    if entry.check is None:
        return entry
    used = entry.used(earlier)
    brought = {name: one for name, one in used.items() if name not in later.parameters}
    data = as_json(entry) | {
        "parameters": {name: one.model_dump(mode="json", exclude_unset=True) for name, one in brought.items()}
    }
    if not brought:
        del data["parameters"]
    return CheckEntry.model_validate(data)


def for_code(case: CheckCase, later: Criterion, *, same_points: bool) -> CheckCase:
    """Return a case for the later criterion; where it is worth something else, only the answer is expected."""
    data = case_as_json(case) | {"code": later.code}
    if not same_points:
        data = {name: value for name, value in data.items() if name not in ("points", "range")}
    return CheckCase.model_validate(data)


@transaction.atomic
def carry_checks(*, edition: Edition, reason: str, by: User, at: datetime) -> Carried:
    """Take over the earlier checks of all criteria that have none, in a settled number of statements.

    Raises CheckRefused without a reason, and where there is nothing to take over.
    """
    why = reason_of(reason, "请写明沿用的理由，例如文号或会议。")
    held = Edition.objects.select_for_update(of=("self",)).select_related("standard").get(pk=edition.pk)
    found = [(one, one.holds) for one in earlier_checks(held).values()]
    if not found:
        raise CheckRefused("没有可以沿用的判定了：对照表里沿用的条目都已有判定。")
    versions = SiteCheck.objects.bulk_create(
        SiteCheck(
            criterion=one.criterion, number=1, state=State.ADOPTED if holds else State.DRAFT,
            origin=SiteCheck.Origin.EARLIER, entry=as_json(one.entry), made_by=by, made_at=at,
        )
        for one, holds in found
    )  # fmt: skip
    moves: list[SiteCheckMove] = []
    cases: list[SiteCheckCase] = []
    for version, (one, holds) in zip(versions, found, strict=True):
        moves += moves_of(version, one, why if holds else "", by, at)
        cases += cases_of(version, one, by, at)
    SiteCheckMove.objects.bulk_create(moves)
    SiteCheckCase.objects.bulk_create(cases, batch_size=100)
    adopted = [one.criterion.code for one, holds in found if holds]
    drafts = [one.criterion.code for one, holds in found if not holds]
    if adopted:
        seal(held)
    data = {"ref": held.ref, "reason": why, "adopted": adopted, "drafts": drafts}
    record(verb="edition.checks_carried", obj_type="edition", obj_id=held.public_id, data=data, by=by, at=at)
    return Carried(len(adopted), len(drafts))


def moves_of(version: SiteCheck, one: Earlier, why: str, by: User, at: datetime) -> list[SiteCheckMove]:
    """Return how a version came to its state: from which criterion, tried on how many cases, adopted why."""
    steps: list[tuple[str, str, dict[str, str]]] = [
        (State.DRAFT, f"沿用 {one.earlier.edition.ref} {one.earlier.code}", {})
    ]
    if why and one.entry.check is not None:
        steps.append(
            (State.TRIED, "", {"as_of": local_day(at).isoformat(), "answer": f"{len(one.cases)} 个样例一致"})
        )
    if why:
        steps.append((State.ADOPTED, why, {}))
    return [
        SiteCheckMove(
            check_version=version, sequence=number, state=state, reason=words, detail=detail, made_by=by, made_at=at
        )
        for number, (state, words, detail) in enumerate(steps, start=1)
    ]  # fmt: skip


def cases_of(version: SiteCheck, one: Earlier, by: User, at: datetime) -> list[SiteCheckCase]:
    """Return the cases that come along with a version."""
    return [
        SiteCheckCase(
            check_version=version, number=number, case=case_as_json(case), origin=SiteCheckCase.Origin.EARLIER,
            made_by=by, made_at=at,
        )
        for number, case in enumerate(one.cases, start=1)
    ]  # fmt: skip
