"""Proposals as the sheet shows them to those who fill it: nobody else sees any before submission (domain, part 5)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, Subquery

from qiangji.assessments.models import Evaluation, Proposal, Sheet
from qiangji.assessments.services.evaluating import (
    checks_of,
    facts_about,
    judges_for,
    moment_of_cycle,
    words_of,
)
from qiangji.ledgers.models import Record
from qiangji.orgs.models import ChangedFact
from qiangji.orgs.paths import ancestors
from qiangji.orgs.reach import Reach
from qiangji.scoring.proposing import propose

SHOWN = 20
SHEETS = 6


@dataclass(frozen=True)
class Proposals:
    """What the facts propose for a sheet: by answer, as of which day, and whether facts or checks have changed since."""

    by_answer: dict[int, Proposal] = field(default_factory=dict)
    as_of: date | None = None
    is_behind: bool = False
    by_other_checks: bool = False
    words: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.by_answer)

    @property
    def settled(self) -> int:
        """How many name points, not a range."""
        return sum(not one.is_open for one in self.by_answer.values())

    @property
    def promised(self) -> int:
        """How many can still be earned until a known day, and be claimed on that promise."""
        return sum(one.promise is not None for one in self.by_answer.values())


def proposals_of(sheet: Sheet) -> Proposals | None:
    """Return a sheet's proposals; None where its standard has no checks: one statement, two where none were made yet.

    What was evaluated, and whether facts are newer, is the same for every row: the database asks it once.
    """
    checks = checks_of(sheet.edition)
    if not checks:
        return None
    words = {code: entry.by_person for code, entry in checks.items() if entry.by_person}
    held = Evaluation.objects.filter(sheet=sheet)
    newer = ChangedFact.objects.filter(
        facts_about(sheet.organization.path), pk__gt=Subquery(held.values("last_fact"))
    )
    evaluation = {
        "as_of": Subquery(held.values("as_of")),
        "has_newer": Exists(newer),
        "checks_digest": Subquery(held.values("checks_digest")),
    }
    rows = list(Proposal.objects.filter(answer__sheet=sheet).defer("trace").annotate(**evaluation))
    alone = held.annotate(has_newer=Exists(newer))
    found: Any = rows[0] if rows else alone.only("as_of", "checks_digest").first()
    if found is None:
        return Proposals(words=words)
    by_other = found.checks_digest != sheet.edition.checks_digest
    by_answer = {row.answer_id: row for row in rows}
    return Proposals(by_answer, found.as_of, found.has_newer or by_other, by_other, words)


def basis_of(sheet: Sheet, code: str, *, as_of: date, reach: Reach) -> dict[str, Any]:
    """Return what the facts of today say of one criterion, part by part, with the records that this person may open.

    Nothing for a criterion that is not decided by facts.
    """
    judges = [judge for judge in judges_for(sheet.edition) if judge.criterion.code == code]
    if not judges:
        return {
            "words": "这一条由人核定，不按事实核对",
            "as_of": as_of,
            "leaves": [],
            "records": [],
            "total": 0,
        }
    moment = moment_of_cycle(sheet.cycle, as_of)
    found = next(propose([sheet.organization], judges, moment, edition_id=sheet.edition_id))
    leaves = list(found.trace.leaves())
    ids = dict.fromkeys(key for leaf in leaves for key in leaf.counted if key.isdecimal())
    records = Record.objects.visible_to(reach).filter(pk__in=list(ids)[:SHOWN]).order_by("date", "pk")
    awarded = found.awarded
    return {
        "words": words_of(str(found.trace.answer), awarded.lowest, awarded.highest, awarded.points),
        "as_of": as_of,
        "leaves": leaves,
        "figures": found.trace.figures,
        "records": list(records),
        "total": sum(leaf.total for leaf in leaves if any(key.isdecimal() for key in leaf.counted)),
    }


def sheets_served(record: Record) -> list[Sheet]:
    """Return the sheets whose cycle may count a record, of its organization and of those above it: newest first.

    A branch's record serves the branch's own sheet and its hospital's.
    """
    sheets = Sheet.objects.filter(
        organization__path__in=ancestors(record.organization.path),
        cycle__year__in=(record.year, record.year + 1),
    )
    found = sheets.select_related("organization", "cycle", "edition__standard")
    return list(found.order_by("-cycle__year", "-cycle", "-organization_path")[:SHEETS])
