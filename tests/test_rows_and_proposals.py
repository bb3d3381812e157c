"""From rows to proposals: what is stored after a bulk evaluation is what a plain one says of the same generated history.

``histories`` makes members who join, move and leave, posts, terms, records and declarations; they are written into the
tables, the real collectors and the real evaluation run over them, and every stored proposal, answer and points, is held
against ``plain_facts``, ``plain_evaluation`` and ``plain_points``, which read the same history without a database.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.assessments.models import Cycle, Proposal
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.services.evaluating import evaluate_sheets
from qiangji.assessments.tests.factories import OPENED, make_cycle, supervise_outsider
from qiangji.assessments.tests.test_evaluating import store_annex
from qiangji.assessments.tests.worlds import World
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import cast, make_organization
from qiangji.standards.checks import WINDOWS
from qiangji.standards.loader import library_dir, load_edition
from qiangji.standards.models import Edition
from qiangji.standards.services import publish_edition, store_edition
from tests.examples import examples
from tests.histories import histories
from tests.history import SUBJECTS, History, checks
from tests.plain_evaluation import Plain
from tests.plain_facts import PlainFacts
from tests.plain_points import proposed
from tests.written_histories import AT, write

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CHECKS = checks()


@pytest.fixture(scope="module")
def world_of_file(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[World, dict[str, Organization]]]:
    """The cast with open sheets of both tables; hospital 乙 is itself a branch; two Party groups; nothing recorded."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = cast()
        supervise_outsider(people)
        Organization.objects.filter(pk=people.hospital_b.pk).update(form=Organization.Form.BRANCH)
        spec = load_edition(library_dir() / "branch-sample" / "2020")
        sample = publish_edition(
            edition=store_edition(spec, origin=Edition.Origin.LIBRARY), by=None, at=OPENED
        )
        cycle = make_cycle(people.province, store_annex(), sample)
        open_cycle(cycle=cycle, by=None, at=OPENED)
        nodes = {
            "H": people.hospital_a,
            "O": people.hospital_b,
            "B1": people.internal_medicine,
            "B2": people.surgery,
        }
        for name, parent in (("G", "B1"), ("GO", "O")):
            nodes[name] = make_organization(nodes[parent], Organization.Kind.PARTY_GROUP)
        yield World(people, cycle), nodes
        transaction.set_rollback(True)


def stored(history: History, world: World, nodes: dict[str, Organization]) -> dict[tuple[str, str], Any]:
    """Write a history, evaluate, and return what every proposal says."""
    write(history, nodes, world.cast.party_office)
    closing = ("self_deadline_date", "acceptance_deadline_date", "rating_deadline_date", "closing_date")
    first, last = history.cycle
    days = {"period_start_date": first, "period_end_date": last} | dict.fromkeys(closing, history.closing)
    Cycle.objects.filter(pk=world.cycle.pk).update(year=history.year, **days)
    evaluate_sheets(cycle=Cycle.objects.get(pk=world.cycle.pk), as_of=history.as_of, at=AT, by=None)
    names = {node.pk: name for name, node in nodes.items()}
    rows = Proposal.objects.values_list(
        "answer__sheet__organization", "answer__criterion__code", "verdict", "points", "lowest", "highest"
    )
    return {(names[node], code): tuple(said) for node, code, *said in rows}


def plainly(history: History) -> dict[tuple[str, str], Any]:
    """Say the same of the same history without a database."""
    found = {}
    for subject in SUBJECTS:
        facts, moment = PlainFacts(history, subject).read()
        for criterion, entry in CHECKS["H" if subject in ("H", "O") else "B1"]:
            units = {name: one.unit for name, one in entry.specs(criterion).items()}
            plain = Plain(facts, moment, entry.figures(criterion), WINDOWS[criterion.window], units)
            found[subject, criterion.code] = proposed(plain, criterion, entry)
    return found


@settings(max_examples=examples(8), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_stored_is_what_a_plain_evaluation_says(
    world_of_file: tuple[World, dict[str, Organization]], db: None, data: st.DataObject
) -> None:
    history = data.draw(histories())
    with transaction.atomic():
        found = stored(history, *world_of_file)
        transaction.set_rollback(True)
    wanted = plainly(history)
    assert set(found) == set(wanted)
    differing = {place: (found[place], wanted[place]) for place in wanted if found[place] != wanted[place]}
    assert not differing
