"""Property tests: whatever is saved in whatever order, totals agree with lists and versions with the rows."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from qiangji.ledgers.cleaning import clean
from qiangji.ledgers.inputs import AttendanceInput, RecordInput
from qiangji.ledgers.models import Record
from qiangji.ledgers.services.records import save_record, withdraw_record
from qiangji.ledgers.snapshots import lines_of, snapshot
from qiangji.lib.digests import canonical_json
from qiangji.members.models import Person
from qiangji.members.tests.factories import make_person
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import make_organization
from tests.examples import examples

AT = datetime(2026, 12, 31, 2, 0, tzinfo=UTC)
PRESENCES = st.lists(st.sampled_from(["present", "leave", "exempt", "absent"]), max_size=6)
KINDS = st.lists(
    st.sampled_from(["branch_members_meeting", "party_class", "theme_party_day"]),
    min_size=1,
    max_size=3,
    unique=True,
)
VERSIONS = st.lists(
    st.tuples(KINDS, st.dates(date(2026, 1, 1), date(2026, 12, 30)), st.none() | PRESENCES, st.booleans()),
    min_size=1,
    max_size=5,
)


@given_settings(max_examples=examples(50))
@given(presences=PRESENCES)
def test_totals_are_counted_from_the_list(presences: list[str]) -> None:
    branch = Organization(kind="branch", short_name="某支部", start_date=date(2020, 1, 1))
    lines = tuple(
        AttendanceInput(Person(pk=place, name=f"某{place}"), presence)
        for place, presence in enumerate(presences)
    )
    data = RecordInput(kinds=("theme_party_day",), date=date(2026, 6, 1), attendance=lines)
    done, problems = clean(branch, data, AT)
    assert done is not None, problems
    if presences:
        assert done.data.present == presences.count("present")
        assert done.data.expected == len(presences) - presences.count("exempt")
    else:
        assert (done.data.expected, done.data.present) == (None, None)


@pytest.mark.django_db
@given_settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(versions=VERSIONS, withdrawn=st.booleans())
def test_the_last_version_says_what_the_rows_say_and_the_first_what_was_first_saved(
    versions: list, withdrawn: bool
) -> None:
    branch = make_organization()
    people = [make_person(f"某{place}") for place in range(6)]
    record = None
    told = []
    for step, (kinds, day, presences, has_place) in enumerate(versions):
        listed = None
        if presences is not None:
            listed = tuple(AttendanceInput(people[n], word) for n, word in enumerate(presences))
        data = RecordInput(kinds=tuple(kinds), date=day, place="三楼" if has_place else "", attendance=listed)
        at = AT + timedelta(minutes=step)
        record = save_record(organization=branch, data=data, by=None, at=at, record=record).record
        told.append(replayed(record))
    if withdrawn:
        withdraw_record(record=record, reason="重复", by=None, at=AT)
        told.append(replayed(record))
    changes = list(record.changes.order_by("version"))
    kept = [strip(change.data) for change in changes]
    assert kept == [now for place, now in enumerate(told) if place == 0 or now != told[place - 1]]
    assert [change.version for change in changes] == list(range(1, len(changes) + 1))


def replayed(record: Record) -> str:
    """What the rows say now, in the form of a version."""
    stored = Record.objects.get(pk=record.pk)
    return canonical_json(snapshot(stored, [row.kind for row in stored.kinds.all()], lines_of(stored)))


def strip(data: str) -> str:
    """A version without what is said of its making."""
    said = json.loads(data)
    return canonical_json({key: value for key, value in said.items() if key not in ("reason", "entered_as")})
