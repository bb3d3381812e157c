"""From rows to proposals: what is stored after a bulk evaluation is what a plain one says of the same generated history.

``histories`` makes members who join, move and leave, organizations that are founded and abolished, posts, terms, records,
declarations and figures that are set lower down, and ``turning_year`` one by hand; they are written into the tables, the real
collectors and the real evaluation run over them, and every stored proposal, answer and points, is held against
``plain_facts``, ``plain_evaluation`` and ``plain_points``, which read the same history without a database. So is what the
other tables of the library propose, as far as they ask for the same facts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
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
from qiangji.scoring.collecting import collect
from qiangji.scoring.proposing import Judge, needs_of_all
from qiangji.standards.checks import WINDOWS
from qiangji.standards.loader import library_dir, load_edition
from qiangji.standards.models import Edition
from qiangji.standards.parameters import value_of
from qiangji.standards.services import publish_edition, store_edition
from tests.examples import examples
from tests.histories import histories
from tests.history import ABOVE, SUBJECTS_OF, History, checks, others
from tests.plain_evaluation import Plain
from tests.plain_facts import PlainFacts
from tests.plain_points import proposed, set_for
from tests.turning_year import FOUNDED, JOINED, LAST, LEAP, SEEN, turning
from tests.written_histories import AT, write

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@dataclass(frozen=True)
class Installation:
    """An open cycle, its organizations by the names that histories give them, its editions by the kind of subject."""

    world: World
    nodes: dict[str, Organization]
    editions: dict[str, Edition]


@pytest.fixture(scope="module")
def installation(django_db_setup: None, django_db_blocker: Any) -> Iterator[Installation]:
    """The cast with open sheets of both tables; hospital 乙 is itself a branch; two Party groups; nothing recorded."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = cast()
        supervise_outsider(people)
        Organization.objects.filter(pk=people.hospital_b.pk).update(form=Organization.Form.BRANCH)
        spec = load_edition(library_dir() / "branch-sample" / "2020")
        sample = publish_edition(
            edition=store_edition(spec, origin=Edition.Origin.LIBRARY), by=None, at=OPENED
        )
        annex = store_annex()
        cycle = make_cycle(people.province, annex, sample)
        open_cycle(cycle=cycle, by=None, at=OPENED)
        nodes = {
            "H": people.hospital_a,
            "O": people.hospital_b,
            "B1": people.internal_medicine,
            "B2": people.surgery,
        }
        for name, parent in (("G", "B1"), ("GO", "O")):
            nodes[name] = make_organization(nodes[parent], Organization.Kind.PARTY_GROUP)
        nodes[ABOVE] = people.province
        yield Installation(World(people, cycle), nodes, {"H": annex, "B1": sample})
        transaction.set_rollback(True)


def stored(history: History, place: Installation) -> dict[tuple[str, str], Any]:
    """Write a history, evaluate, and return what every proposal says."""
    write(history, place.nodes, place.editions, place.world.cast.party_office)
    closing = ("self_deadline_date", "acceptance_deadline_date", "rating_deadline_date", "closing_date")
    first, last = history.cycle
    days = {"period_start_date": first, "period_end_date": last} | dict.fromkeys(closing, history.closing)
    Cycle.objects.filter(pk=place.world.cycle.pk).update(year=history.year, **days)
    cycle = Cycle.objects.get(pk=place.world.cycle.pk)
    evaluate_sheets(cycle=cycle, as_of=history.as_of, at=AT, by=None)
    names = {node.pk: name for name, node in place.nodes.items()}
    rows = Proposal.objects.values_list(
        "answer__sheet__organization", "answer__criterion__code", "verdict", "points", "lowest", "highest"
    )
    return {(names[node], code): tuple(said) for node, code, *said in rows}


