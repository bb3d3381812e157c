"""Proposals on the sheets of branches, and of standards that award no points."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from qiangji.assessments.models import Proposal
from qiangji.assessments.selectors.proposals import proposals_of
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.services.evaluating import catch_up
from qiangji.assessments.tests.factories import OPENED, make_cycle, sheet_of, supervise_outsider
from qiangji.assessments.tests.test_evaluating import AFTERWARDS, AT, evaluate, proposal, store_annex
from qiangji.assessments.tests.worlds import World, as_user
from qiangji.ledgers.tests.factories import make_record
from qiangji.members.tests.factories import store_members
from qiangji.orgs.models import ChangedFact
from qiangji.orgs.tests.factories import cast
from qiangji.standards.loader import library_dir, load_edition
from qiangji.standards.models import Edition
from qiangji.standards.services import publish_edition, store_edition

pytestmark = pytest.mark.django_db


def test_branches_are_judged_by_their_own_edition_and_checks() -> None:
    """A branch that met every month earns the points of its sheet; its neighbour without a ledger does not."""
    people = cast()
    supervise_outsider(people)
    spec = load_edition(library_dir() / "branch-sample" / "2020")
    sample = publish_edition(edition=store_edition(spec, origin=Edition.Origin.LIBRARY), by=None, at=OPENED)
    cycle = make_cycle(people.province, store_annex(), sample)
    open_cycle(cycle=cycle, by=None, at=OPENED)
    for month in range(1, 13):
        make_record(people.surgery, ["theme_party_day"], date=date(2026, month, 10))
    world = World(people, cycle)
    evaluate(world)
    found = proposal(world, "2-2-1", people.surgery)
    assert (found.verdict, found.points) == ("met", Decimal(5))
    other = proposal(world, "2-2-1", people.internal_medicine)
    assert other.points != Decimal(5)


def test_a_class_of_the_hospital_reaches_the_branches_proposals_when_it_is_recorded() -> None:
    """Hours that the hospital recorded: its branches' sheets notice, and judge anew only what asks for hours."""
    people = cast()
    supervise_outsider(people)
    spec = load_edition(library_dir() / "branch-sample" / "2020")
    sample = publish_edition(edition=store_edition(spec, origin=Edition.Origin.LIBRARY), by=None, at=OPENED)
    cycle = make_cycle(people.province, store_annex(), sample)
    open_cycle(cycle=cycle, by=None, at=OPENED)
    world = World(people, cycle)
    (member,) = store_members(people.surgery, ["赵一"])
    evaluate(world)
    assert proposal(world, "3-1-1", people.surgery).points == 0
    make_record(people.hospital_a, ["training_class"], people=[member.person], hours="32")
    sheet = sheet_of(people.surgery)
    for kind, behind in (("record.study_centre_group", False), ("record.training_class", True)):
        ChangedFact.objects.create(
            kind=kind, organization=people.hospital_a, date=date(2026, 6, 12), changed_at=AT
        )
        found = proposals_of(sheet)
        assert found is not None
        assert found.is_behind is behind
    done = catch_up(sheet=sheet, as_of=AFTERWARDS, at=AT, by=None)
    assert [(one.code, one.after) for one in done.changes] == [("3-1-1", "符合，6 分")]
    assert done.proposals < 5
    assert evaluate(world, resume=True).sheets > 0
    assert evaluate(world).changed == 0


def test_a_branchs_record_names_the_branchs_sheet_and_its_hospitals() -> None:
    people = cast()
    supervise_outsider(people)
    spec = load_edition(library_dir() / "branch-sample" / "2020")
    sample = publish_edition(edition=store_edition(spec, origin=Edition.Origin.LIBRARY), by=None, at=OPENED)
    open_cycle(cycle=make_cycle(people.province, store_annex(), sample), by=None, at=OPENED)
    row = make_record(people.internal_medicine, ["branch_self_check"], date=date(2026, 3, 10))
    told = as_user(people.branch_secretary).post(reverse("assessments:served", args=[row.public_id]))
    text = told.content.decode()
    assert (
        f"（{people.internal_medicine.short_name}）" in text,
        f"（{people.hospital_a.short_name}）" in text,
    ) == (True, True)
    assert ("5-0-1" in text, "5-4-2" in text) == (True, True)
    assert (
        text.count("打开考评表") == 1
    )  # the branch's own; what the hospital's sheet proposes is the hospital's to know


def test_of_a_checklist_the_answer_is_proposed_without_points() -> None:
    closed, open_ = (Proposal(verdict=verdict, lowest=0, highest=0) for verdict in ("met", "pending"))
    assert not closed.is_scored
    assert (closed.is_open, open_.is_open) == (False, True)
