"""What a hospital recorded counts for those of its branches who were there: collected for any number of branches alike."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiangji.ledgers.models import Attendance, Record
from qiangji.ledgers.tests.factories import make_record
from qiangji.members.models import Person
from qiangji.members.tests.factories import store_members
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import Cast, cast, make_organization
from qiangji.rules.context import Context
from qiangji.rules.evaluate import evaluate
from qiangji.rules.facts import Facts, Moment
from qiangji.rules.language import Check
from qiangji.rules.needs import needs_of
from qiangji.rules.periods import Period
from qiangji.scoring.collecting import collect

pytestmark = pytest.mark.django_db
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), "考核周期")
HOURS = Check.model_validate(
    {
        "share": {
            "of": "members",
            "from_above": True,
            "meets": {"sum": {"of": ["training_class", "party_class"], "quantity": "hours", "at_least": 32}},
        }
    }
)
OWN = Check.model_validate({"count": {"of": "training_class", "at_least": 1}})


@pytest.fixture
def people() -> Cast:
    return cast()


def facts_of(branches: list[Organization], as_of: date = date(2026, 12, 31)) -> dict[int, Facts]:
    needs = needs_of(HOURS)
    return collect(branches, needs, Moment(as_of, 2026, YEAR, date(2027, 3, 31)))


def answer(people: Cast, check: Check, as_of: date = date(2027, 1, 10)) -> str:
    moment = Moment(as_of, 2026, YEAR, date(2027, 3, 31))
    facts = collect([people.surgery], needs_of(check), moment)[people.surgery.pk]
    return str(evaluate(check, Context(facts, moment)).answer)


def train(place: Organization, who: list[Person], hours: str = "32", **fields: object) -> Record:
    return make_record(place, ["training_class"], people=who, hours=hours, **fields)


def persons(branch: Organization, *names: str) -> list[Person]:
    return [member.person for member in store_members(branch, list(names))]


def test_a_class_of_the_hospital_counts_for_those_of_the_branch_who_were_there(people: Cast) -> None:
    ours, theirs = persons(people.surgery, "赵一"), persons(people.internal_medicine, "钱二")
    record = train(people.hospital_a, [*ours, *theirs])
    found = facts_of([people.surgery, people.internal_medicine])
    (event,) = found[people.surgery.pk].events["training_class"]
    assert (event.id, event.above, event.present) == (str(record.pk), True, {ours[0].pk})
    assert event.values == {"hours": Decimal(32)}
    assert answer(people, HOURS) == "met"


def test_who_stayed_away_lacks_the_hours(people: Cast) -> None:
    came, stayed = persons(people.surgery, "赵一", "孙三")
    record = train(people.hospital_a, [came, stayed])
    Attendance.objects.filter(record=record, person=stayed).update(presence=Attendance.Presence.ABSENT)
    assert answer(people, HOURS) == "unmet"


def test_it_is_no_class_of_the_branch_itself(people: Cast) -> None:
    """Only hours of persons look upward: a count of the branch's own classes does not."""
    train(people.hospital_a, persons(people.surgery, "赵一"))
    assert answer(people, OWN) == "unmet"
    both = Check.model_validate({"any": [OWN, {"all": [HOURS, OWN]}]})
    assert answer(people, both) == "unmet"


@pytest.mark.parametrize(
    "fields",
    [
        {"state": Record.State.DRAFT},
        {"state": Record.State.WITHDRAWN},
        {"date": date(2027, 2, 1)},
        {"date": date(2024, 2, 1)},
    ],
)
def test_what_does_not_count_there_does_not_count_here(people: Cast, fields: dict[str, object]) -> None:
    train(people.hospital_a, persons(people.surgery, "赵一"), **fields)
    assert facts_of([people.surgery])[people.surgery.pk].events["training_class"] == []


def test_classes_of_another_hospital_are_not_looked_at(people: Cast) -> None:
    train(people.hospital_b, persons(people.surgery, "赵一"))
    assert facts_of([people.surgery])[people.surgery.pk].events["training_class"] == []


def test_a_general_branch_in_between_counts_as_well(people: Cast) -> None:
    general = make_organization(people.hospital_a, Organization.Kind.GENERAL_BRANCH)
    branch = make_organization(general)
    train(general, persons(branch, "赵一"))
    assert len(facts_of([branch])[branch.pk].events["training_class"]) == 1


def test_the_statements_do_not_grow_with_branches_classes_or_members(people: Cast) -> None:
    def statements(branches: list[Organization]) -> int:
        with CaptureQueriesContext(connection) as captured:
            facts_of(branches)
        return len(captured)

    train(people.hospital_a, persons(people.surgery, "赵一"))
    few = statements([people.surgery])
    more = [make_organization(people.hospital_a) for _ in range(6)]
    for branch in more:
        for _ in range(3):
            train(people.hospital_a, persons(branch, "钱二", "孙三"))
    assert statements([people.surgery, *more]) == few
