"""What the tables themselves refuse, whoever writes to them: each constraint of the app violated once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from qiangji.lib.append_only import HistoryIsKept
from qiangji.members.models import (
    BranchMembership,
    Election,
    Employment,
    Exemption,
    FloatingSpell,
    Hardship,
    Member,
    Person,
    Reinstatement,
    Tenure,
    Transfer,
    TransferStep,
)
from qiangji.members.tests.factories import make_member, make_post
from qiangji.orgs.models import Body, Post
from qiangji.orgs.tests.factories import Cast, cast

pytestmark = pytest.mark.django_db
EARLY, LATE = date(2025, 1, 1), date(2025, 6, 1)


@dataclass
class World:
    """The cast, one member of its branch and one seat of its hospital."""

    cast: Cast
    member: Member
    post: Post

    @property
    def person(self) -> Person:
        return self.member.person

    def at_work(self, **changes: Any) -> Employment:
        held = Employment.objects.get(person=self.person)
        fields = {
            "person": Person.objects.create(name="另一人"),
            "organization": self.cast.hospital_a,
            "staff_number": held.staff_number,
            "start_date": EARLY,
        }
        return Employment(**(fields | changes))

    def branch(self, **changes: Any) -> BranchMembership:
        fields = {
            "member": self.member,
            "organization": self.cast.surgery,
            "start_date": LATE,
            "arrival": "adjusted",
        }
        return BranchMembership(**(fields | changes))

    def exemption(self, **changes: Any) -> Exemption:
        fields = {
            "member": self.member,
            "duty": "all",
            "document": "1号",
            "start_date": EARLY,
            "end_date": LATE,
        }
        return Exemption(**(fields | changes))

    def floating(self, **changes: Any) -> FloatingSpell:
        fields = {"member": self.member, "direction": "out", "place": "某地", "start_date": EARLY}
        return FloatingSpell(**(fields | changes))

    def tenure(self, **changes: Any) -> Tenure:
        fields = {"post": self.post, "person": self.person, "how": "elected", "start_date": EARLY}
        return Tenure(**(fields | changes))

    def transfer(self, **changes: Any) -> Transfer:
        fields = {
            "member": self.member,
            "source": self.cast.internal_medicine,
            "target": self.cast.hospital_b,
            "sent_date": EARLY,
            "valid_until": LATE,
        }
        return Transfer(**(fields | changes))

    def election(self, **changes: Any) -> Election:
        fields = {
            "organization": self.cast.hospital_a,
            "body": Body.COMMITTEE,
            "kind": "regular",
            "opened_at": timezone.now(),
        }
        return Election(**(fields | changes))


def ended(row: models.Model, **changes: Any) -> models.Model:
    """Return a stored row with other values, not saved."""
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def hardship(w: World, **changes: Any) -> Hardship:
    return Hardship(**({"member": w.member, "start_date": EARLY} | changes))


# Rows of which the last one is refused; what stands before it is stored first.
VIOLATIONS: dict[str, Callable[[World], list[models.Model]]] = {
    "members_person_has_name": lambda w: [Person(name="")],
    "members_reinstated_for_a_reason": lambda w: [
        Reinstatement(member=w.member, ceased_date=EARLY, ceased_how="other", reason="", at=timezone.now())
    ],
    "members_person_birth_year": lambda w: [Person(name="某人", birth_year=1899)],
    "members_staff_number_once": lambda w: [w.at_work()],
    "members_one_employer": lambda w: [w.at_work(person=w.person, staff_number="X")],
    "members_staff_number_given": lambda w: [w.at_work(staff_number="")],
    "members_employment_dates": lambda w: [w.at_work(staff_number="X", start_date=LATE, end_date=EARLY)],
    "members_confirmed_after_joining": lambda w: [ended(w.member, confirmed_date=date(2000, 1, 1))],
    "members_ceased_means_when_and_how": lambda w: [ended(w.member, ceased_date=LATE)],
    "members_one_branch": lambda w: [w.branch()],
    "members_branch_once_a_day": lambda w: [
        w.branch(start_date=EARLY, end_date=EARLY, departure="adjusted"),
        w.branch(start_date=EARLY, end_date=LATE, departure="adjusted"),
    ],
    "members_left_means_when_and_how": lambda w: [w.branch(end_date=LATE)],
    "members_exemption_has_document": lambda w: [w.exemption(document="")],
    "members_exemption_dates": lambda w: [w.exemption(start_date=LATE, end_date=EARLY)],
    "members_one_floating_spell": lambda w: [w.floating(), w.floating(start_date=LATE)],
    "members_floating_dates": lambda w: [w.floating(start_date=LATE, end_date=EARLY)],
    "members_one_hardship": lambda w: [hardship(w), hardship(w, start_date=LATE)],
    "members_hardship_dates": lambda w: [hardship(w, start_date=LATE, end_date=EARLY)],
    "members_one_holder": lambda w: [w.tenure(), w.tenure(start_date=LATE)],
    "members_tenure_once_a_day": lambda w: [w.tenure(end_date=LATE), w.tenure(end_date=EARLY)],
    "members_tenure_dates": lambda w: [w.tenure(start_date=LATE, end_date=EARLY)],
    "members_consent_has_date": lambda w: [w.tenure(consent_document="同意〔2025〕1号")],
    "members_leaving_consent_of_who_left": lambda w: [w.tenure(leaving_consent_date=EARLY)],
    "members_one_open_transfer": lambda w: [w.transfer(), w.transfer()],
    "members_transfer_has_one_target": lambda w: [w.transfer(outside="某地某支部")],
    "members_received_means_when": lambda w: [w.transfer(state="received")],
    "members_one_open_election": lambda w: [w.election(), w.election()],
    "members_election_of_committee": lambda w: [w.election(body=Body.OFFICE)],
}


@pytest.fixture
def world() -> World:
    people = cast()
    return World(people, make_member(people.internal_medicine), make_post(people.hospital_a))


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_tables_refuse(world: World, name: str) -> None:
    *before, last = VIOLATIONS[name](world)
    for row in before:
        row.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        last.save()


def test_every_constraint_of_the_app_is_tried_here() -> None:
    named = {
        one.name
        for model in apps.get_app_config("members").get_models()
        for one in model._meta.constraints
        if one.name.startswith("members_")
    }
    assert set(VIOLATIONS) == named


def test_steps_of_a_transfer_are_written_once(world: World) -> None:
    transfer = world.transfer()
    transfer.save()
    step = TransferStep.objects.create(transfer=transfer, state="sent", date=EARLY, taken_at=timezone.now())
    with pytest.raises(HistoryIsKept):
        step.save()


def test_rows_name_themselves_for_people(world: World) -> None:
    assert str(world.member) == "某党员"
    assert str(world.member.branches.get()) == "某党员 内科党支部"
    assert str(world.exemption()) == "某党员 全部 至 2025-06-01"
    assert str(hardship(world)) == "2025-01-01"
