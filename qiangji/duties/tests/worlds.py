"""The cast under a cycle on annex 2 and the sample for branches, evaluated: what its people have to do follows from both."""

from datetime import UTC, date, datetime

from qiangji.assessments.models import Cycle
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.services.evaluating import evaluate_sheets
from qiangji.assessments.tests.factories import OPENED, make_cycle, supervise_outsider
from qiangji.duties.agenda import duties_of
from qiangji.duties.lines import Duty
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.loader import library_dir, load_edition
from qiangji.standards.models import Edition
from qiangji.standards.services import publish_edition, store_edition

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
AS_OF = date(2026, 10, 20)


def publish(standard: str, label: str) -> Edition:
    """Store and publish one edition of the library."""
    edition = store_edition(load_edition(library_dir() / standard / label), origin=Edition.Origin.LIBRARY)
    return publish_edition(edition=edition, by=None, at=OPENED)


def lay_year() -> tuple[Cast, Cycle]:
    """Store the cast and open the year's cycle."""
    people = cast()
    supervise_outsider(people)
    editions = publish("jilin-hospital-committee", "2020"), publish("branch-sample", "2020")
    cycle = make_cycle(people.province, *editions)
    open_cycle(cycle=cycle, by=None, at=OPENED)
    return people, cycle


def evaluate(cycle: Cycle, as_of: date = AS_OF) -> None:
    """Hold the sheets against the facts."""
    evaluate_sheets(cycle=cycle, as_of=as_of, at=AT, by=None)


def duties(people: Cast, who: str, at: datetime = AT) -> list[Duty]:
    """Return somebody's duties."""
    return duties_of(reach_of(people.users[who], at=at), at=at)


def of(found: list[Duty], source: str) -> list[Duty]:
    """Keep those of one source."""
    return [duty for duty in found if duty.source == source]
