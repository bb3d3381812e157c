"""Last year's and this year's sheet of one hospital, and how tests carry from one to the other."""

from datetime import UTC, datetime

from qiangji.assessments.models import Answer, Evidence, Sheet
from qiangji.assessments.services.carrying import Carried, carry_over
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.services.evidence import attach_evidence
from qiangji.assessments.tests.factories import make_cycle
from qiangji.assessments.tests.worlds import World
from qiangji.files.tests import samples
from qiangji.orgs.models import Organization
from qiangji.standards.models import Edition

NEXT_YEAR = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
NOW = datetime(2027, 10, 12, 2, 0, tzinfo=UTC)
CODES = ("1-1-1", "1-1-2", "1-2-3", "2-0-1", "2-0-2")
# The later edition: 1-1-2 stays, 1-2-3 lives on as 1-1-1, the rest is new or gone.
PAIRS = {"1-1-2": "1-1-2", "1-1-1": "1-2-3"}


def attach(world: World, answer: Answer, seed: str, at: datetime | None = None) -> Evidence:
    upload = samples.upload(samples.pdf(seed), f"{seed}.pdf")
    return attach_evidence(answer=answer, upload=upload, by=world.cast.party_office, at=at or world.tick())


def next_year(world: World, edition: Edition | None = None, year: int = 2027) -> Sheet:
    """Open next year's cycle, by default on the same edition, and return hospital 甲's new sheet."""
    cycle = make_cycle(world.cast.province, edition or world.sheet_before.edition, year=year)
    open_cycle(cycle=cycle, by=None, at=NEXT_YEAR)
    return sheet_in(cycle, world.cast.hospital_a)


def sheet_in(cycle, organization: Organization) -> Sheet:
    related = ("organization", "cycle", "edition__standard", "supervisor", "rating_authority")
    return Sheet.objects.select_related(*related).get(cycle=cycle, organization=organization)


def carry(world: World, sheet: Sheet, **changes) -> Carried:
    """Carry everything from last year's sheet as the Party office; ``changes`` replace single arguments."""
    user = changes.pop("user", world.cast.party_office)
    at = changes.get("at", NOW)
    arguments = {
        "reach": world.reach(user, at),
        "sheet_id": sheet.public_id,
        "source_id": world.sheet_before.public_id,
        "codes": CODES,
        "with_texts": True,
        "with_evidence": True,
        "at": at,
    }
    return carry_over(**(arguments | changes))


def texts(sheet: Sheet) -> dict[str, str]:
    rows = Answer.objects.filter(sheet=sheet).exclude(text="")
    return dict(rows.values_list("criterion__code", "text"))


def files(sheet: Sheet) -> dict[str, str]:
    rows = Evidence.objects.filter(answer__sheet=sheet, detached_at__isnull=True)
    return dict(rows.values_list("answer__criterion__code", "filename"))
