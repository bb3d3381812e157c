"""Holding sheets against the facts: proposals are written anew where they changed, marks are never touched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Cycle, Evaluation, Proposal, Sheet
from qiangji.audit import services as audit
from qiangji.orgs.models import ChangedFact, Organization
from qiangji.rules.facts import Moment
from qiangji.rules.periods import Period
from qiangji.scoring.proposing import Judge, Proposed, judges_of, propose
from qiangji.standards.checks import CheckEntry
from qiangji.standards.loader import shipped_checks
from qiangji.standards.models import Edition
from qiangji.standards.selectors import edition_spec

BATCH = 2000
FOLLOWS = ("verdict", "points", "lowest", "highest", "reason", "text", "missing", "mend_by", "trace")


@dataclass(frozen=True)
class Evaluated:
    """What one run did."""

    sheets: int
    proposals: int
    changed: int


def moment_of_cycle(cycle: Cycle, as_of: date) -> Moment:
    """Return the circumstances in which a cycle's sheets are judged on a day."""
    period = Period(cycle.period_start_date, cycle.period_end_date, "考核周期")
    return Moment(as_of, cycle.year, period, cycle.closing_date)


def judges_for(edition: Edition) -> list[Judge]:
    """Return the checks that hold for an edition; none where it ships without."""
    entries = checks_of(edition)
    return judges_of(edition_spec(edition), entries) if entries else []


def checks_of(edition: Edition) -> dict[str, CheckEntry]:
    """Return how facts decide an edition's criteria, by code; an edition that a site imported has no checks yet."""
    return shipped_checks(edition.ref) if edition.origin == Edition.Origin.LIBRARY else {}


@transaction.atomic
def evaluate_sheets(
    *, cycle: Cycle, as_of: date, at: datetime, by: User | None, organization: Organization | None = None
) -> Evaluated:
    """Evaluate a cycle's hospital-level sheets, or one organization's; return how many proposals there are and changed.

    Safe to repeat: the same facts on the same day change nothing.
    """
    sheets = Sheet.objects.filter(cycle=cycle, organization_kind=Organization.Kind.HOSPITAL)
    if organization is not None:
        sheets = sheets.filter(organization=organization)
    found = list(sheets.select_related("organization", "edition__standard").order_by("organization_path"))
    by_edition: dict[int, list[Sheet]] = {}
    for sheet in found:
        by_edition.setdefault(sheet.edition_id, []).append(sheet)
    total = changed = evaluated = 0
    for some in by_edition.values():
        judges = judges_for(some[0].edition)
        if not judges:
            continue
        last_fact = ChangedFact.objects.aggregate(last=Max("pk"))["last"] or 0
        written = store(some, judges, moment_of_cycle(cycle, as_of), at)
        note_evaluated(some, as_of, at, last_fact)
        total, changed, evaluated = total + written[0], changed + written[1], evaluated + len(some)
    audit.record(
        verb="cycle.evaluated", obj_type="cycle", obj_id=cycle.public_id, by=by, at=at,
        data={"as_of": as_of.isoformat(), "sheets": evaluated, "changed": changed},
    )  # fmt: skip
    return Evaluated(evaluated, total, changed)


def store(sheets: Sequence[Sheet], judges: Sequence[Judge], moment: Moment, at: datetime) -> tuple[int, int]:
    """Write what changed; return how many proposals there are, and how many were written."""
    answers = dict(answers_of(sheets))
    held = {one.answer_id: one for one in Proposal.objects.filter(answer__sheet__in=[s.pk for s in sheets])}
    fresh: list[Proposal] = []
    again: list[Proposal] = []
    count = 0
    for proposed in propose([sheet.organization for sheet in sheets], judges, moment):
        answer_id = answers.get((proposed.organization_id, proposed.code))
        if answer_id is None:
            continue
        count += 1
        proposal = row_of(proposed, answer_id, at)
        stored = held.get(answer_id)
        if stored is None:
            fresh.append(proposal)
        elif any(getattr(stored, name) != getattr(proposal, name) for name in FOLLOWS):
            proposal.pk = stored.pk
            again.append(proposal)
    Proposal.objects.bulk_create(fresh, batch_size=BATCH)
    Proposal.objects.bulk_update(again, [*FOLLOWS, "changed_at"], batch_size=100)
    return count, len(fresh) + len(again)


def answers_of(sheets: Sequence[Sheet]) -> list[tuple[tuple[int, str], int]]:
    """Return which answer stands for which criterion of which organization."""
    rows = Answer.objects.filter(sheet__in=[sheet.pk for sheet in sheets]).order_by()
    columns = ("sheet__organization_id", "criterion__code", "pk")
    return [((organization, code), pk) for organization, code, pk in rows.values_list(*columns)]


def row_of(proposed: Proposed, answer_id: int, at: datetime) -> Proposal:
    """Return a proposal as it is stored."""
    awarded, trace = proposed.awarded, proposed.trace
    return Proposal(
        answer_id=answer_id, verdict=str(trace.answer), points=awarded.points, lowest=awarded.lowest,
        highest=awarded.highest, reason=proposed.reason, text=proposed.text, missing=proposed.missing,
        mend_by=trace.promised, trace=trace.as_json(), changed_at=at,
    )  # fmt: skip


def note_evaluated(sheets: Sequence[Sheet], as_of: date, at: datetime, last_fact: int) -> None:
    """Note on every sheet as of when it was evaluated."""
    rows = [Evaluation(sheet=sheet, as_of=as_of, evaluated_at=at, last_fact=last_fact) for sheet in sheets]
    Evaluation.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["sheet"],
        update_fields=["as_of", "evaluated_at", "last_fact"],
    )