def by_other_tables(history: History, place: Installation) -> dict[tuple[str, str], Any]:
    """Return what the other tables of the library propose of the rows that ``stored`` wrote."""
    found = {}
    for table, subjects in SUBJECTS_OF.items():
        judges = [(name, Judge(one, entry, figures_of(one, entry))) for name, one, entry in others()[table]]
        moment = PlainFacts(history, subjects[0]).moment()
        roots = [Organization.objects.get(pk=place.nodes[name].pk) for name in subjects]
        facts = collect(roots, needs_of_all([judge for _, judge in judges]), moment)
        for subject, root in zip(subjects, roots, strict=True):
            for name, judge in judges:
                said = judge.propose(root.pk, facts[root.pk], moment)
                given = said.awarded
                found[subject, name] = (str(said.trace.answer), given.points, given.lowest, given.highest)
    return found


def figures_of(criterion: Any, entry: Any) -> dict[str, Any]:
    return {name: value_of(spec, ()) for name, spec in entry.used(criterion).items()}


def plainly(history: History) -> dict[tuple[str, str], Any]:
    """Say the same of the same history without a database."""
    found = {}
    for table, subjects in SUBJECTS_OF.items():
        for subject in subjects:
            facts, moment = PlainFacts(history, subject).read()
            tables = [(one.code, one, entry, True) for one, entry in checks()[table]]
            tables += [(name, one, entry, False) for name, one, entry in others()[table]]
            for name, criterion, entry, is_ours in tables:
                figures = entry.figures(criterion)
                if is_ours:
                    figures |= set_for(history, subject, table, criterion, entry)
                units = {key: one.unit for key, one in entry.specs(criterion).items()}
                plain = Plain(facts, moment, figures, WINDOWS[criterion.window], units)
                found[subject, name] = proposed(plain, criterion, entry)
    return found


def agree(history: History, place: Installation) -> None:
    """Hold what is stored, and what the other tables propose of it, against what is said plainly."""
    with transaction.atomic():
        found = stored(history, place) | by_other_tables(history, place)
        transaction.set_rollback(True)
    wanted = plainly(history)
    assert set(found) == set(wanted)
    assert not {one: (found[one], wanted[one]) for one in wanted if found[one] != wanted[one]}


@settings(max_examples=examples(5), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_stored_is_what_a_plain_evaluation_says(
    installation: Installation, db: None, data: st.DataObject
) -> None:
    agree(data.draw(histories()), installation)


@pytest.mark.drill
@pytest.mark.timeout(0)
@settings(max_examples=400, deadline=None, derandomize=False, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_stored_is_what_a_plain_evaluation_says_whatever_the_dice_say(
    installation: Installation, db: None, data: st.DataObject
) -> None:
    agree(data.draw(histories()), installation)


@pytest.mark.parametrize("as_of", SEEN, ids=str)
def test_a_year_in_which_everything_turns_is_judged_alike(
    installation: Installation, db: None, as_of: date
) -> None:
    agree(turning(as_of), installation)


def test_that_year_holds_what_it_is_made_for() -> None:
    history = turning(LAST)
    days = {one.day for one in history.entries}
    assert {LEAP, LAST} <= days
    assert any(one.joined == JOINED for one in history.people)
    assert any([stay.node for stay in one.stays] == ["B1", "B2"] for one in history.people)
    assert history.life("B1")[1].year == history.life("B2")[0].year == history.year
    assert PlainFacts(history, "H").read()[0].populations["branches"][1].first == FOUNDED


def test_figures_set_lower_down_count_where_they_are_stricter() -> None:
    entries = {criterion.code: (criterion, entry) for criterion, entry in checks()["H"]}
    set_of = {
        (subject, code): set_for(turning(LAST), subject, "H", *entries[code])
        for subject in ("H", "O") for code in ("3-2-2", "3-1-2")
    }  # fmt: skip
    assert set_of["H", "3-2-2"]["yearly"] == set_of["O", "3-2-2"]["yearly"] == 6
    assert (set_of["H", "3-1-2"]["times"], set_of["O", "3-1-2"]["times"]) == (3, 1)
