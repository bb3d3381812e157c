"""Proposals as the sheet shows them to those who fill it: nobody else sees any before submission (domain, part 5)."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, F, OuterRef

from qiangji.assessments.models import Evaluation, Proposal, Sheet
from qiangji.assessments.services.evaluating import checks_of
from qiangji.orgs.models import ChangedFact, Organization
from qiangji.orgs.paths import below


@dataclass(frozen=True)
class Proposals:
    """What the facts propose for a sheet: by answer, as of which day, and whether facts have changed since."""

    by_answer: dict[int, Proposal] = field(default_factory=dict)
    as_of: date | None = None
    is_behind: bool = False
    words: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.by_answer)

    @property
    def settled(self) -> int:
        """How many name points, not a range."""
        return sum(not one.is_open for one in self.by_answer.values())


def proposals_of(sheet: Sheet) -> Proposals | None:
    """Return a sheet's proposals; None where its standard has no checks, or it is not a hospital's: two statements."""
    checks = checks_of(sheet.edition)
    if not checks or sheet.organization_kind != Organization.Kind.HOSPITAL:
        return None
    newer = ChangedFact.objects.filter(
        below(sheet.organization.path, "organization__path"), pk__gt=OuterRef("last_fact")
    )
    held = Evaluation.objects.filter(sheet=sheet).annotate(is_behind=Exists(newer))
    found = held.values_list("as_of", F("is_behind")).first()
    words = {code: entry.by_person for code, entry in checks.items() if entry.by_person}
    if found is None:
        return Proposals(words=words)
    rows = Proposal.objects.filter(answer__sheet=sheet).defer("trace")
    return Proposals({row.answer_id: row for row in rows}, found[0], found[1], words)
