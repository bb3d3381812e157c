"""What would be decided now: every hospital-level organization of a cycle with its scores, as the pure decision sees it.

Six statements for any number of sheets; the scores are those of ``standings``. Nothing here is stored: a finding
becomes a result when somebody who may decides it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from qiangji.assessments.models import Cycle, Sheet, SheetVeto
from qiangji.assessments.selectors.scores import Standing, standings
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import FINAL_STATE, RESULTS, State
from qiangji.assessments.vetoes import held_by_vetoes
from qiangji.lib.digests import canonical_json, digest
from qiangji.lib.numbers import plain
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.results.selectors.branches import scores_before
from qiangji.results.selectors.days import counted_on
from qiangji.scoring.recognition import Candidate, Decision, Rules, Scored, recognize

Kind = Organization.Kind


@dataclass(frozen=True)
class Unit:
    """An internal branch: the organization, its sheet where it has one, its final score where there is one.

    ``former_score`` is the one before a re-assessment; while that is under way, it stays the final one. A branch whose
    rating is withheld has no score, whatever it was given before. ``version`` and ``round`` are the sheet's;
    ``assessed_at`` says since when a re-assessment stands concluded, ``is_news`` that the newest decision about the hospital
    did not count it.
    """

    organization_id: int
    sheet_id: int | None
    code: str
    name: str
    score: Decimal | None
    is_final: bool
    former_score: Decimal | None = None
    is_under_way: bool = False
    is_withheld: bool = False
    version: int | None = None
    round: int | None = None
    assessed_at: datetime | None = None
    is_news: bool = False

    @property
    def final_score(self) -> Decimal | None:
        return self.score if self.is_final else None

    def scored(self, score: Decimal | None) -> Scored:
        """Return the branch as the pure decision sees it, at a score."""
        before = self.former_score if self.is_news else None
        return Scored(self.code, self.name, score, is_withheld=self.is_withheld, before=before)


@dataclass(frozen=True)
class Finding:
    """One hospital-level organization, what it stands at, and what follows by the figures of the cycle.

    ``is_final``: every stage that counts is concluded, so that it may be decided. Before that the decision is
    provisional and rests on the scores reached so far. ``held_by`` names the organizations, itself or its
    branches, to which a condition for a veto applies by what was answered, while two approvers have not decided it yet;
    nothing is recognized meanwhile.
    """

    sheet: Sheet
    code: str
    score: Decimal | None
    is_final: bool
    units: tuple[Unit, ...]
    decision: Decision
    rules: Rules
    held_by: tuple[str, ...] = ()

    @property
    def is_held(self) -> bool:
        return bool(self.held_by)

    @property
    def held_branches(self) -> tuple[str, ...]:
        """The names of its branches to which a condition applies."""
        return tuple(name for name in self.held_by if name != self.sheet.organization_name)

    @property
    def may_be_decided(self) -> bool:
        """Whether the sheet's state lets a first result be given."""
        return not self.is_held and self.sheet.state in (
            FINAL_STATE[Stage(self.sheet.final_stage)],
            State.INSPECTED,
        )

    @property
    def inputs(self) -> str:
        """Everything the decision rests on, as canonical JSON."""
        return canonical_json(
            {
                "line": plain(self.rules.line),
                "share": plain(self.rules.share),
                "line_is_lagging": self.rules.line_is_lagging,
                "sheet": {
                    "id": str(self.sheet.public_id),
                    "organization": self.code,
                    "version": self.sheet.version,
                    "round": self.sheet.round,
                    "state": self.sheet.state,
                    "score": plain(self.score) or None,
                },
                "branches": [
                    [unit.code, plain(unit.final_score) or None, unit.version, unit.round]
                    for unit in self.units
                ],
                "result": self.decision.outcome.value,
                "reasons": list(self.decision.reasons),
            }
        )


def rules_of(cycle: Cycle, *, line: Decimal | None = None, share: Decimal | None = None) -> Rules:
    """Return a cycle's figures, or others in their place for a trial."""
    return Rules(
        line=cycle.pass_line if line is None else line,
        share=cycle.branch_share if share is None else share,
        line_is_lagging=cycle.lagging_reading == Cycle.LaggingReading.AT_OR_BELOW,
    )


def findings(
    cycle: Cycle, *, on: date, sheets: Iterable[int] | None = None, rules: Rules | None = None
) -> list[Finding]:
    """Return the finding of every hospital-level sheet of a cycle, or of some, in the order of the tree.

    ``on``: the day on which branches are counted that have no sheet, as those set up after the last opening.
    """
    rules = rules or rules_of(cycle)
    hospitals = list(_hospitals(cycle, sheets))
    inside = [sheet.organization_path for sheet in hospitals] if sheets is not None else None
    standing = {one.sheet_id: one for one in standings(_concerned(cycle, inside))}
    units = _units(cycle, on, inside, standing, {sheet.organization_path for sheet in hospitals})
    vetoes = _vetoes([sheet.pk for sheet in hospitals if sheet.state == State.WITHHELD])
    held = held_by_vetoes(_concerned(cycle, inside).filter(final_stage=Stage.ACCEPTANCE))
    found = []
    for sheet in hospitals:
        inner = units.get(sheet.organization_path, ())
        waits = [(sheet.pk, sheet.organization_name), *((unit.sheet_id, unit.name) for unit in inner)]
        held_by = tuple(name for pk, name in waits if pk in held) if sheet.state != State.WITHHELD else ()
        found.append(_finding(sheet, standing[sheet.pk], inner, vetoes, rules, held_by=held_by))
    return found


def _hospitals(cycle: Cycle, sheets: Iterable[int] | None) -> Iterable[Sheet]:
    rows = Sheet.objects.filter(cycle=cycle, organization_kind=Kind.HOSPITAL, organization__is_public=True)
    if sheets is not None:
        rows = rows.filter(pk__in=list(sheets))
    return rows.select_related("organization").order_by("organization_path")


def _concerned(cycle: Cycle, inside: Sequence[str] | None) -> QuerySet[Sheet]:
    """Return the sheets whose scores are needed: those of hospitals and of branches."""
    rows = Sheet.objects.filter(cycle=cycle, organization_kind__in=[Kind.HOSPITAL, Kind.BRANCH])
    return rows if inside is None else rows.filter(_below(inside, "organization_path"))


def _below(tops: Sequence[str], field: str) -> Q:
    condition = Q(pk__in=[])
    for path in tops:
        condition |= paths.below(path, field)
    return condition


def _units(
    cycle: Cycle,
    on: date,
    inside: Sequence[str] | None,
    standing: dict[int, Standing],
    hospitals: set[str],
) -> dict[str, tuple[Unit, ...]]:
    """Return the branches of each hospital by its path: those with a sheet, and those of the cycle that have none.

    A branch that was abolished before its sheet was final is not counted: nobody can score it any more. One whose
    rating was withheld counts, and is not above. One that was founded after the cycle's period is no branch of this cycle.
    """
    ours = Q() if inside is None else _below(inside, "organization_path")
    found: dict[str, list[Unit]] = {}
    sheets = Sheet.objects.filter(ours, cycle=cycle, organization_kind=Kind.BRANCH)
    before = scores_before(sheets.values("pk"))
    rows = sheets.order_by("organization_path")
    columns = (
        "pk", "organization_id", "organization_path", "organization_name",
        "organization__code", "organization__end_date", "version", "round", "state_at",
    )  # fmt: skip
    for pk, organization, path, name, code, ended, version, round_, since in rows.values_list(*columns):
        one, former = standing[pk], before.get(pk)
        is_withheld = one.state == State.WITHHELD
        again = former is not None and not is_withheld and not one.is_final
        if ended is not None and ended < on and not (one.is_final or again or is_withheld):
            continue
        top = _hospital_above(path, hospitals)
        if top is None:
            continue
        score = former.score if former is not None and again else one.score
        is_assessed = former is not None and one.is_final and not is_withheld
        unit = Unit(
            organization, pk, code, name,
            score=None if is_withheld else score, is_final=(one.is_final or again) and not is_withheld,
            former_score=former.score if former is not None else None, is_under_way=again, is_withheld=is_withheld,
            version=version, round=round_, assessed_at=since if is_assessed else None,
            is_news=former is not None and is_assessed and since > former.decided_at,
        )  # fmt: skip
        found.setdefault(top, []).append(unit)
    others = Organization.objects.on(on).filter(kind=Kind.BRANCH, start_date__lte=counted_on(cycle, on))
    # A sheet keeps the place its branch had at the opening, whichever hospital took the branch over since.
    others = others.filter(~Exists(Sheet.objects.filter(cycle=cycle, organization=OuterRef("pk")).order_by()))
    others = others.filter(paths.below(cycle.owner.path) if inside is None else _below(inside, "path"))
    for pk, path, name, code in others.order_by("path").values_list("pk", "path", "name", "code"):
        top = _hospital_above(path, hospitals)
        if top is not None:
            found.setdefault(top, []).append(Unit(pk, None, code, name, None, False))
    return {path: tuple(units) for path, units in found.items()}


def _hospital_above(path: str, hospitals: set[str]) -> str | None:
    return next((upper for upper in reversed(paths.ancestors(path)) if upper in hospitals), None)


def _vetoes(sheets: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the conditions in force of withheld sheets, in words: what two named people decided."""
    rows = SheetVeto.objects.filter(sheet__in=sheets, state=SheetVeto.State.IN_FORCE).order_by("pk")
    found: dict[int, tuple[str, ...]] = {}
    for sheet, title in rows.values_list("sheet_id", "veto__title"):
        found[sheet] = (*found.get(sheet, ()), title)
    return found


def _finding(
    sheet: Sheet,
    standing: Standing,
    units: tuple[Unit, ...],
    vetoes: dict[int, tuple[str, ...]],
    rules: Rules,
    *,
    held_by: tuple[str, ...],
) -> Finding:
    withheld = sheet.state == State.WITHHELD
    # A finding is final once its own last stage is concluded; a branch that is not there yet counts as not above.
    is_concluded = withheld or (standing.is_final and sheet.state != State.UNDER_INSPECTION)
    candidate = Candidate(
        score=standing.score,
        branches=[unit.scored(unit.final_score if is_concluded else unit.score) for unit in units],
        vetoes=vetoes.get(sheet.pk, ("已按程序决定不予评定",)) if withheld else (),
    )
    return Finding(
        sheet=sheet,
        code=sheet.organization.code,
        score=standing.score,
        is_final=is_concluded and (not held_by or sheet.state in RESULTS),
        units=units,
        decision=recognize(candidate, rules),
        rules=rules,
        held_by=held_by,
    )


def without_reassessments(one: Finding, *, since: datetime) -> Decision:
    """Decide a finding as if the branches that were assessed again since a moment had their former score."""
    branches = [
        unit.scored(
            unit.former_score
            if unit.assessed_at is not None and unit.assessed_at > since
            else unit.final_score
        )
        for unit in one.units
    ]
    return recognize(Candidate(one.score, branches), one.rules)


def digest_of(found: Iterable[Finding]) -> str:
    """Return a digest of findings: what somebody saw before deciding, to be held against what is there then."""
    return digest([digest(one.inputs) for one in found])
